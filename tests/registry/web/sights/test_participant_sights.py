"""Every page of the participant's, empty, full and refused, held to what every page of ours is held to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import update

from access.clock import DAY_MS
from access.facts import Judged
from pages.languages import LANGUAGES
from registry.bookings.bookings import Wanted, book
from registry.bookings.series import NewSeries, booking_id, make
from registry.edit import editing
from registry.tables.bookings import booking
from tests.support.browser import launch
from tests.support.centres import NINE_MS, Centre
from tests.support.faces import PASSWORD
from tests.support.log_rows import rows_of, sent
from tests.support.page_rules import NARROW, Reader, Sight, looked_at
from tests.support.participants import Clock, School, school

BOOKED, FORGOTTEN = "a-booking", "a-desk-of-before"
FIRST = datetime(2026, 11, 26, 9)  # noqa: DTZ001 -- a site's own time
WEEKLY = booking_id("a-series", FIRST)


def type_nothing(page: Page) -> None:
    """Send the form of typed hours as it is."""
    with page.expect_navigation():
        page.evaluate(
            "() => { const f = [...document.querySelectorAll('main form')].at(-1); f.noValidate = true;"
            " f.requestSubmit(); }"
        )


SIGHTS = (
    Sight("/me/today"),
    Sight("/me/book"),
    Sight("/me/book/cinisello/d1?day=2026-11-23", "/me/book/{site}/{resource}"),
    Sight("/me/book/cinisello/d1?day=2026-11-23", "/me/book/{site}/{resource}", 422, type_nothing),
    Sight("/me/bookings"),
    Sight(f"/me/bookings/cinisello/{BOOKED}", "/me/bookings/{site}/{booking}"),
    Sight(f"/me/bookings/cinisello/{FORGOTTEN}", "/me/bookings/{site}/{booking}"),
    Sight(f"/me/bookings/cinisello/{WEEKLY}/series", "/me/bookings/{site}/{booking}/series"),
    Sight("/me/bookings/cinisello/none", "/me/bookings/{site}/{booking}", 404),
    Sight("/me/refusals"),
    Sight("/me/hours"),
    Sight("/me/calendar"),
    Sight("/me/data"),
    Sight("/me/consents"),
    Sight("/me/data", status=422, first=type_nothing),
)


def enter(page: Page, url: str) -> None:
    """Sign in as Anna."""
    page.goto(f"{url}/sign-in")
    page.fill("#login", "anna")
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.click("main button[type=submit]")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def busy(hand_set: tuple[Centre, Clock]) -> Iterator[School]:
    """Anna has bookings, waits, and was refused."""
    with school(*hand_set) as found:
        wanted = Wanted("d1", found.ids["anna"], NINE_MS + 3_600_000, NINE_MS + 3 * 3_600_000)
        with editing(found.centre.database, NINE_MS) as edit:
            book(edit, "cinisello", BOOKED, wanted)
            ago = replace(wanted, start_ms=wanted.start_ms - 3 * DAY_MS, end_ms=wanted.end_ms - 3 * DAY_MS)
            book(edit, "cinisello", FORGOTTEN, ago)
            gone = update(booking).where(booking.c.id == FORGOTTEN).values(resource=None)
            edit.connection.execute(gone)
            make(
                edit,
                "cinisello",
                "a-series",
                NewSeries("d2", found.ids["anna"], "", FIRST, 3_600_000, "FREQ=WEEKLY;COUNT=3"),
            )
        found.booked("bruno", 5, 9)
        waits = {"resource": "d1", "start_ms": NINE_MS + 5 * 3_600_000, "end_ms": NINE_MS + 9 * 3_600_000}
        found.centre.made("/sites/cinisello/waiting", {"person": found.ids["anna"], **waits})
        refused = Judged("main", "in", "in", False, "no-booking", "x", found.ids["anna"], "b")
        found.centre.as_gateway("cinisello", "POST", "/events", sent(rows_of(refused)))
        yield found


@pytest.fixture(scope="module", params=LANGUAGES)
def reading(request: pytest.FixtureRequest, browser: Browser, busy: School) -> Iterator[Reader]:
    url = str(busy.centre.http.base_url).rstrip("/")
    made = Reader(browser, url, str(request.param), lambda page: enter(page, url))
    yield made
    made.close()


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: f"{sight.name} {sight.status}")
def test_a_page_is_for_everybody(reading: Reader, sight: Sight) -> None:
    assert reading.faults(sight) == {}


def test_the_page_that_shows_a_new_calendar_link_is_for_everybody(browser: Browser, busy: School) -> None:
    url = str(busy.centre.http.base_url).rstrip("/")
    context = browser.new_context(locale="en-GB", viewport=NARROW)
    page = context.new_page()
    enter(page, url)
    page.goto(f"{url}/me/calendar")
    page.click("text=Make an address")
    page.wait_for_selector("main img[src^='data:image/svg+xml']")
    assert looked_at(page, "en") == {}
    context.close()


def test_three_taps_in_a_browser(browser: Browser, busy: School) -> None:
    url = str(busy.centre.http.base_url).rstrip("/")
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    enter(page, url)
    page.goto(f"{url}/me/today")
    page.click("main >> text=Book a place")
    page.click("main >> text=d2")
    page.click("main >> text=14:00–18:00")
    assert "Booked." in page.inner_text("main")
    assert "d2" in page.inner_text("h1")
    context.close()
