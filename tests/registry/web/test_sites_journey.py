"""Staff at the page of all sites in a real browser: one goes silent, a revocation waits, a clone is confirmed."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from access.clock import HOUR_MS, MINUTE_MS
from access.facts import Entered, Started
from tests.support.browser import Watched, launch
from tests.support.centres import Centre
from tests.support.faces import PASSWORD, account
from tests.support.menus import choose
from tests.support.page_rules import looked_at
from tests.support.participants import Clock, clocked
from tests.support.sites_seen import spoke

SITE = "[sse-swap=site-matera]"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Centre, Clock]]:
    with clocked(tmp_path) as (made, clock):
        made.add_site("matera")
        account(made, "clara", "Clara", administrator="1")
        yield made, clock


@pytest.fixture
def page(running: tuple[Centre, Clock]) -> Iterator[Page]:
    """Clara's browser, signed in, in Italian; nothing strays and nothing complains."""
    address = str(running[0].http.base_url).rstrip("/")
    watched = Watched(urlsplit(address).netloc)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        opened = watched.watch(browser.new_context(locale="it", base_url=address).new_page())
        opened.goto("/sign-in")
        opened.fill("#login", "clara")
        opened.fill("#password", PASSWORD)
        opened.click("main button[type=submit]")
        yield opened
        browser.close()
    assert (watched.strayed, watched.complaints) == ([], [])


def asks(centre: Centre) -> None:
    """Matera's gateway asks the lane, and decides by all that it is told."""
    said = centre.as_gateway("matera", "GET", "/lane?epoch=1").json()
    centre.as_gateway("matera", "GET", f"/lane?epoch=1&generation={said['generation']}&since={said['version']}")


def test_a_silent_site_a_late_revocation_and_a_clone(running: tuple[Centre, Clock], page: Page) -> None:
    centre, clock = running
    anna = centre.admit("matera", "Anna Bianchi")
    badge = centre.registry.enrol(anna, "04A1B2C3D4E580")
    log = spoke(centre, Started("0.1.0"), Entered(anna, "front", "hall", "1-1"), at_ms=clock.at_ms)
    asks(centre)
    choose(page, "/sites")
    seen = page.locator(SITE)
    expect(seen).to_contain_text("in diretta")
    expect(seen).to_contain_text("l'ultima")

    clock.at_ms += 5 * MINUTE_MS
    expect(seen).to_contain_text("indietro di 5 minuti")
    clock.at_ms += 15 * MINUTE_MS
    expect(seen).to_contain_text("muta, sentita l'ultima volta")
    assert looked_at(page, "it") == {}
    asks(centre)
    expect(seen).to_contain_text("in diretta")

    centre.ask("POST", f"/badges/{badge}/revoke")
    expect(seen).to_contain_text("1 revoca non ancora applicata a Matera")
    expect(seen).to_contain_text("Anna Bianchi, badge")
    assert looked_at(page, "it") == {}
    asks(centre)
    expect(seen).not_to_contain_text("non ancora applicata")

    copy = log.copied("r2", 1)
    copy.write(Started("0.1.0"))
    copy.link_up(clock.at_ms)
    expect(seen).to_contain_text("1 registro attende la tua parola")
    page.click("main h2 a")
    page.click("text=È questo?")
    expect(page.locator("main")).to_contain_text("Persone presenti nella sede: 1 adesso, 0 dopo.")
    page.fill("#note", "il nuovo Pi alla porta")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]").first).to_contain_text("Il ramo 2 è da ora il registro di Matera")
    expect(page.locator("section[aria-labelledby=branches]")).to_contain_text("Clara ha confermato il ramo 2")
    expect(page.locator("[sse-swap=people]")).to_contain_text("Non c'è nessuno con un nome.")
    assert looked_at(page, "it") == {}
    choose(page, "/sites")
    expect(page.locator(SITE)).not_to_contain_text("attende la tua parola")


def test_a_page_that_lives_goes_to_sign_in_when_its_session_ends_says_so_and_comes_back(
    running: tuple[Centre, Clock], page: Page
) -> None:
    _, clock = running
    choose(page, "/sites")
    clock.at_ms += MINUTE_MS
    expect(page.locator("main")).to_contain_text("Aggiornato alle 09:01:00")
    clock.at_ms += 2 * HOUR_MS
    expect(page).to_have_url(re.compile(r"/sign-in\?next=/sites$"))
    expect(page.locator("main .alert-info")).to_contain_text("per due ore nessuno l’ha usata")
    page.fill("#login", "clara")
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    expect(page).to_have_url(re.compile("/sites$"))
    expect(page.locator(SITE)).to_be_visible()
