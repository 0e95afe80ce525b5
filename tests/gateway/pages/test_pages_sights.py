"""Every page of the site's face, empty, full and in trouble, held to what every page of ours is held to."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from access.clock import HOUR_MS, SECOND_MS
from access.facts import Entered, Left
from access.records import Badge, Person
from gateway.pages.app import make
from gateway.pages.display_links import DISPLAYS_FILE, ID_CHARACTERS, Displays
from gateway.pages.shape import Snapshot
from pages.languages import LANGUAGES
from tests.support.browser import launch, sign_in
from tests.support.live_day import busy, empty, furnished
from tests.support.live_pages import Pages, showing, wait_until
from tests.support.live_site import NINE_MS, small_site
from tests.support.live_watch import watched
from tests.support.log_of_days import LogOfDays, booked
from tests.support.page_rules import Reader, Sight, send_at_once, unlisted


def bare() -> Snapshot:
    """A site with nothing in it."""
    return {**empty(), "desks": [], "rooms": [], "doors": [], "devices": [], "devices_in_all": 0}


def full() -> Snapshot:
    """A busy day with everything on the plan; a badge was just tapped that can be barred."""
    seen = furnished()
    next(line for line in seen["happened"] if line["what"] == "tap" and line["who"])["badge"] = "b1"
    return seen


def lapse(page: Page) -> None:
    """Send a form whose token is not its session's."""
    page.eval_on_selector("main form input[name=csrf]", "input => { input.value = 'x'.repeat(64); }")
    send_at_once(page)


SECRET = "a-secret-that-nobody-guesses"
ATRIUM = sha256(SECRET.encode()).hexdigest()[:ID_CHARACTERS]
PICTURES: dict[str, Callable[[], Snapshot]] = {"full": full, "watched": watched, "bare": bare}
LIVE = (
    Sight("/"),
    Sight("/?still"),
    Sight("/badges"),
    Sight("/visits"),
    Sight("/muster"),
    Sight("/timeline"),
    Sight("/timeline?day=2026-11-01", "/timeline"),
    Sight("/heat"),
    Sight("/plan"),
    Sight("/walk-in"),
    Sight("/walk-in?name=a", "/walk-in"),
    Sight("/walk-in?name=zz", "/walk-in"),
    Sight(f"/display/{SECRET}", "/display/{secret}", stranger=True),
)
"""What looks otherwise with each picture."""
FORMS = (
    Sight("/doors/ingresso/open", "/doors/{door}/open"),
    Sight("/badges/b1/deny", "/badges/{ident}/deny"),
    Sight("/people/p1/deny", "/people/{ident}/deny"),
    Sight("/enrol?name=a", "/enrol"),
    Sight("/enrol/people/p1", "/enrol/people/{person}"),
    Sight("/enrol/badges/b1/lost", "/enrol/badges/{badge}/lost"),
    Sight("/enrol/badges/b1/lost", status=422, first=send_at_once),
    Sight("/lockdown"),
    Sight("/evacuation"),
    Sight("/clock"),
    Sight("/displays"),
    Sight("/sign-in?ended", "/sign-in", stranger=True),
    Sight(f"/displays/{ATRIUM}/withdraw", "/displays/{ident}/withdraw"),
    Sight("/display/withdrawn", status=404, stranger=True),
    Sight("/sign-in", stranger=True),
    Sight("/no-such-page", status=404),
    Sight("/no-such-page", status=404, stranger=True),
    Sight("/lockdown", status=403, first=lapse),
    Sight("/sign-in", status=422, first=send_at_once, stranger=True),
    *(
        Sight(path, status=422, first=send_at_once)
        for path in ("/lockdown", "/evacuation", "/clock", "/visits", "/displays")
    ),
    *(
        Sight(path, status=422, first=send_at_once)
        for path in ("/doors/ingresso/open", "/badges/b1/deny", "/people/p1/deny")
    ),
)
"""What looks the same with each; the second of a form is what comes when it is sent empty."""
CALLS = ("/enrol/calls/{call}", "/enrol/calls/{call}/events")
"""These need a registry: test_pages_enrol_sights."""
NO_PAGES = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/live/events",
    "/display/{secret}/events",
    "/language/{language}",
    *CALLS,
)
"""For monitors and streams, and a way on to another page."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    folder = tmp_path_factory.mktemp("pages")
    Displays(folder / DISPLAYS_FILE).make("Atrio", "Paola", NINE_MS, SECRET)
    log = LogOfDays(folder)
    log.write(NINE_MS - HOUR_MS, *(Entered(f"p{n}", "ingresso", "sala", "1-1") for n in range(9)))
    log.write(NINE_MS, Left("ingresso", "sala", "", "p1"))
    log.close()
    known = (Person(f"p{n}", name, frozenset({"sala"})) for n, name in enumerate(("Aurora", "Anna Maria")))
    booked(
        folder, *known, Badge("b1", "p1", (bytes(32),), long_pulse=True), Badge("b2", "p1", (b"2" * 32,), revoked=True)
    )
    with showing(folder, busy()) as made:
        yield made


@pytest.fixture(scope="module")
def readers(browser: Browser, pages: Pages) -> Iterator[dict[str, Reader]]:
    made = {code: Reader(browser, pages.url, code, lambda page: sign_in(page, pages.url)) for code in LANGUAGES}
    yield made
    for reader in made.values():
        reader.close()


def shown(pages: Pages, picture: str) -> None:
    """Publish a picture and wait until the pages have it."""
    seen, mark = PICTURES[picture](), 1_000 + list(PICTURES).index(picture)
    seen["sources"]["replica_age_ms"] = mark * SECOND_MS
    pages.gateway.publish(seen)
    wait_until(lambda: f"age_seconds {mark}\n" in httpx.get(f"{pages.url}/metrics").text, "the picture is shown")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sight", LIVE, ids=lambda sight: sight.name)
@pytest.mark.parametrize("picture", PICTURES)
def test_a_page_is_for_everyone_whatever_there_is_to_show(
    readers: dict[str, Reader], pages: Pages, picture: str, sight: Sight, language: str
) -> None:
    shown(pages, picture)
    assert readers[language].faults(sight) == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sight", FORMS, ids=lambda sight: f"{sight.name} {sight.status}")
def test_a_form_and_what_comes_of_it_are_for_everyone(
    readers: dict[str, Reader], pages: Pages, sight: Sight, language: str
) -> None:
    shown(pages, "full")
    assert readers[language].faults(sight) == {}


def test_no_page_of_the_face_is_left_out() -> None:
    app = make(small_site(), "code", Path(), bytes(32), lambda: 0.0, lambda: "ident")
    assert unlisted(app, (*LIVE, *FORMS), NO_PAGES) == set()
