"""The live page for everyone: without JavaScript, at 320 px, by keyboard, when empty, when its server is gone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.browser import STREAMING, Watched, launch, sign_in
from tests.support.live_day import busy, empty
from tests.support.live_pages import DEADLINE_S, Pages, answers, running, start, wait_until

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 700}
FOCUSED = """() => {
  const at = document.activeElement;
  return at === document.body ? ["", null] : [at.textContent.trim(), getComputedStyle(at).outlineWidth];
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with running(tmp_path_factory.mktemp("pages")) as made:
        made.gateway.publish(busy())
        yield made


def opened(browser: Browser, pages: Pages, size: dict[str, int], *, scripts: bool = True) -> Page:
    context = browser.new_context(viewport=size, locale="it-IT", java_script_enabled=scripts)  # type: ignore[arg-type]
    page = context.new_page()
    sign_in(page, pages.url)
    return page


def test_without_javascript_the_page_says_the_same_and_refreshes_itself(browser: Browser, pages: Pages) -> None:
    pages.gateway.publish(busy())
    page = opened(browser, pages, WIDE, scripts=False)
    expect(page.locator(".hub-count strong")).to_have_text("7")
    expect(page.locator("noscript meta[http-equiv=refresh]")).to_have_count(1)
    assert page.locator("[sse-swap=desks] tbody tr").count() == 24
    page.get_by_role("link", name="Ferma l'aggiornamento").click()
    expect(page.locator("meta[http-equiv=refresh]")).to_have_count(0)
    expect(page.get_by_text("Aggiornamento fermo alle 11:10:00.")).to_be_visible()
    page.get_by_role("link", name="Riprendi").click()
    page.get_by_role("link", name="Apri Ingresso").click()
    page.get_by_label("Motivo").select_option("forgotten")
    page.get_by_role("button", name="Apri la porta").click()
    expect(page.locator(".alert-success")).to_contain_text("Apertura di «Ingresso» chiesta")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Who is in")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Staff sign-in")).to_be_visible()
    page.context.close()


def test_the_whole_way_by_keyboard(browser: Browser, pages: Pages) -> None:
    pages.gateway.publish(busy())
    page = browser.new_page(viewport=WIDE, locale="it-IT")  # type: ignore[arg-type]
    page.goto(pages.url)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Vai al contenuto")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Il tuo nome")).to_be_focused()
    page.keyboard.type("Paola")
    page.keyboard.press("Tab")
    page.keyboard.type("prova 2345")
    page.keyboard.press("Enter")
    expect(page.locator(".hub-count")).to_be_visible()
    assert walk(page) == [
        "Vai al contenuto",
        "IT",
        "EN",
        "Esci",
        "Hubout Cinisello Balsamo",
        "In diretta",
        "Giornata",
        "Display a parete",
        "Chi è dentro: elenco",
        "Ferma l'aggiornamento",
        "Apri",
        "Evacuazione",
        "Blocco degli ingressi",
        "Disegna la pianta",
        "Assegna una postazione",
        "Visite",
        "Blocca un badge",
        "Badge",
        "Imposta l'ora",
    ]
    page.close()


def walk(page: Page) -> list[str]:
    """The texts of what Tab reaches, in order, each with an outline that can be seen."""
    found: list[str] = []
    page.evaluate("document.activeElement.blur()")
    while len(found) < 30:
        page.keyboard.press("Tab")
        text, outline = page.evaluate(FOCUSED)
        if text in found or outline is None:
            break
        assert outline == "3px", text
        found.append(text)
    return found


def test_an_empty_site_says_so_everywhere(browser: Browser, pages: Pages) -> None:
    bare = empty()
    bare["desks"], bare["doors"], bare["devices"], bare["devices_in_all"] = [], [], [], 0
    pages.gateway.publish(bare)
    page = opened(browser, pages, NARROW)
    for sentence in (
        "Al momento non risulta nessuno.",
        "Questa sede non ha postazioni:",
        "Questa sede non ha porte:",
        "Questa sede non ha dispositivi:",
        "Nessun passaggio dall'avvio.",
    ):
        expect(page.get_by_text(sentence).first).to_be_visible()
    page.context.close()


def test_when_the_pages_go_away_the_page_says_so_and_afterwards_asks_to_sign_in(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("lost")
    with running(folder) as pages:
        pages.gateway.publish(busy())
        page = opened(browser, pages, WIDE)
        lost = page.locator("#lost")
        expect(lost).to_be_hidden()
        wait_until(lambda: page.evaluate(STREAMING), "the page streams")
        pages.process.kill()
        pages.process.wait(DEADLINE_S)
        expect(lost).to_be_visible(timeout=15_000)
        expect(page.locator("[sse-swap=people]")).to_contain_text("Aurora Ferri")
        again = start(folder / "site.toml")
        wait_until(lambda: answers(pages.url), "the pages are back")
        expect(page.get_by_role("heading", name="Accesso del personale")).to_be_visible(timeout=20_000)
        again.terminate()
        again.wait(DEADLINE_S)
        page.context.close()


def test_when_the_gateway_falls_silent_the_page_says_since_when_and_recovers(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with running(tmp_path_factory.mktemp("silent")) as pages:
        pages.gateway.publish(busy())
        page = opened(browser, pages, WIDE)
        watched = Watched(pages.url.removeprefix("http://"))
        watched.watch(page)
        expect(page.locator("[sse-swap=feed]")).to_contain_text("Aggiornato alle 11:10:00")
        pages.gateway.stop()
        expect(page.locator("[sse-swap=feed]")).to_contain_text("Il gateway non risponde da", timeout=15_000)
        expect(page.locator("[sse-swap=feed]")).to_contain_text("quello che vedi è delle 11:10:00")
        pages.gateway.start()
        expect(page.locator("[sse-swap=feed]")).to_contain_text("Aggiornato alle", timeout=10_000)
        assert (watched.strayed, watched.complaints) == ([], [])
        page.context.close()
