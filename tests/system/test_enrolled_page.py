"""A badge is enrolled by somebody at a browser, and opens the door: all parts are real."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from access.facts import Judged
from registry.accounts import accounts
from registry.accounts.accounts import NewAccount
from tests.support.browser import STREAMING, Watched, launch, sign_in
from tests.support.faces import PASSWORD, kept
from tests.support.menus import choose
from tests.system.test_enrolled import CARD, OTHER_CARD, STAFF_CARD, Desk, book, reception

SITES_CARD = "04A1B2C3D4E583"
MOVES_WITHIN_MS = 15_000


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("enrolled")
    with reception(folder, "zeno") as made:
        book(made, "anna", "bruno")
        made.site.books.add_account(NewAccount("bice", "Bice Guida", None, administrator=True))
        with made.site.books.database.write() as connection:
            found = accounts.of_login(connection, "bice", 0)
            assert found is not None
            accounts.set_password(connection, found.account.id, kept(PASSWORD))
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    url = f"http://127.0.0.1:{desk.site.registry_port}"
    watched = Watched(url.removeprefix("http://"))
    context = browser.new_context(locale="it-IT", base_url=url)
    page = watched.watch(context.new_page())
    page.goto("/sign-in")
    page.fill("#login", "bice")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{url}/")
    yield page
    context.close()
    assert watched.strayed == []
    assert watched.complaints == []


def says(page: Page, words: str) -> None:
    expect(page.locator("[sse-swap=headline]")).to_contain_text(words, timeout=MOVES_WITHIN_MS)


def test_a_badge_is_enrolled_tested_lost_and_replaced_at_a_browser(desk: Desk, page: Page) -> None:
    choose(page, "/enrol")
    page.fill("#q", "ann")
    page.keyboard.press("Enter")
    page.click("text=Anna")
    page.select_option("#reader", "matera/front-in")
    page.click("text=Chiedi il badge")
    page.wait_for_function(STREAMING)
    says(page, "Avvicina ora il badge al lettore front-in")
    page.focus("text=Interrompi e torna alla persona")
    assert desk.shows(STAFF_CARD) == "wait"
    says(page, "Questo badge è già in uso: è di Sara.")
    # What moved by itself left the focus where it was.
    assert "Interrompi" in page.evaluate("document.activeElement.textContent")
    page.click("text=Riprova allo stesso lettore")
    says(page, "Avvicina ora")
    assert desk.shows(CARD) == "wait"
    says(page, "Badge letto. Conferma che è di Anna.")
    page.click("text=Abilita il badge")
    says(page, "Badge abilitato per Anna.")
    page.click("text=Prova il badge adesso")
    says(page, "Avvicina ora")
    assert desk.shows(CARD) == "wait"
    says(page, "Prova riuscita: è il badge di Anna")
    expect(page.locator("[sse-swap=next] tbody tr")).to_have_count(2)
    desk.is_let_in(CARD)
    page.goto("/enrol?q=anna")
    page.click("text=Anna")
    page.click('td a:has-text("Smarrito")')
    page.fill("#why", "perso")
    page.click("text=Revoca il badge")
    expect(page.locator("main [role=status]")).to_contain_text("Badge revocato")
    desk.is_refused(CARD)
    page.click("text=Chiedi il badge")  # The badge and the reader are chosen already.
    says(page, "Avvicina ora")
    assert desk.shows(OTHER_CARD) == "wait"
    says(page, "quello vecchio non apre più")
    page.click("text=Sostituisci il badge")
    says(page, "Badge sostituito")
    desk.is_let_in(OTHER_CARD)


def test_a_badge_is_given_at_the_sites_own_page_and_opens_its_door(desk: Desk, browser: Browser) -> None:
    url = f"http://127.0.0.1:{desk.site.pages_port}"
    watched = Watched(url.removeprefix("http://"))
    page = watched.watch(browser.new_context(locale="it-IT", base_url=url).new_page())
    sign_in(page, url, "zeno", PASSWORD)
    page.click('a[href="/enrol"]')
    page.fill("#name", "brun")
    page.keyboard.press("Enter")
    page.click("text=Bruno")
    desk.is_refused(SITES_CARD, "back-in")
    page.fill("#password", PASSWORD)  # The registry lends its own answer to nobody but whoever stands there.
    page.keyboard.press("Enter")
    page.select_option("#reader", "back-in")
    page.click("text=Chiedi il badge")
    page.wait_for_function(STREAMING)
    says(page, "Avvicina ora il badge al lettore back-in")
    assert desk.shows(SITES_CARD, "back-in") == "wait"
    says(page, "Badge letto. Conferma che è di Bruno.")
    page.click("text=Abilita il badge")
    says(page, "Badge abilitato per Bruno.")
    (held,) = desk.http.get("/people/bruno/badges").json()["items"]
    assert (held["person"], held["revoked"]) == ("bruno", False)
    desk.is_let_in(SITES_CARD, "back-in")  # As soon as the site's replica has it.
    assert (desk.reads()[-1].reader, desk.site.log.facts(Judged)[-1].badge) == ("back-in", held["id"])
    page.context.close()
    assert (watched.strayed, watched.complaints) == ([], [])
