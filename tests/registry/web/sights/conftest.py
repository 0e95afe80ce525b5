"""A running centre and who looks at its pages, for each of the files that share every page of the centre between them:
a file is one worker's work, and one file of them all was what the whole suite waited for.
"""

from collections.abc import Iterator, Mapping
from functools import partial

import pyotp
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import insert

from pages.languages import LANGUAGES
from registry import identity
from registry.accounts import accounts, second_factor
from registry.accounts.openid_file import Provider
from registry.edit import editing
from registry.guard import looks
from registry.registers.issued import Issue, issue
from registry.tables import core as t
from tests.support import fixed_day
from tests.support.browser import launch
from tests.support.centre_sights_staff import staffed
from tests.support.centres import HOUR_MS, NINE_MS, Centre, centre
from tests.support.course import DAY
from tests.support.faces import PASSWORD, account
from tests.support.page_rules import Reader
from tests.support.signers import Papers
from tests.support.twigs import twig

TOOK_PART = "bruno"
WHO = ("guida", "clara", "socia", "nuova", "prudente")
KINDS = {"guida": {"administrator": "1"}, "clara": {"role": "coordinator", "site": "matera"}}
Readers = Mapping[tuple[str, str], Reader]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre on SQLite: what a page says does not come from the kind of database."""
    folder = tmp_path_factory.mktemp("centre")
    provider = Provider(
        "Comune di Prova", "https://login.example.org", "hubout", "secret", "https://hubout.example.org"
    )
    with centre(f"sqlite:///{folder}/registry.db", folder / "keys", openid=provider) as made:
        for site in ("cinisello", "matera"):
            made.add_site(site)
        for login in WHO:
            account(made, login, **KINDS.get(login, {}))
        with made.database.write() as connection:
            for login in ("nuova", "prudente"):
                found = accounts.of_login(connection, login, 0)
                assert found is not None
                second_factor.begin(connection, folder / "keys", found.account.id, pyotp.random_base32(), 0)
                if login == "prudente":
                    second_factor.turn_on(connection, found.account.id, [identity.new_code()])
        yield made


@pytest.fixture(scope="module")
def named(seen: Centre) -> Mapping[str, str]:
    """What stands for something in a path."""
    person = seen.admit("matera", "Anna Bianchi")
    papers = Papers(seen)
    session = papers.session(1, 3)
    papers.course.stay(papers.course.matera, papers.course.anna, 1, 2)
    papers.course.matera.send()
    register = papers.opened(session)
    _certified(papers)
    _contradicted(papers, register, session)
    _looked_at(seen, papers.course.bruno)
    span = {"start_ms": NINE_MS, "end_ms": NINE_MS + HOUR_MS, "why": "Festa patronale"}
    with seen.database.read() as connection:
        found = accounts.of_login(connection, "socia", 0)
    assert found is not None
    return {
        "{account}": found.account.id,
        "{register}": register,
        "{line}": f"session={session}&person={papers.course.bruno}",
        "{person}": person,
        "{badge}": seen.made(f"/people/{person}/badges", {"uid": "04A1B2C3D4E580"})["id"],
        **staffed(seen, person),
        "{closure}": seen.made("/sites/matera/closures", span)["id"],
        **_of_sites(seen, papers.course.anna),
    }


def _looked_at(running: Centre, person: str) -> None:
    """Somebody who took part has an account of theirs, and staff looked at their hours."""
    account(running, TOOK_PART, person=person)
    with running.database.write() as connection:
        found = accounts.of_login(connection, "guida", 0)
        assert found is not None
        looks.note(connection, found.account.id, {person}, looks.ATTENDANCE, fixed_day.wall_ms())


def _certified(papers: Papers) -> None:
    """Two certificates, of whom one's hours are corrected later."""
    course = papers.course
    with editing(papers.both.database, fixed_day.wall_ms()) as edit:
        for person, name, minutes in ((course.anna, "Anna", 60), (course.bruno, "Bruno", 0)):
            issue(edit, Issue("matera", 2026, person, name, "senior", "Senior", 120, minutes, 75), "guida")


def _contradicted(papers: Papers, register: str, session: str) -> None:
    """A register is corrected after its programme's was read; of a winter long ago a session is in none."""
    course = papers.course
    whole = {"programme": "senior", "from_ms": course.at(0), "until_ms": course.at(DAY)}
    papers.both.made("/sites/matera/registers", whole)
    came = {"from_ms": course.at(2), "to_ms": course.at(2.5)}
    answer = papers.correct(register, of=0, session=session, person=course.bruno, **came)
    assert answer.status_code == 200, answer.text
    papers.session(-640 * DAY, -640 * DAY + 2)


def _of_sites(running: Centre, person: str) -> Mapping[str, str]:
    """What is to be decided of Matera: a second branch of its log, stays that contradict, a credential."""
    assert twig(running.database, "matera", "r2") == 2
    stays = {"site": "matera", "start_ms": NINE_MS, "other_site": "cinisello", "other_start_ms": NINE_MS + 1}
    found = {"why": "overlap", "found_ms": NINE_MS, "resolved_by": "", "note": "", "revision": 1}
    with running.database.write() as connection:
        connection.execute(insert(t.conflict).values(id="c1", person=person, **stays, **found))
    (gateway,) = running.ask("GET", "/sites/matera/gateways").json()["items"]
    return {"{conflict}": "c1", "{gateway}": gateway["id"]}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def sign_in(url: str, login: str, page: Page) -> None:
    page.goto(f"{url}/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda now: not now.endswith("/sign-in"))


@pytest.fixture(scope="module")
def readers(browser: Browser, seen: Centre) -> Iterator[Readers]:
    url = str(seen.http.base_url).rstrip("/")
    made = {
        (who, code): Reader(browser, url, code, partial(sign_in, url, who))
        for who in (*WHO, TOOK_PART)
        for code in LANGUAGES
    }
    yield made
    for reader in made.values():
        reader.close()
