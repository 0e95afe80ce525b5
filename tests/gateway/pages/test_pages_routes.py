"""The pages as a program that speaks HTTP, against the real process: who gets in, what is served, what is refused."""

import re
from collections.abc import Iterator

import httpx
import pytest

from access.events import OpenAsked
from pages.guard import POLICY
from tests.support.live_day import PEOPLE, busy
from tests.support.live_pages import CODE, Pages, running, wait_until

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with running(tmp_path_factory.mktemp("pages")) as made:
        made.gateway.publish(busy())
        wait_until(lambda: httpx.get(f"{made.url}/readyz").status_code == 200, "the first snapshot is read")
        yield made


@pytest.fixture
def stranger(pages: Pages) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=pages.url, headers={"accept-language": "it"}) as client:
        yield client


@pytest.fixture
def staff(pages: Pages, stranger: httpx.Client) -> httpx.Client:
    answer = stranger.post("/sign-in", data={"name": "Paola", "code": CODE})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return stranger


def token(client: httpx.Client) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get("/").text)
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize("path", ["/", "/?still", "/doors/ingresso/open", "/lockdown", "/evacuation"])
def test_a_stranger_is_sent_to_sign_in(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(path)
    assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/sign-in", "")


@pytest.mark.parametrize("path", ["/doors/ingresso/open", "/lockdown", "/evacuation", "/sign-out"])
def test_a_strangers_form_does_nothing(stranger: httpx.Client, pages: Pages, path: str) -> None:
    assert stranger.post(path, data={"reason": "drill", "confirm": "yes", "active": "yes"}).status_code == 303
    assert pages.gateway.asked == []


def test_a_stranger_gets_no_stream(stranger: httpx.Client) -> None:
    assert stranger.get("/live/events").status_code == 401


@pytest.mark.parametrize("path", ["/sign-in", "/healthz", "/readyz", "/metrics", "/no-such-page", "/language/en"])
def test_no_name_is_served_without_a_session(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(path)
    assert not any(name in answer.text for name in PEOPLE)


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/redoc", "/static/", "/static/../pages_code.py"])
def test_nothing_else_is_served_at_all(stranger: httpx.Client, path: str) -> None:
    assert stranger.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/sign-in", "/no-such-page", "/healthz", "/metrics", "/live/events"])
def test_every_answer_carries_the_policy(stranger: httpx.Client, path: str) -> None:
    answer = stranger.get(path)
    assert answer.headers["content-security-policy"] == POLICY
    assert "server" not in answer.headers


def test_staff_read_the_whole_page_without_any_script(staff: httpx.Client) -> None:
    page = staff.get("/").text
    for said in ("Aurora Ferri", "prenotazione fino alle 13:00", "prenotata ma vuota", "batteria scarica: 9%"):
        assert said in page
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in page


def test_a_page_that_is_stopped_neither_streams_nor_refreshes(staff: httpx.Client) -> None:
    page = staff.get("/?still").text
    assert "Aggiornamento fermo alle 11:10:00" in page
    assert "sse-connect" not in page
    assert "http-equiv" not in page


def test_nothing_on_any_page_is_inline(staff: httpx.Client) -> None:
    for path in ("/", "/doors/ingresso/open", "/lockdown", "/evacuation", "/no-such-page"):
        page = staff.get(path).text
        assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son[a-z]+=|javascript:", page), path
        assert not re.search(r'(?:src|href)="(?!/|#)', page), path


def test_what_is_swapped_while_live_never_holds_what_can_have_the_focus(staff: httpx.Client) -> None:
    with staff.stream("GET", "/live/events") as stream:
        text = ""
        for chunk in stream.iter_text():
            text += chunk
            if "event: door-porta-lab" in text and text.endswith("\n\n"):
                break
    assert len(re.findall(r"^event: ", text, re.MULTILINE)) == 12
    assert not re.search(r"<(a|button|input|select|textarea|form|summary|iframe)\b|tabindex", text)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger: httpx.Client) -> None:
    cookie = stranger.post("/sign-in", data={"name": "Paola", "code": CODE}).headers["set-cookie"]
    assert cookie.startswith("hubout-staff-cinisello=")
    for word in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"):
        assert word in cookie
    assert "Paola" not in cookie
    assert CODE not in cookie


def test_behind_a_proxy_that_speaks_tls_the_cookie_is_for_tls_alone(stranger: httpx.Client) -> None:
    forwarded = {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.9"}
    answer = stranger.post("/sign-in", data={"name": "Paola", "code": CODE}, headers=forwarded)
    assert "Secure" in answer.headers["set-cookie"]


def test_signing_out_is_for_good(staff: httpx.Client, pages: Pages) -> None:
    kept = dict(staff.cookies)
    assert staff.post("/sign-out", data={"csrf": token(staff)}).headers["location"] == "/sign-in"
    assert staff.get("/").headers["location"] == "/sign-in"
    assert httpx.get(pages.url, cookies=kept).status_code == 303


def test_signing_out_ends_a_stream_that_is_open(staff: httpx.Client) -> None:
    csrf = token(staff)
    with staff.stream("GET", "/live/events", timeout=10) as stream:
        chunks = stream.iter_text()
        next(chunks)
        staff.post("/sign-out", data={"csrf": csrf})
        for _ in chunks:
            pass


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "Pao\x00la", "Pa\nola"])
def test_a_session_has_a_name(stranger: httpx.Client, name: str) -> None:
    answer = stranger.post("/sign-in", data={"name": name, "code": CODE})
    assert (answer.status_code, "set-cookie" in answer.headers) == (422, False)


