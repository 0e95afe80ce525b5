"""A coordinator in a real browser: a file with three wrong rows, a lost badge, a closure seen before it is made."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, sync_playwright

from access.clock import DAY_MS
from access.hours import local, unix_ms
from access.records import Booking
from tests.support.browser import Watched, launch
from tests.support.centres import HOUR_MS, Centre, centre
from tests.support.databases import database_url
from tests.support.faces import PASSWORD, account
from tests.support.fixed_day import wall_ms
from tests.support.laid import lay, publish, small_site
from tests.support.menus import choose
from tests.support.page_rules import looked_at

ROME = ZoneInfo("Europe/Rome")
HEAD = "Riferimento;Nome;Data di nascita;E-mail;Sede\n"
ROWS = ["R-1;Anna Bianchi;01/03/2004;anna@example.org;matera", "R-2;;05/06/2002;;matera"]
WRONG = "\n".join([*ROWS, "R-3;Carla;99/99/2001;;matera", "R-4;Dino;01/01/2000;nonsense;matera"])


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Centre]:
    with database_url("sqlite", tmp_path, None) as url, centre(url, tmp_path / "keys") as made:
        made.add_site("matera")
        lay(made, small_site())
        account(made, "clara", "Clara", administrator="1")
        yield made


@pytest.fixture
def page(running: Centre) -> Iterator[Page]:
    """Clara's browser, signed in, in Italian; nothing strays and nothing complains."""
    address = str(running.http.base_url).rstrip("/")
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
    assert watched.strayed == []
    assert [one for one in watched.complaints if "422" not in one] == []


