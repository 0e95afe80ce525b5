"""Wall displays: what they show, that it names nobody, and that their link opens nothing else and can be withdrawn."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import httpx
import pytest

from access.clock import DAY_MS, HOUR_MS
from access.events import StaffActed
from access.records import Booking, BookingKind
from access.replica import Put, apply
from gateway.pages.shape import Snapshot
from gateway.pages.wall import public
from pages.languages import load
from pages.look import SHARED_WORDS
from tests.support.live_day import PEOPLE, busy
from tests.support.live_pages import CODE, Pages, csrf_of, running, showing, wait_until
from tests.support.live_site import NINE_MS, fresh, replica, seen
from tests.support.live_watch import watched

WORDS = load([SHARED_WORDS, ("gateway", "pages/words")])
STAFFS = ("/", "/live/events", "/muster", "/visits", "/badges", "/clock", "/lockdown", "/displays", "/metrics/x")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with showing(tmp_path_factory.mktemp("pages"), watched()) as made:
        yield made


def token(client: httpx.Client) -> str:
    return csrf_of(client, "/displays")


def made(staff: httpx.Client, name: str = "Atrio") -> str:
    assert staff.post("/displays", data={"csrf": token(staff), "name": name}).headers["location"] == "/displays"
    found = re.search(r'href="http[^"]*(/display/[^"]+)"', staff.get("/displays").text)
    assert found is not None
    return found.group(1)


def session(ident: str, start_ms: int, hours: int, resource: str) -> Put:
    end_ms = start_ms + hours * HOUR_MS
    return Put(Booking(ident, "", "lab", resource, start_ms, end_ms, BookingKind.SESSION, group="corte"))


def test_the_next_sessions_are_those_of_a_day_by_start_and_each_once() -> None:
    coming = (
        session("s1", NINE_MS - HOUR_MS, 2, "lab"),
        session("s2", NINE_MS + HOUR_MS, 1, "lab"),
        session("s3", NINE_MS + HOUR_MS, 1, "lab"),
        session("s4", NINE_MS + 3 * HOUR_MS, 1, "aula-9"),
        session("old", NINE_MS - 3 * HOUR_MS, 1, "lab"),
        session("far", NINE_MS + DAY_MS, 1, "lab"),
        Put(Booking("desk", "p1", "lab", "lab", NINE_MS + HOUR_MS, NINE_MS + 2 * HOUR_MS)),
    )
    picture = seen(fresh(held=apply(replica(), "g1", 413, coming)))
    assert public(picture, WORDS["it"]).sessions == [
        ("08:00–10:00", "Laboratorio digitale"),
        ("10:00–11:00", "Laboratorio digitale"),
        ("12:00–13:00", "Laboratorio digitale"),
    ]


def test_a_display_shows_counts_desks_and_the_time_and_nobodys_name(staff: httpx.Client, pages: Pages) -> None:
    path = made(staff)
    pages.gateway.publish(busy())
    with httpx.Client(base_url=pages.url) as screen:
        wait_until(lambda: "11:10" in screen.get(path).text, "the busy picture")
        page = unescape(screen.get(path).text)
        for said in ("persone presenti", "Postazioni", "occupata", "Prossime sessioni", "11:10", "Sala comune"):
            assert said in page
        assert [name for name in (*PEOPLE, "Paola") if name in page] == []
    pages.gateway.publish(watched())


@pytest.mark.parametrize("what", ["fire", "evacuation"])
def test_what_everybody_must_do_is_said_first(what: str) -> None:
    picture: Snapshot = {**watched(), what: True}  # type: ignore[misc]
    assert public(picture, WORDS["it"]).danger.endswith("uscire dalle porte.")


def test_the_link_opens_nothing_else(staff: httpx.Client, pages: Pages) -> None:
    path = made(staff)
    with httpx.Client(base_url=pages.url) as screen:
        assert screen.get(path).status_code == 200
        assert dict(screen.cookies) == {}
        secret = path.removeprefix("/display/")
        for other in STAFFS:
            answer = screen.get(
                other, headers={"cookie": f"hubout-staff-cinisello={secret}"}, params={"display": secret}
            )
            assert answer.status_code in {303, 401, 404}, other
            assert answer.headers.get("location", "/sign-in").split("?")[0] == "/sign-in"


@pytest.mark.parametrize("path", ["/display/x", "/display/", f"/display/{'x' * 43}", "/display/x/events"])
def test_a_link_that_nobody_made_shows_nothing(pages: Pages, path: str) -> None:
    answer = httpx.get(f"{pages.url}{path}", headers={"accept-language": "it"})
    assert answer.status_code == 404
    assert "persone presenti" not in answer.text


def test_a_link_is_shown_once_and_who_made_it_is_logged(staff: httpx.Client, pages: Pages) -> None:
    path = made(staff, "Scala B")
    pages.gateway.expect(StaffActed("display-made", "Paola", "Scala B"))
    page = staff.get("/displays").text
    assert path not in page
    assert "Scala B" in page
    assert "creato da Paola, lunedì 23 novembre 2026" in page


@pytest.mark.parametrize("name", ["", "x" * 61, "a\x00b", "riga\nnuova"])
def test_a_link_needs_a_name_to_know_it_by(staff: httpx.Client, pages: Pages, name: str) -> None:
    before = list(pages.gateway.asked)
    answer = staff.post("/displays", data={"csrf": token(staff), "name": name})
    assert (answer.status_code, "Scrivi dove sta" in answer.text) == (422, True)
    assert pages.gateway.asked == before


@pytest.mark.parametrize("path", ["/displays", "/displays/abc/withdraw"])
def test_strangers_and_other_forms_make_and_withdraw_nothing(staff: httpx.Client, pages: Pages, path: str) -> None:
    assert httpx.get(f"{pages.url}{path}").headers["location"] == "/sign-in"
    assert httpx.post(f"{pages.url}{path}", data={"name": "Atrio"}).headers["location"] == "/sign-in"
    assert staff.post(path, data={"name": "Atrio"}).status_code == 403


def test_a_withdrawn_link_ends_its_stream_and_shows_nothing(staff: httpx.Client, pages: Pages) -> None:
    path = made(staff, "Cortile")
    listed = staff.get("/displays").text
    ident = re.findall(r'href="(/displays/[0-9a-f]+/withdraw)" aria-label="Ritira il collegamento: Cortile"', listed)[0]
    assert "smette subito" in staff.get(ident).text
    with httpx.stream("GET", f"{pages.url}{path}/events", timeout=20) as stream:
        lines = stream.iter_lines()
        assert next(line for line in lines if line.startswith("event: "))
        assert staff.post(ident, data={"csrf": token(staff)}).status_code == 303
        assert list(lines) is not None
    pages.gateway.expect(StaffActed("display-withdrawn", "Paola", "Cortile"))
    assert httpx.get(f"{pages.url}{path}").status_code == 404
    assert "Collegamento ritirato: Cortile." in staff.get("/displays").text


def test_the_stream_brings_what_changes(staff: httpx.Client, pages: Pages) -> None:
    path = made(staff)
    with httpx.stream("GET", f"{pages.url}{path}/events", timeout=20) as stream:
        lines = stream.iter_lines()
        assert next(line for line in lines if line == "event: count")
        picture = watched()
        picture["total"] = {**picture["total"], "present": 77}
        pages.gateway.publish(picture)
        assert next(line for line in lines if "77" in line)
    pages.gateway.publish(watched())


def test_with_the_gateway_gone_it_keeps_its_last_state_and_says_how_old_it_is(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with running(tmp_path_factory.mktemp("alone")) as alone, httpx.Client(base_url=alone.url) as client:
        alone.gateway.publish(watched())
        wait_until(lambda: client.get("/readyz").status_code == 200, "the first snapshot is read")
        client.post("/sign-in", data={"name": "Paola", "code": CODE})
        path = made(client)
        alone.gateway.stop()
        wait_until(lambda: client.get("/readyz").status_code == 503, "the gateway is silent")
        page = unescape(client.get(path).text)
        assert re.search(r"La sede non risponde da \d+ second\w+: quello che vedi è delle 09:00:00\.", page)
        assert "data-live" not in page
        assert "persone presenti" in page
        refused = client.post("/displays", data={"csrf": token(client), "name": "Scala"})
        assert (refused.status_code, "non è stato fatto nulla" in refused.text) == (422, True)


def test_no_name_of_anybody_fits_into_what_a_display_is_made_of() -> None:
    picture = watched()
    named = replace(public(picture, WORDS["it"]))
    assert not any(name in repr(named) for name in ("Zoe", "Elena", "Paola", "Aurora", "Bilal"))
