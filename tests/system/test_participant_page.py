"""A badge is given, a participant is refused at a real door, reads why at the centre, books in three taps and is let
in; the badge is revoked, and opens no more. Every page by keys alone and without scripts.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import update

from access.reasons import Reason
from registry import clock
from registry.accounts import accounts
from registry.accounts.accounts import NewAccount
from registry.tables import core as t
from tests.support.browser import Watched, launch
from tests.support.faces import PASSWORD, kept
from tests.support.keys import pressed, typed
from tests.system.test_enrolled import CARD, Desk, reception

HOUR_MS, MORNING = 3_600_000, 10
COMES_MS = 30_000


def in_the_morning() -> str:
    """A time zone where it is ten o'clock, so that the day has hours left to book whenever this runs."""
    ahead = MORNING - clock.wall_ms() // HOUR_MS % 24
    ahead += 24 if ahead < -12 else 0
    return f"Etc/GMT{-ahead:+}"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with reception(tmp_path_factory.mktemp("participant")) as made:
        place = {"id": "desk-1", "kind": "desk", "name": "Postazione 1", "zone": "hall"}
        answer = made.http.post(f"/sites/{made.site.site}/resources", json=place)
        assert answer.status_code == 201, answer.text
        made.site.books.add_account(NewAccount("anna", "Anna", "anna"))
        made.site.books.add_account(NewAccount("bice", "Bice Guida", None, administrator=True))
        with made.site.books.database.write() as connection:
            for login in ("anna", "bice"):
                found = accounts.of_login(connection, login, 0)
                assert found is not None
                accounts.set_password(connection, found.account.id, kept(PASSWORD))
            connection.execute(update(t.site).values(timezone=in_the_morning()))
        yield made


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def signed_in(desk: Desk, browser: Browser, watched: Watched, login: str) -> Page:
    context = browser.new_context(locale="it-IT", base_url=f"http://{watched.host}", java_script_enabled=False)
    page = watched.watch(context.new_page())
    page.set_default_timeout(COMES_MS)
    page.goto("/sign-in")
    typed(page, login=login, password=PASSWORD)
    page.wait_for_url(f"http://{watched.host}/")
    return page


def reads(desk: Desk, page: Page, path: str, words: str) -> None:
    """Look at a page until it says something."""

    def said() -> bool:
        page.goto(path)
        return words in page.inner_text("main")

    desk.site.until(said, f"{path} to say {words!r}")


def refused_as(desk: Desk) -> str:
    """Show the card, and give the log's reason."""
    assert desk.shows(CARD) == "denied"
    return desk.site.log.verdicts()[-1].reason


def is_given_a_badge(desk: Desk, staff: Page) -> None:
    """At the front's reader: the page looks again by itself, and stands still where there is something to confirm."""
    staff.goto("/enrol")
    typed(staff, q="anna")
    pressed(staff, "main a[href='/enrol/people/anna']", "Enter")
    pressed(staff, "#reader", "End")
    pressed(staff, "form[action='/enrol/people/anna'] button", "Enter")
    expect(staff.locator("main")).to_contain_text("Avvicina ora il badge", timeout=COMES_MS)
    assert desk.shows(CARD, "front-in" if "front-in" in staff.inner_text("main") else "back-in") == "wait"
    expect(staff.locator("main")).to_contain_text("Conferma che è di Anna.", timeout=COMES_MS)
    pressed(staff, "form[action$='/confirm'] button", "Enter")
    expect(staff.locator("main")).to_contain_text("Badge abilitato per Anna.", timeout=COMES_MS)


def is_revoked(staff: Page) -> None:
    staff.goto("/people/anna")
    pressed(staff, "main a[href$='/revoke']", "Enter")
    typed(staff, reason="perso")
    expect(staff.locator("main")).to_contain_text("Il badge di Anna è revocato.", timeout=COMES_MS)


def test_a_badge_is_given_refused_let_in_with_a_booking_and_revoked(desk: Desk, browser: Browser) -> None:
    watched = Watched(f"127.0.0.1:{desk.site.registry_port}")
    staff, anna = (signed_in(desk, browser, watched, login) for login in ("bice", "anna"))
    is_given_a_badge(desk, staff)
    desk.site.until(lambda: refused_as(desk) == Reason.NO_BOOKING, "the door to know the badge, and no booking")
    reads(desk, anna, "/me/refusals", "Non hai una prenotazione qui: prenota, poi mostra il badge.")
    pressed(anna, "main a[href^='/me/book']", "Enter")
    pressed(anna, "main a:has-text('Postazione 1')", "Enter")
    pressed(anna, "section[aria-labelledby=tap] button", "Enter")
    expect(anna.locator("main")).to_contain_text("Prenotato.")
    desk.is_let_in(CARD)
    reads(desk, anna, "/me/today", "Sei in ")
    is_revoked(staff)
    desk.is_refused(CARD)
    assert watched.strayed == []
