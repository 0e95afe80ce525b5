"""A participant is refused at a real door, reads why at the centre, books in three taps, and is let in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import update

from access.reasons import Reason
from registry import accounts, clock
from registry import tables as t
from registry.accounts import NewAccount
from tests.support.browser import Watched, launch
from tests.support.faces import PASSWORD, kept
from tests.system.test_enrolled import CARD, Desk, reception

HOUR_MS, MORNING = 3_600_000, 10


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
        with made.site.books.database.write() as connection:
            found = accounts.of_login(connection, "anna", 0)
            assert found is not None
            accounts.set_password(connection, found.account.id, kept(PASSWORD))
            connection.execute(update(t.site).values(timezone=in_the_morning()))
        yield made


@pytest.fixture
def page(desk: Desk) -> Iterator[Page]:
    url = f"http://127.0.0.1:{desk.site.registry_port}"
    watched = Watched(url.removeprefix("http://"))
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        context = chromium.new_context(locale="it-IT", base_url=url, java_script_enabled=False)
        page = watched.watch(context.new_page())
        page.goto("/sign-in")
        page.fill("#login", "anna")
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(f"{url}/")
        yield page
        chromium.close()
    assert watched.strayed == []


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


def test_refused_reads_why_books_and_is_let_in(desk: Desk, page: Page) -> None:
    desk.enrols("anna", CARD)
    desk.site.until(lambda: refused_as(desk) == Reason.NO_BOOKING, "the door to know the badge, and no booking")
    reads(desk, page, "/me/refusals", "Non hai una prenotazione qui: prenota, poi mostra il badge.")
    page.click("main >> text=Prenota un posto >> nth=0")
    page.click("main >> text=Postazione 1")
    page.click("section[aria-labelledby=tap] button >> nth=0")
    assert "Prenotato." in page.inner_text("main")
    desk.is_let_in(CARD)
    reads(desk, page, "/me/today", "Sei in ")
