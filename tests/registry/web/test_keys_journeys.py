"""Whole journeys by keyboard alone and without JavaScript: a badge given, a place booked in three taps and
cancelled, a file with three wrong rows. Every control is reached with Tab, as whoever has no mouse reaches it.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.registry.web.test_imports import WRONG
from tests.support.browser import launch
from tests.support.called import CARD, card_body, lay_readers
from tests.support.faces import PASSWORD, account
from tests.support.keys import goes, to
from tests.support.participants import School

COMES_MS = 30_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, place: School) -> Iterator[Page]:
    account(place.centre, "clara", administrator="1")
    address = str(place.centre.http.base_url).rstrip("/")
    context = browser.new_context(locale="it-IT", base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(COMES_MS)
    page.goto("/sign-in")
    yield page
    context.close()


def sign_in(page: Page, login: str) -> None:
    to(page, "#login")
    page.keyboard.type(login)
    to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))


def test_a_badge_is_given_at_a_reader(place: School, page: Page) -> None:
    lay_readers(place.centre, "cinisello")
    sign_in(page, "clara")
    goes(page, "main a[href='/enrol']", "#q")
    to(page, "#q")
    page.keyboard.type("ann")
    page.keyboard.press("Enter")
    goes(page, f"main a[href='/enrol/people/{place.ids['anna']}']", "#reader")
    goes(page, "main form button", "text=Avviso il lettore")
    call = page.url.rpartition("/")[2]
    centre = place.centre
    centre.as_gateway("cinisello", "POST", f"/calls/{call}/card", card_body(centre, CARD, "cinisello"))
    # The page looks again by itself, and once there is something to do it stands still.
    expect(page.locator("main")).to_contain_text("Conferma che è di Anna.")
    assert page.locator("meta[http-equiv=refresh]").count() == 0
    to(page, "#long", "Space")
    goes(page, "form[action$='/confirm'] button", "text=Badge abilitato per Anna.")
    (made,) = centre.ask("GET", f"/people/{place.ids['anna']}/badges").json()["items"]
    assert made["long_pulse"]


def test_a_place_is_booked_in_three_taps_and_cancelled(place: School, page: Page) -> None:
    sign_in(page, "anna")
    goes(page, "main a[href='/me/today']", "main a[href='/me/book']")
    goes(page, "main a[href='/me/book']", "section[aria-labelledby=free]")
    goes(page, "main a[href*='/me/book/cinisello/d1']", "section[aria-labelledby=tap]")
    goes(page, "section[aria-labelledby=tap] button", "text=Prenotato.")
    assert [line["state"] for line in place.lines()] == ["booked"]
    goes(page, "form[action$='/cancel'] button", "form[action$='/again'] button")
    assert [line["state"] for line in place.lines()] == ["cancelled"]


def test_a_file_with_three_wrong_rows_is_told_and_one_without_is_brought_in(place: School, page: Page) -> None:
    # Who listens from the beginning finds the browser's choice: one that is asked for with the key may come too late.
    page.on("filechooser", lambda _chooser: None)
    sign_in(page, "clara")
    goes(page, "main a[href='/imports']", "#file")
    before = place.centre.ask("GET", "/people").json()["items"]
    _choose(page, WRONG)
    expect(page.locator("main")).to_contain_text("3 righe rifiutate")
    assert page.inner_text("[aria-labelledby=refused] tbody").count("riga ") == 3
    assert place.centre.ask("GET", "/people").json()["items"] == before
    goes(page, "main a[href='/imports']", "#file")
    _choose(page, "\n".join(WRONG.split("\n")[:2]))
    goes(page, "main form button", "text=1 aggiunte")
    names = {one["name"] for one in place.centre.ask("GET", "/people").json()["items"]}
    assert names - {one["name"] for one in before} == {"Anna Bianchi"}


def _choose(page: Page, text: str) -> None:
    """Open the browser's own choice of files by the keyboard, and send the form."""
    to(page, "#file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files({"name": "persone.csv", "mimeType": "text/csv", "buffer": text.encode()})
    to(page, "main form button", "Enter")
