"""The wall display in a real browser: whole on one screen, live, honest when its server is gone, back by itself."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from gateway.pages.display_links import Displays
from gateway.pages.shape import Snapshot
from tests.support.browser import STREAMING, Watched, launch
from tests.support.live_day import busy, empty
from tests.support.live_pages import DEADLINE_S, Pages, answers, running, start, wait_until
from tests.support.live_watch import watched
from tests.support.page_rules import looked_at

SECRET = "s" * 43
SIZES = {"wall": {"width": 1920, "height": 1080}, "narrow": {"width": 320, "height": 700}}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@dataclass
class Screen:
    """A browser that shows the display of running pages."""

    page: Page
    pages: Pages
    watched: Watched

    def live(self) -> None:
        wait_until(lambda: self.page.evaluate(STREAMING), "the display streams")


@pytest.fixture
def screen(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    folder = tmp_path_factory.mktemp("pages")
    Displays(folder / "displays.json").make("Atrio", "Paola", 1, SECRET)
    with running(folder) as pages:
        pages.gateway.publish(busy())
        watch = Watched(pages.url.removeprefix("http://"))
        context = browser.new_context(viewport=SIZES["wall"], locale="it-IT")  # type: ignore[arg-type]
        page = watch.watch(context.new_page())
        page.goto(f"{pages.url}/display/{SECRET}")
        expect(page.locator("[sse-swap=count]")).to_contain_text("persone presenti")
        yield Screen(page, pages, watch)
        context.close()
        assert watch.strayed == []


def changed(present: int) -> Snapshot:
    picture = busy()
    picture["total"]["present"] = present
    return picture


def test_it_is_live_and_fills_one_screen(screen: Screen) -> None:
    screen.live()
    screen.pages.gateway.publish(changed(23))
    expect(screen.page.locator("[sse-swap=count] strong").first).to_have_text("23")
    assert screen.page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
    assert screen.watched.complaints == []


@pytest.mark.parametrize("size", SIZES)
def test_it_offends_nothing_that_a_machine_can_check(screen: Screen, size: str) -> None:
    screen.page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]
    for picture in (busy(), empty(), {**watched(), "fire": True}):
        screen.pages.gateway.publish(picture)  # type: ignore[arg-type]
        screen.page.reload()
        assert looked_at(screen.page, "it") == {}


def test_it_says_when_its_server_is_gone_hides_the_clock_and_comes_back_by_itself(screen: Screen) -> None:
    screen.live()
    clock = screen.page.locator("[data-live]")
    expect(clock).to_have_text("11:10")
    screen.pages.process.kill()
    screen.pages.process.wait(DEADLINE_S)
    expect(screen.page.locator("#lost")).to_be_visible()
    expect(clock).to_be_hidden()
    expect(screen.page.locator("[sse-swap=count]")).to_contain_text("persone presenti")
    anew = start(screen.pages.folder / "site.toml")
    try:
        wait_until(lambda: answers(screen.pages.url), "the pages answer again")
        screen.pages.gateway.publish(changed(31))
        expect(screen.page.locator("[sse-swap=count] strong").first).to_have_text("31", timeout=DEADLINE_S * 1_000)
        expect(screen.page.locator("#lost")).to_be_hidden()
        expect(screen.page.locator("[data-live]")).to_be_visible()
    finally:
        anew.terminate()
        anew.wait(DEADLINE_S)


def test_without_scripts_it_shows_the_same(browser: Browser, screen: Screen) -> None:
    context = browser.new_context(locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{screen.pages.url}/display/{SECRET}")
    expect(page.locator("[sse-swap=count]")).to_contain_text("people present")
    assert page.locator("noscript meta[http-equiv=refresh], meta[http-equiv=refresh]").count() == 1
    context.close()
