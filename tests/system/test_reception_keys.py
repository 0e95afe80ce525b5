"""A day at a reception desk by keyboard alone and without scripts, every part real, and the centre killed before it
begins: as whoever has no mouse has it. In the order in which it happens.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.browser import launch
from tests.support.faces import PASSWORD
from tests.support.keys import pressed, typed
from tests.system.test_reception import ANNA, BRUNO, COMES_MS, STAFF, Desks, at, reception


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    with reception(tmp_path_factory.mktemp("keys")) as found:
        found.here.registry.kill()
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def page(desks: Desks, browser: Browser) -> Iterator[Page]:
    """Zeno's browser at his site, all day long."""
    page = opened(browser, at(desks.here))
    expect.set_options(timeout=COMES_MS)
    signs_in(page, STAFF["matera"])
    expect(page.locator(".hub-who")).to_contain_text("Zeno (zeno)")
    yield page
    expect.set_options(timeout=5_000)
    page.context.close()


def opened(browser: Browser, address: str) -> Page:
    page = browser.new_context(locale="it-IT", java_script_enabled=False, base_url=address).new_page()
    page.set_default_timeout(COMES_MS)
    return page


def signs_in(page: Page, login: str) -> None:
    page.goto("/sign-in")
    typed(page, name=login, code=PASSWORD)


def gives_a_reason(page: Page, button: str) -> None:
    pressed(page, "#reason", "ArrowDown")
    pressed(page, button, "Enter")


def test_the_language_is_switched_and_back(page: Page) -> None:
    for language, heading in (("en", "Who is in"), ("it", "Chi è dentro")):
        pressed(page, f".hub-languages a[lang={language}]", "Enter")
        expect(page.locator("#h-people")).to_have_text(heading)


def test_who_is_refused_is_seen_with_the_reason_and_a_desk_changes_by_itself(desks: Desks, page: Page) -> None:
    assert (desks.taps(ANNA), desks.taps(BRUNO)) == ("granted", "denied")
    desks.sensors[1].presence(present=False)
    expect(page.locator("[sse-swap=desks] tbody tr", has_text="D2").locator(".desk-state")).to_have_text("libera")
    refused = page.locator("[sse-swap=taps] tbody tr", has_text="Bruno Persona")
    expect(refused).to_contain_text("nessuna prenotazione")


def test_somebody_walks_in(desks: Desks, page: Page) -> None:
    pressed(page, "main a[href='/walk-in']", "Enter")
    typed(page, name="bruno")
    pressed(page, "#desk", "ArrowDown")
    pressed(page, "form[action='/walk-in'] button", "Enter")
    expect(page.locator(".alert-success")).to_contain_text("Chiesta la postazione")
    assert desks.taps(BRUNO) == "granted"


def test_a_door_is_opened_with_a_reason(desks: Desks, page: Page) -> None:
    released = desks.here.releases(17)
    pressed(page, "main a[href='/doors/front/open']", "Enter")
    gives_a_reason(page, "form[action='/doors/front/open'] button")
    expect(page.locator(".alert-success")).to_contain_text("Apertura di")
    desks.here.until(lambda: desks.here.releases(17) > released, "the door to open")


def test_a_visitor_comes_the_site_is_locked_down_and_who_is_in_is_printed(desks: Desks, page: Page) -> None:
    pressed(page, "main a[href='/visits']", "Enter")
    gives_a_reason(page, "form[action='/visits'] button")
    expect(page.locator(".alert-success")).to_have_text("Visita iniziata.")
    alarms = page.locator("[sse-swap=alarms]")
    for button, answer in (("Blocca", "denied"), ("Togli il blocco", "granted")):
        pressed(page, "main a[href='/lockdown']", "Enter")
        pressed(page, "#confirm", "Space")
        gives_a_reason(page, f"main button:text-is('{button}')")
        page.wait_for_url(f"{at(desks.here)}/")
        assert desks.taps(ANNA) == answer
        locked = expect(alarms).to_contain_text if answer == "denied" else expect(alarms).not_to_contain_text
        locked("Ingressi bloccati.")  # What the switch offers next is what the pages know.
    expect(page.locator("[sse-swap=people]")).to_contain_text("Anna Persona")  # The list shows the moment it is opened.
    pressed(page, "nav a[href='/muster']", "Enter")
    for name in ("Anna Persona", "Bruno Persona", "Zeno (zeno)"):
        expect(page.locator(".hub-muster-list")).to_contain_text(name)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
    page.goto("/visits")
    pressed(page, "form[action$='/end'] button", "Enter")
    page.wait_for_url(f"{at(desks.here)}/")
    expect(page.locator("[sse-swap=people]")).not_to_contain_text("Zeno (zeno)")
    page.goto("/muster")
    expect(page.locator(".hub-muster-list")).not_to_contain_text("Zeno (zeno)")


def test_a_badge_is_denied_and_opens_no_more(desks: Desks, page: Page) -> None:
    page.goto("/")
    pressed(page, "main a[href='/badges']", "Enter")
    pressed(page, "main a[href='/people/anna/deny']", "Enter")
    gives_a_reason(page, "form[action='/people/anna/deny'] button")
    expect(page.locator(".alert-success")).to_contain_text("Anna Persona")
    assert desks.taps(ANNA) == "denied"


def test_staff_of_another_site_see_theirs_alone(desks: Desks, browser: Browser) -> None:
    other = opened(browser, at(desks.there))
    signs_in(other, STAFF["matera"])
    expect(other.get_by_role("alert")).to_contain_text("Il codice non è giusto")
    signs_in(other, STAFF["cinisello"])
    expect(other.locator(".hub-who")).to_contain_text("Carla (carla)")
    for name, found in (
        ("dina", "Nessuna postazione è libera adesso."),
        ("anna", "Nessuno che la sede conosca ha «anna» nel nome."),
    ):
        other.goto("/walk-in")
        typed(other, name=name)
        expect(other.locator("main")).to_contain_text(found)
    other.context.close()


def test_staff_sign_out(page: Page) -> None:
    pressed(page, "form[action='/sign-out'] button", "Enter")
    page.wait_for_url("**/sign-in*")
