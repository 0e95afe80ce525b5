"""A day at two sites' reception desks as staff have it, every part real: broker, gateways, doorkeeper, centre, browser.

In the order in which it happens: the centre is there at first, then it is killed, and the desks go on.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from os import kill
from pathlib import Path
from signal import SIGKILL
from time import monotonic

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from gateway.database import StoreBroken
from gateway.pages.accounts import staff_in
from registry.accounts.accounts import NewAccount
from registry.bookings.resources import Resource
from registry.people.people import Profile, Rights
from registry.seed.bulk import NewBadge, Seed
from tests.support.browser import STREAMING, Watched, launch, sign_in
from tests.support.faces import PASSWORD, kept
from tests.support.parts import wait_until
from tests.support.site_toml import Plan, desk, door, reader, sensor
from tests.support.whole_site import WholeSite, whole_site
from tests.support.wire_device import WireDevice

ANNA, BRUNO = "04A1B2C3D4E580", "04A1B2C3D4E581"
LIVE_WITHIN_S, COMES_MS, STARTS_S = 1.0, 30_000, 120.0
HALL, NOWHERE = frozenset({"hall"}), frozenset[str]()
PLAN = Plan(
    doors=[door("front", 17, pulse_ms=100)],
    desks=[desk("d1"), desk("d2")],
    devices=[reader("front-in", "front"), sensor("d1-sensor", "d1"), sensor("d2-sensor", "d2")],
    policy={"tap_interval_s": 0, "card_repeat_s": 0, "desk_hold_min": 0},
)
THERE = Plan(site="cinisello", doors=[door("front", 17)], devices=[reader("other-in", "front")])
LOST = ("Failed to load resource", "[object Event]")
"""What Chromium and htmx say of a stream whose server is gone."""
STAFF = {"matera": "zeno", "cinisello": "carla"}


@dataclass
class Desks:
    """Both sites, and the devices of the first."""

    here: WholeSite
    there: WholeSite
    front: WireDevice
    sensors: tuple[WireDevice, WireDevice]

    def taps(self, uid: str) -> str:
        return self.front.signal(self.front.tap(uid))


def people(site: WholeSite) -> None:
    """Anna may enter whenever she likes, Bruno only with a booking; Dina belongs to the other site. Staff of each."""
    site.books.seed(
        Seed(
            resources=[("matera", Resource(ident, "desk", ident.title(), "hall")) for ident in ("d1", "d2")],
            persons={who: Profile(f"{who.title()} Persona") for who in ("anna", "bruno", "dina")},
            rights=[
                ("matera", "anna", Rights(HALL, HALL)),
                ("matera", "bruno", Rights(HALL, NOWHERE)),
                ("cinisello", "dina", Rights(HALL, HALL)),
            ],
            badges=[NewBadge("badge-anna", "anna", ANNA), NewBadge("badge-bruno", "bruno", BRUNO)],
        )
    )
    for at, login in STAFF.items():
        site.books.add_account(NewAccount(login, login.title()), "operator", at)
        site.books.choose_password(login, kept(PASSWORD))


def knows_its_staff(site: WholeSite) -> bool:
    with suppress(StoreBroken):  # The gateway is only just making it.
        return {one.login for one in staff_in(site.state / "link.db")} == {STAFF[site.site]}
    return False


@contextmanager
def reception(folder: Path) -> Iterator[Desks]:
    """Two sites at work, with staff and people of each, and a desk's readers and sensors at the first."""
    for name in ("here", "there"):
        (folder / name).mkdir()
    (folder / "here" / "keys").mkdir()
    (folder / "there" / "keys").symlink_to(folder / "here" / "keys")
    with ExitStack() as stack:
        here = stack.enter_context(whole_site(folder / "here", PLAN))
        there = stack.enter_context(whole_site(folder / "there", THERE, database_url=here.database_url))
        text = there.config.read_text()
        there.config.write_text(text.replace(f":{there.registry_port}", f":{here.registry_port}"))
        for part in (here.broker, there.broker, here.registry):
            part.start()
        people(here)
        for part in (here.doorkeeper, here.gateway, there.gateway):
            part.start()
        for site in (here, there):
            wait_until(partial(knows_its_staff, site), f"the staff of {site.site} to be known", STARTS_S, site.words)
        here.wait_ready()
        devices = [WireDevice(here.broker.port, here.site, one) for one in ("front-in", "d1-sensor", "d2-sensor")]
        for device in devices:
            stack.enter_context(device).born()
        yield Desks(here, there, devices[0], (devices[1], devices[2]))


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    with reception(tmp_path_factory.mktemp("reception")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def at(site: WholeSite) -> str:
    return f"http://127.0.0.1:{site.pages_port}"


@pytest.fixture
def page(browser: Browser, desks: Desks) -> Iterator[Page]:
    """Zeno's browser at his site, live; nothing strays and nothing complains."""
    watched = Watched(at(desks.here).removeprefix("http://"))
    page = watched.watch(browser.new_context(locale="it-IT").new_page())
    page.set_default_timeout(COMES_MS)
    expect.set_options(timeout=COMES_MS)
    sign_in(page, at(desks.here), STAFF["matera"], PASSWORD)
    expect(page.locator(".hub-who")).to_contain_text("Zeno (zeno)")
    page.wait_for_function(STREAMING)
    yield page
    expect.set_options(timeout=5_000)
    page.context.close()
    assert watched.strayed == []
    assert [one for one in watched.complaints if not one.startswith(LOST)] == []


def test_a_desk_changes_on_the_live_page_within_a_second_of_its_sensor_and_the_language_is_switched(
    desks: Desks, page: Page
) -> None:
    state = page.locator("[sse-swap=desks] tbody tr", has_text="D1").locator(".desk-state")
    took_s = []
    for present, word in ((False, "libera"), (True, "occupata senza prenotazione"), (False, "libera")):
        begun_s = monotonic()
        desks.sensors[0].presence(present=present)
        expect(state).to_have_text(word)
        took_s.append(monotonic() - begun_s)
    assert min(took_s[1:]) < LIVE_WITHIN_S, took_s
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Who is in")).to_be_visible()
    page.wait_for_function(STREAMING)
    desks.sensors[0].presence(present=True)
    expect(state).to_have_text("occupied without booking")
    desks.sensors[0].presence(present=False)
    expect(state).to_have_text("free")


def finds(page: Page, site: WholeSite, known: str, unknown: str) -> None:
    for part, text in ((known, "Postazione"), (unknown, f"Nessuno che la sede conosca ha «{unknown}» nel nome.")):
        page.goto(f"{at(site)}/walk-in?name={part}")
        expect(page.locator("main")).to_contain_text(text)
    assert page.get_by_role("heading", name="Postazione", exact=True).count() == 0


def test_staff_of_one_site_see_nothing_of_the_other(desks: Desks, page: Page, browser: Browser) -> None:
    finds(page, desks.here, "anna", "dina")
    other = browser.new_context(locale="it-IT").new_page()
    sign_in(other, at(desks.there), STAFF["matera"], PASSWORD)
    expect(other.get_by_role("alert")).to_contain_text("Il codice non è giusto")
    sign_in(other, at(desks.there), STAFF["cinisello"], PASSWORD)
    expect(other.locator(".hub-who")).to_contain_text("Carla (carla)")
    finds(other, desks.there, "dina", "anna")
    other.context.close()


def test_with_the_centre_killed_staff_sign_in_and_do_all_that_a_desk_is_for(desks: Desks, page: Page) -> None:
    desks.here.registry.kill()
    page.get_by_role("button", name="Esci").click()
    sign_in(page, at(desks.here), STAFF["matera"], PASSWORD)
    expect(page.locator(".hub-who")).to_contain_text("Zeno (zeno)")

    assert desks.taps(BRUNO) == "denied"
    desks.sensors[1].presence(present=False)
    expect(page.locator("[sse-swap=desks] tbody tr", has_text="D2").locator(".desk-state")).to_have_text("libera")
    page.get_by_role("link", name="Assegna una postazione").click()
    page.fill("#name", "bruno")
    page.keyboard.press("Enter")
    page.select_option("#desk", "d2")
    page.locator("form[method=post][action='/walk-in'] button").click()
    expect(page.locator(".alert-success")).to_contain_text("Chiesta la postazione")
    expect(page.locator("[sse-swap=desks] tbody tr", has_text="D2")).to_contain_text("prenotata da Bruno Persona")
    assert desks.taps(BRUNO) == "granted"

    page.goto(f"{at(desks.here)}/visits")
    page.select_option("#reason", "help")
    page.locator("form[action='/visits'] button").click()
    expect(page.locator(".alert-success")).to_have_text("Visita iniziata.")
    expect(page.locator("[sse-swap=people]")).to_contain_text("Visita, ospite di Zeno (zeno)")

    switch(page, "Blocco degli ingressi", "Blocca")
    expect(page.locator("[sse-swap=alarms]")).to_contain_text("Ingressi bloccati.")
    assert desks.taps(ANNA) == "denied"
    switch(page, "Blocco degli ingressi", "Togli il blocco")
    expect(page.locator("[sse-swap=alarms]")).not_to_contain_text("Ingressi bloccati.")
    assert desks.taps(ANNA) == "granted"

    expect(page.locator("[sse-swap=people]")).to_contain_text("Anna Persona")  # The list shows the moment it is opened.
    page.get_by_role("link", name="Chi è dentro: elenco").click()
    for name in ("Anna Persona", "Bruno Persona", "Zeno (zeno)"):
        expect(page.locator(".hub-muster")).to_contain_text(name)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1

    page.goto(f"{at(desks.here)}/visits")
    page.locator("form[action$='/end'] button").click()
    expect(page.locator("[sse-swap=people]")).not_to_contain_text("Visita, ospite")


def switch(page: Page, link: str, button: str) -> None:
    page.get_by_role("link", name=link).click()
    page.select_option("#reason", "drill")
    page.check("#confirm")
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_function(STREAMING)


def test_a_live_page_whose_server_was_killed_comes_back_by_itself_and_leads_to_sign_in(
    desks: Desks, page: Page
) -> None:
    pid = desks.here.gateway.pid
    children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    (pages,) = [one for one in children if b"gateway.pages.main" in Path(f"/proc/{one}/cmdline").read_bytes()]
    kill(pages, SIGKILL)
    expect(page.get_by_text("La sessione è finita: accedi di nuovo.")).to_be_visible(timeout=STARTS_S * 1_000)
    page.fill("#name", STAFF["matera"])
    page.fill("#code", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_function(STREAMING)
