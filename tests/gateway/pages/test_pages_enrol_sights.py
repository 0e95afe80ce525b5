"""The site's pages of enrolment with the registry there, as somebody of the staff sees them at each step, held to what
every page of ours is held to.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from pages.languages import LANGUAGES
from tests.support.browser import launch, sign_in
from tests.support.called import CARD, OTHER_CARD, PHONE, card_body
from tests.support.faces import PASSWORD
from tests.support.page_rules import Reader, Sight, send_at_once
from tests.support.site_counter import SITE, Counter, beside_registry, counter


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    """Anna has a badge; Zeno is at the counter and has shown the registry who he is."""
    with beside_registry(tmp_path_factory.mktemp("beside")) as made, counter(*made) as standing:
        made[0].registry.enrol(made[2], OTHER_CARD)
        standing.synced()
        yield standing


@pytest.fixture(scope="module")
def calls(desk: Counter) -> dict[str, str]:
    """A call at each step: somebody's own card, a phone, one that was read and waits."""
    desk.known()
    return {name: _shown(desk, uid) for name, uid in (("mine", OTHER_CARD), ("phone", PHONE), ("read", CARD))}


def _shown(desk: Counter, uid: str) -> str:
    call = desk.called()
    body = card_body(desk.centre, uid, SITE)
    assert desk.centre.as_gateway(SITE, "POST", f"/calls/{call}/card", body).status_code == 200
    return call


@pytest.fixture(scope="module")
def readers(browser: Browser, desk: Counter) -> Iterator[dict[str, Reader]]:
    def enter(page: Page) -> None:
        sign_in(page, desk.pages.url, "zeno", PASSWORD)

    made = {code: Reader(browser, desk.pages.url, code, enter) for code in LANGUAGES}
    yield made
    for reader in made.values():
        reader.close()


def known(page: Page) -> None:
    """Show the registry who is here, and come back to the page."""
    path = page.url
    if page.locator("#password").count():
        page.fill("#password", PASSWORD)
        page.click("main form button[type=submit]")
        page.wait_for_url(lambda url: not url.endswith("/who"))
        page.goto(path)


def to(desk: Counter, call: str) -> Sight:
    """A call, by way of its person's page, where whoever is here is known."""

    def known_first(page: Page) -> None:
        known(page)
        page.goto(f"{desk.pages.url}/enrol/calls/{call}")

    return Sight(f"/enrol/people/{desk.anna}", "/enrol/calls/{call}", first=known_first)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_of_giving_a_badge_is_for_everyone(
    readers: dict[str, Reader], desk: Counter, calls: dict[str, str], language: str
) -> None:
    person = f"/enrol/people/{desk.anna}"
    steps = [Sight(person), Sight(person, status=422, first=send_at_once), Sight(person, person, first=known)]
    found = {}
    for step in (*steps, *(to(desk, call) for call in calls.values())):
        found[step.name] = readers[language].faults(step)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
