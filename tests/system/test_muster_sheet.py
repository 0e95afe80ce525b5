"""The muster list on paper: one sheet, whoever is in, from any page with one tap and by keyboard."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from access.clock import HOUR_MS, MINUTE_MS
from access.occupancy import Occupancy, Stay, Visit
from gateway.pages.shape import Snapshot
from tests.support.browser import Watched, launch, sign_in
from tests.support.live_pages import Pages, running
from tests.support.live_site import NINE_MS, fresh, replica, seen

NAMES = ("Anna Maria Fatima Zahra El Idrissi", "Nicolò Andrisani", "Yuki Tanaka", "Giovanni Battista Montemurro")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with running(tmp_path_factory.mktemp("pages")) as made:
        yield made


def crowd(people: int, visiting: int) -> Snapshot:
    names = tuple(f"{NAMES[n % len(NAMES)]} {n}" for n in range(people))
    stays = {
        f"p{n}": Stay("lab" if n % 3 else "sala", NINE_MS - HOUR_MS + n * MINUTE_MS // 4, estimated=n % 9 == 0)
        for n in range(1, people + 1)
    }
    visits = {f"v{n}": Visit("sala", NINE_MS, "Paola Bianchi") for n in range(visiting)}
    return seen(replace(fresh(held=replica(names=names)), occupancy=Occupancy(stays, visits=visits)))


@pytest.mark.parametrize(("people", "visiting"), [(0, 0), (30, 6), (85, 15), (150, 20)])
def test_it_prints_on_one_sheet(browser: Browser, pages: Pages, people: int, visiting: int) -> None:
    pages.gateway.publish(crowd(people, visiting))
    watched = Watched(pages.url.removeprefix("http://"))
    page = watched.watch(browser.new_page(locale="it-IT"))
    sign_in(page, pages.url)
    page.goto(f"{pages.url}/muster")
    expect(page.locator(".hub-muster tbody tr")).to_have_count(people + visiting)
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    page.emulate_media(media="print")
    expect(page.locator("header")).to_be_hidden()
    expect(page.locator(".hub-actions")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    page.context.close()
    assert (watched.strayed, watched.complaints) == ([], [])


def test_it_is_one_tap_away_by_keyboard_and_without_scripts(browser: Browser, pages: Pages) -> None:
    pages.gateway.publish(crowd(12, 1))
    context = browser.new_context(locale="it-IT", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, pages.url)
    page.goto(f"{pages.url}/visits")
    page.get_by_role("link", name="Chi è dentro: elenco").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Elenco dei presenti")
    first = page.get_by_label(re.compile("Trovata: .*")).first
    first.focus()
    page.keyboard.press("Space")
    expect(first).to_be_checked()
    context.close()