def chosen(page: Page, text: str) -> None:
    """Choose a file and have it checked."""
    page.set_input_files("#file", {"name": "persone.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.click("main button[type=submit]")


def test_a_file_a_lost_badge_and_a_closure(running: Centre, page: Page) -> None:
    choose(page, "/imports")
    chosen(page, HEAD + WRONG)
    assert "3 righe rifiutate" in page.inner_text("main")
    assert page.inner_text("[aria-labelledby=refused] tbody").count("riga ") == 3
    assert looked_at(page, "it") == {}
    page.click("text=Scegli di nuovo il file")
    chosen(page, HEAD + ROWS[0])
    assert "da aggiungere: 1" in page.inner_text("main")
    page.click("main button[type=submit]")
    assert "1 aggiunte" in page.inner_text("[role=status]")

    anna = running.ask("GET", "/people").json()["items"][0]["id"]
    running.ask("PUT", f"/sites/matera/rights/{anna}", {"zones": ["hall"]}, If_Match="*")
    badge = running.made(f"/people/{anna}/badges", {"uid": "04A1B2C3D4E580"})["id"]
    choose(page, "/badges")
    page.click("main table .btn-outline-danger")
    page.fill("#reason", "perso sul treno")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/people/{anna}")
    assert "revocato" in page.inner_text("[aria-labelledby=badges]")
    assert running.ask("GET", f"/badges/{badge}").json()["revoked"]

    running.made(f"/people/{anna}/badges", {"uid": "04A1B2C3D4E581"})
    start = local(wall_ms() + 3 * DAY_MS, ROME).replace(hour=9, minute=0, second=0, microsecond=0)
    start_ms = unix_ms(start)
    publish(running, "matera", [Booking("b1", anna, "hall", "d1", start_ms, start_ms + HOUR_MS)])
    page.goto("/closures-new")
    page.fill("#start", f"{start:%Y-%m-%dT%H:%M}")
    page.fill("#end", f"{start + timedelta(hours=4):%Y-%m-%dT%H:%M}")
    page.fill("#why", "Festa patronale")
    page.click("text=Mostra che cosa cambia")
    assert "1 prenotazione" in page.inner_text("[aria-labelledby=ahead]")
    assert "Anna Bianchi" in page.inner_text("[aria-labelledby=ahead]")
    assert looked_at(page, "it") == {}
    page.set_viewport_size({"width": 320, "height": 700})
    assert looked_at(page, "it") == {}
    page.click("main .btn-danger")
    assert "Festa patronale" in page.inner_text("main table")


def plan_programme(page: Page, people: list[str]) -> None:
    """Make a programme that opens the hall, and a cohort of it with these people."""
    choose(page, "/programmes")
    page.click("text=Aggiungi un programma")
    page.fill("#name", "Laboratorio")
    page.click("main .btn-primary")
    page.click("main a[href*='programmes-zones']")
    page.check("#zone-hall")
    page.click("main .btn-primary")
    page.click("main .btn-danger")
    page.click("text=Aggiungi una coorte")
    page.fill("#name", "Autunno")
    page.click("main .btn-primary")
    page.click("text=Iscrivi in una coorte")
    page.fill("#q", "bianchi")
    page.keyboard.press("Enter")
    for person in people:
        page.check(f"#one-{person}")
    page.click("text=Vai avanti con chi")
    page.click("text=Iscrivi 2 persone")
    assert "2 persone iscritte" in page.inner_text("[role=status]")


def plan_session(page: Page, start: datetime) -> None:
    """Plan a session of the cohort in the room."""
    choose(page, "/sessions")
    page.click("text=Pianifica una sessione")
    page.click("main .btn-primary")
    page.fill("#title", "Primo soccorso")
    page.check("text=Autunno")
    page.fill("#start", f"{start:%Y-%m-%dT%H:%M}")
    page.fill("#end", f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    page.select_option("#where", "hall/r1")
    page.click("main .btn-primary")
    assert "2 persone attese" in page.inner_text("main")
    assert looked_at(page, "it") == {}


def cancel_series(page: Page, person: str, start: datetime) -> None:
    """Book four weeks for somebody, and cancel them all."""
    page.goto(f"/bookings-new?person={person}")
    page.fill("#start", f"{start:%Y-%m-%dT%H:%M}")
    page.fill("#end", f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    page.select_option("#weeks", "4")
    page.click("main .btn-primary")
    page.click("text=Annulla la prenotazione")
    page.fill("#reason", "esami")
    page.check("#scope-all")
    page.click("main .btn-danger")
    assert "Annullate 4 prenotazioni" in page.inner_text("[role=status]")


def test_a_programme_with_its_people_a_session_a_series_and_days_that_end_early(running: Centre, page: Page) -> None:
    people = [running.admit("matera", name) for name in ("Anna Bianchi", "Bruno Bianchi")]
    start = local(wall_ms() + 3 * DAY_MS, ROME).replace(hour=9, minute=0, second=0, microsecond=0)
    plan_programme(page, people)
    plan_session(page, start)
    cancel_series(page, people[0], start)
    states = {
        one["state"]
        for one in running.ask("GET", f"/sites/matera/bookings?day={start:%Y-%m-%d}&all=true").json()["items"]
    }
    assert states == {"cancelled", "booked"}, "the session's room stays booked"

    choose(page, "/opening")
    page.click("main table .btn-outline-primary")
    for number in range(7):
        page.fill(f"#day{number}", "10:00-12:00")
    page.click("main .btn-primary")
    assert "1 sessione" in page.inner_text("[aria-labelledby=ahead]")
    assert "Bruno Bianchi" in page.inner_text("[aria-labelledby=ahead]")
    page.click("main .btn-danger")
    assert page.inner_text("main table").count("10:00–12:00") == 7


def test_a_suspension_is_foreseen_undone_found_in_the_trail_and_by_the_search(running: Centre, page: Page) -> None:
    anna = running.admit("matera", "Anna Bianchi")
    running.made(f"/people/{anna}/badges", {"uid": "04A1B2C3D4E580"})
    start_ms = wall_ms() + DAY_MS
    desk = {"resource": "d1", "person": anna, "start_ms": start_ms, "end_ms": start_ms + HOUR_MS}
    running.made("/sites/matera/bookings", desk)
    page.goto("/")
    page.fill("#header-search", "bianchi ann")
    page.keyboard.press("Enter")
    assert "Anna Bianchi" in page.inner_text("[aria-labelledby=found-people]")
    assert looked_at(page, "it") == {}
    page.click("[aria-labelledby=found-people] a")
    page.click("main a:has-text('Sospendi')")
    assert "1 prenotazione" in page.inner_text("main")
    assert "Matera" in page.inner_text("[aria-labelledby=ahead]")
    page.click("main .btn-danger")
    assert "sospesa" in page.inner_text("h1")
    page.click("main a:has-text('Togli la sospensione')")
    page.click("main button[type=submit]")
    assert "sospesa" not in page.inner_text("h1")
    choose(page, "/audit")
    page.fill("#person", "bianchi")
    page.click("main form button[type=submit]")
    trail = page.inner_text("main table")
    assert "persona sospesa" in trail
    assert "sospensione tolta" in trail
    assert "Clara" in trail
    page.set_viewport_size({"width": 320, "height": 700})
    assert looked_at(page, "it") == {}