def test_a_wrong_code_is_refused_and_too_many_have_to_wait(pages: Pages) -> None:
    guesser = {"x-forwarded-for": "192.0.2.77", "accept-language": "it"}
    with httpx.Client(base_url=pages.url, headers=guesser) as client:
        for _ in range(5):
            answer = client.post("/sign-in", data={"name": "Eva", "code": "SBAGLIATO"})
            assert (answer.status_code, "Il codice non è giusto" in answer.text) == (403, True)
        answer = client.post("/sign-in", data={"name": "Eva", "code": CODE})
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= 300
        assert "Troppi tentativi" in answer.text
        assert "set-cookie" not in answer.headers
    assert httpx.post(f"{pages.url}/sign-in", data={"name": "Paola", "code": CODE}).status_code == 303


def test_what_was_typed_is_not_shown_back_as_markup(stranger: httpx.Client) -> None:
    answer = stranger.post("/sign-in", data={"name": '"><script>alert(1)</script>', "code": "no"})
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("csrf", [None, "", "0" * 64, "é"])
@pytest.mark.parametrize("path", ["/doors/ingresso/open", "/lockdown", "/evacuation", "/sign-out"])
def test_a_form_without_its_token_does_nothing(staff: httpx.Client, pages: Pages, path: str, csrf: str | None) -> None:
    before = list(pages.gateway.asked)
    fields = {"reason": "drill", "text": "", "confirm": "yes", "active": "yes"}
    answer = staff.post(path, data=fields if csrf is None else {**fields, "csrf": csrf})
    assert answer.status_code == 403
    assert staff.get("/").status_code == 200
    assert pages.gateway.asked == before


def test_a_form_sent_from_another_site_does_nothing(staff: httpx.Client, pages: Pages) -> None:
    before = list(pages.gateway.asked)
    fields = {"csrf": token(staff), "reason": "visitor"}
    answer = staff.post("/doors/ingresso/open", data=fields, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, pages.gateway.asked) == (403, before)


def test_a_door_is_opened_with_a_reason_and_a_name(staff: httpx.Client, pages: Pages) -> None:
    fields = {"csrf": token(staff), "reason": "delivery", "text": " pacco per il laboratorio "}
    assert staff.post("/doors/ingresso/open", data=fields).headers["location"] == "/"
    pages.gateway.expect(OpenAsked("ingresso", "Paola", "Consegna: pacco per il laboratorio"))
    assert "Apertura di «Ingresso» chiesta" in staff.get("/").text
    assert "Apertura di «Ingresso» chiesta" not in staff.get("/").text


@pytest.mark.parametrize(
    "fields",
    [{}, {"reason": ""}, {"reason": "because"}, {"reason": "other"}, {"reason": "visitor", "text": "a\x07b"}],
)
def test_a_door_is_not_opened_without_a_reason(staff: httpx.Client, pages: Pages, fields: dict[str, str]) -> None:
    before = list(pages.gateway.asked)
    answer = staff.post("/doors/ingresso/open", data={"csrf": token(staff), **fields})
    assert (answer.status_code, "Scegli un motivo" in answer.text) == (422, True)
    assert pages.gateway.asked == before


@pytest.mark.parametrize("door", ["porta-lab", "cantina", "%2e%2e"])
def test_a_door_without_a_lock_of_ours_has_no_form(staff: httpx.Client, pages: Pages, door: str) -> None:
    before = list(pages.gateway.asked)
    assert staff.get(f"/doors/{door}/open").status_code in {303, 404}
    assert staff.post(f"/doors/{door}/open", data={"csrf": token(staff), "reason": "visitor"}).status_code in {303, 404}
    assert pages.gateway.asked == before
