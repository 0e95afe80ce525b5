"""What staff ask beyond doors, by the real pages process: visits begun and ended, and the clock set."""

import re
from collections.abc import Iterator
from html import unescape
from zoneinfo import ZoneInfo

import httpx
import pytest

from access.events import ClockWasSet, VisitAsked, VisitEndAsked
from gateway.pages.clock import Skipped, moment_of
from tests.support.asks import PAPER_WAS_MS
from tests.support.live_pages import Pages, csrf_of, showing, wait_until
from tests.support.live_site import NINE_MS
from tests.support.live_watch import watched

ROME = ZoneInfo("Europe/Rome")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with showing(tmp_path_factory.mktemp("pages"), watched()) as made:
        yield made


def token(client: httpx.Client) -> str:
    return csrf_of(client, "/visits")


@pytest.mark.parametrize("path", ["/visits", "/clock"])
def test_a_stranger_is_sent_to_sign_in(pages: Pages, path: str) -> None:
    assert httpx.get(f"{pages.url}{path}").headers["location"] == "/sign-in"
    assert httpx.post(f"{pages.url}{path}", data={"reason": "other"}).headers["location"] == "/sign-in"


@pytest.mark.parametrize("path", ["/visits", "/visits/v1/end", "/clock"])
def test_a_form_without_its_token_does_nothing(staff: httpx.Client, pages: Pages, path: str) -> None:
    before = list(pages.gateway.asked)
    fields = {"zone": "sala", "reason": "tour", "when": "2026-11-23T09:30"}
    assert staff.post(path, data=fields).status_code == 403
    assert pages.gateway.asked == before


def test_the_pages_say_who_visits_and_what_holds(staff: httpx.Client) -> None:
    page = staff.get("/").text
    for said in (
        "Visita, ospite di Paola",
        "1 in visita, senza badge",
        "passaggio libero",
        "Zoe Minore",
        "fuori servizio",
    ):
        assert said in page
    assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son[a-z]+=", staff.get("/visits").text + page)


def test_a_visit_begins_with_its_host_and_purpose(staff: httpx.Client, pages: Pages) -> None:
    fields = {"csrf": token(staff), "zone": "sala", "reason": "help", "text": ""}
    assert staff.post("/visits", data=fields).headers["location"] == "/"
    wait_until(lambda: any(isinstance(one, VisitAsked) for one in pages.gateway.asked), "the visit")
    asked = [one for one in pages.gateway.asked if isinstance(one, VisitAsked)][-1]
    assert (asked.zone, asked.host, asked.purpose) == ("sala", "Paola", "Aiuto a un cittadino")


@pytest.mark.parametrize("wrong", [{"zone": "cantina"}, {"zone": ""}, {"reason": ""}, {"reason": "other", "text": ""}])
def test_a_visit_needs_a_zone_of_the_sites_and_a_purpose(
    staff: httpx.Client, pages: Pages, wrong: dict[str, str]
) -> None:
    before = list(pages.gateway.asked)
    fields = {"csrf": token(staff), "zone": "sala", "reason": "tour", "text": "", **wrong}
    assert staff.post("/visits", data=fields).status_code == 422
    assert pages.gateway.asked == before


def test_a_visit_that_runs_is_ended_and_another_is_not(staff: httpx.Client, pages: Pages) -> None:
    before = list(pages.gateway.asked)
    assert staff.post("/visits/v9/end", data={"csrf": token(staff)}).status_code == 303
    assert pages.gateway.asked == before
    assert staff.post("/visits/v1/end", data={"csrf": token(staff)}).status_code == 303
    pages.gateway.expect(VisitEndAsked("v1", "Paola"))


def test_the_clock_is_set_with_a_reason_and_a_name(staff: httpx.Client, pages: Pages) -> None:
    assert "lunedì 23 novembre 2026, 09:00:00 (Europe/Rome)" in staff.get("/clock").text
    fields = {"csrf": token(staff), "when": "2026-11-23T10:30:15", "reason": "stopped", "text": ""}
    assert staff.post("/clock", data=fields).status_code == 303
    wait_until(lambda: any(isinstance(one, ClockWasSet) for one in pages.gateway.asked), "the clock")
    asked = [one for one in pages.gateway.asked if isinstance(one, ClockWasSet)][-1]
    assert (asked.author, asked.note, asked.was_ms) == ("Paola", "Orologio fermo o azzerato", PAPER_WAS_MS)
    assert 0 <= asked.set_ms - (NINE_MS + 5_415_000) < 5_000
    assert "Ora della sede impostata." in staff.get("/").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"when": ""}, "Scrivi una data e un'ora"),
        ({"when": "domani"}, "Scrivi una data e un'ora"),
        ({"when": "2026-11-23"}, "Scrivi una data e un'ora"),
        ({"when": "1999-01-01T10:00"}, "Scrivi una data e un'ora"),
        ({"when": "2026-11-23T10:30Z"}, "Scrivi una data e un'ora"),
        ({"when": "2027-03-28T02:30"}, "salta quest'ora"),
        ({"reason": "other"}, "Scegli un motivo"),
    ],
)
def test_what_is_no_time_sets_no_clock(staff: httpx.Client, pages: Pages, wrong: dict[str, str], said: str) -> None:
    before = list(pages.gateway.asked)
    fields = {"csrf": token(staff), "when": "2026-11-23T10:30", "reason": "network", "text": "", **wrong}
    answer = staff.post("/clock", data=fields)
    assert (answer.status_code, said in unescape(answer.text)) == (422, True)
    assert pages.gateway.asked == before


@pytest.mark.parametrize(("near_ms", "found_ms"), [(0, 1_792_888_200_000), (1_792_891_800_000, 1_792_891_800_000)])
def test_of_two_times_that_are_called_the_same_the_nearer_is_meant(near_ms: int, found_ms: int) -> None:
    assert moment_of("2026-10-25T02:30", ROME, near_ms) == found_ms


def test_a_time_that_never_is_has_no_moment() -> None:
    with pytest.raises(Skipped):
        moment_of("2027-03-28T02:00:00", ROME, 0)
    with pytest.raises(ValueError, match="month"):
        moment_of("2027-13-28T02:00:00", ROME, 0)
