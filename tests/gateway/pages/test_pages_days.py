"""The pages of past days by the real pages process, which follows a real log beside its writer."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from playwright.sync_api import sync_playwright

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS
from access.facts import DeskMoved, Entered, Left
from access.records import Booking
from gateway.pages.days import chosen_day, is_due
from gateway.pages.shape import Snapshot
from tests.support.browser import launch
from tests.support.live_pages import SITE_FILE, Pages, running, signed_in, wait_until
from tests.support.live_site import NINE_MS, NOW, fresh, seen
from tests.support.log_of_days import LogOfDays, booked

DESK = """
[[desks]]
id = "d01"
name = "Postazione 1"
zone = "sala"
[[devices]]
id = "sensore-1"
driver = "hubout"
stands_for = "desk-sensor"
desk = "d01"
"""


def at_noon() -> Snapshot:
    return {**seen(fresh()), "at_ms": NOW.wall_ms + 3 * HOUR_MS}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    folder = tmp_path_factory.mktemp("pages")
    log = LogOfDays(folder)
    log.write(NINE_MS - DAY_MS, DeskMoved("d01", "occupied"))
    log.write(NINE_MS - DAY_MS + HOUR_MS, DeskMoved("d01", "vacant"))
    log.write(NINE_MS, *(Entered(f"p{n}", "ingresso", "sala", "1-1") for n in range(6)))
    log.write(NINE_MS + HOUR_MS, *(Left("ingresso", "sala", "", f"p{n}") for n in range(3)))
    log.write(NINE_MS + HOUR_MS, DeskMoved("d01", "occupied"))
    log.write(NINE_MS + 2 * HOUR_MS, DeskMoved("d01", "vacant"))
    booked(folder, Booking("b1", "anna", "sala", "d01", NINE_MS + HOUR_MS, NINE_MS + 5 * HOUR_MS))
    log.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.support.live_pages.SITE_FILE", SITE_FILE + DESK)
        with running(folder) as made:
            made.gateway.publish(at_noon())
            yield made


@pytest.fixture
def staff(pages: Pages) -> Iterator[httpx.Client]:
    with signed_in(pages) as client:
        wait_until(lambda: "prenotata ma vuota" in client.get("/timeline").text.split("<tbody>")[-1], "the day is read")
        yield client


def table(page: str) -> dict[str, str]:
    rows = re.findall(r'<tr><td class="strong">(.*?)</td><td>(.*?)</td></tr>', unescape(page))
    return {name: re.sub(r"<.*?>", "", said) for name, said in rows}


def test_today_says_who_sat_where_and_what_was_booked_and_empty_without_a_name(staff: httpx.Client) -> None:
    page = staff.get("/timeline").text
    assert table(page) == {
        "Sala comune": "09:00–12:00 occupata",
        "Postazione 1": "10:00–11:00 occupata; 11:00–12:00 prenotata ma vuota; 12:00–14:00 prenotata",
    }
    assert "anna" not in page
    assert page.count('<rect class="stretch"') == 4 + 5


def test_another_day_is_chosen_and_one_that_is_none_is_today(staff: httpx.Client) -> None:
    assert table(staff.get("/timeline?day=2026-11-22").text)["Postazione 1"].startswith("09:00–10:00 occupata")
    assert table(staff.get("/timeline?day=2026-11-21").text)["Postazione 1"] == "niente da segnalare"
    for wrong in ("2026-11-24", "2025-01-01", "ieri", "", "2026-13-45", "%00"):
        assert "lunedì 23 novembre 2026" in unescape(staff.get(f"/timeline?day={wrong}").text.split("<h1")[1][:120])


@pytest.mark.parametrize(
    ("asked", "day"), [("2026-10-24", "2026-10-24"), ("2026-10-23", "2026-11-23"), ("2026-11-24", "2026-11-23")]
)
def test_thirty_days_back_are_shown(asked: str, day: str) -> None:
    assert chosen_day(asked, "2026-11-23") == day


def test_how_full_it_was_is_told_from_five_people_on(staff: httpx.Client) -> None:
    cells = re.findall(r'<tr><th scope="row">(\d\d)–\d\d</th><td>(.*?)</td>', unescape(staff.get("/heat").text))
    assert dict(cells)["09"] == "6"
    assert dict(cells)["10"] == "<5"
    assert dict(cells)["08"] == "<5"
    assert dict(cells)["20"] == "–"


@pytest.mark.parametrize("path", ["/timeline", "/heat"])
def test_strangers_are_sent_to_sign_in(pages: Pages, path: str) -> None:
    assert httpx.get(f"{pages.url}{path}").headers["location"] == "/sign-in"


def test_what_the_log_says_next_is_soon_on_the_page(staff: httpx.Client, pages: Pages) -> None:
    log = LogOfDays(pages.folder)
    log.write(NINE_MS + 2 * HOUR_MS + MINUTE_MS, DeskMoved("d01", "unknown"))
    log.close()
    wait_until(lambda: "11:01–12:00 sconosciuta" in staff.get("/timeline").text, "the next fact")


@pytest.mark.parametrize(
    ("looked", "now_s", "version", "due"),
    [
        (None, 0.0, 0, True),
        ((100.0, 3), 110.0, 4, False),
        ((100.0, 3), 116.0, 4, True),
        ((100.0, 3), 116.0, 3, False),
        ((100.0, 3), 221.0, 3, True),
    ],
)
def test_bookings_are_looked_at_soon_after_the_site_knows_more(
    looked: tuple[float, int] | None, now_s: float, version: int, *, due: bool
) -> None:
    assert is_due(looked, now_s, version) == due


SMALLEST_PX = 12
LETTERS = """svgs => svgs.flatMap(svg => [...svg.querySelectorAll("text")].map(
  text => parseFloat(getComputedStyle(text).fontSize) * svg.getScreenCTM().a))"""


def test_on_a_narrow_screen_the_letters_of_both_drawings_can_be_read(staff: httpx.Client, pages: Pages) -> None:
    cookies = [{"name": name, "value": value, "url": pages.url} for name, value in staff.cookies.items()]
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        context = chromium.new_context(viewport={"width": 320, "height": 700})
        context.add_cookies(cookies)  # type: ignore[arg-type]
        page = context.new_page()
        for path, drawing in (("/timeline", "svg.hub-timeline"), ("/heat", "svg.hub-heat")):
            page.goto(f"{pages.url}{path}")
            letters = page.eval_on_selector_all(drawing, LETTERS)
            assert len(letters) > 10
            assert min(letters) >= SMALLEST_PX, path
        chromium.close()
