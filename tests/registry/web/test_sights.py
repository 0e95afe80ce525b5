"""Every page of the centre, held to what every page of ours is held to in a real browser."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx
import pyotp
import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from pages.guard import HEADERS
from pages.languages import LANGUAGES
from registry import accounts, identity, second_factor
from registry.app import create_app
from registry.settings import Settings
from registry.web.app import make
from tests.registry.web.test_participant_sights import SIGHTS as OF_PARTICIPANTS
from tests.support.browser import launch
from tests.support.centre_sights import NO_PAGES, OF_THEIR_OWN, SIGHTS
from tests.support.centres import HOUR_MS, NINE_MS, Centre, centre
from tests.support.faces import PASSWORD, account
from tests.support.page_rules import Reader, Sight, unlisted
from tests.support.served import served

WHO = ("guida", "socia", "nuova", "prudente")
DETAIL = "a detail for our own log"
Readers = Mapping[tuple[str, str], Reader]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A centre on SQLite: what a page says does not come from the kind of database."""
    folder = tmp_path_factory.mktemp("centre")
    with centre(f"sqlite:///{folder}/registry.db", folder / "keys") as made:
        for login in WHO:
            account(made, login, **({"administrator": "1"} if login == "guida" else {}))
        with made.database.write() as connection:
            for login in ("nuova", "prudente"):
                found = accounts.of_login(connection, login, 0)
                assert found is not None
                second_factor.begin(connection, folder / "keys", found.account.id, pyotp.random_base32(), 0)
                if login == "prudente":
                    second_factor.turn_on(connection, found.account.id, [identity.new_code()])
        made.add_site("matera")
        yield made


@pytest.fixture(scope="module")
def named(running: Centre) -> Mapping[str, str]:
    """What stands for something in a path."""
    person = running.admit("matera", "Anna Bianchi")
    span = {"start_ms": NINE_MS, "end_ms": NINE_MS + HOUR_MS, "why": "Festa patronale"}
    with running.database.read() as connection:
        found = accounts.of_login(connection, "socia", 0)
    assert found is not None
    return {
        "{account}": found.account.id,
        "{person}": person,
        "{badge}": running.made(f"/people/{person}/badges", {"uid": "04A1B2C3D4E580"})["id"],
        "{closure}": running.made("/sites/matera/closures", span)["id"],
    }


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
def readers(browser: Browser, running: Centre) -> Iterator[Readers]:
    url = str(running.http.base_url).rstrip("/")
    made = {(who, code): Reader(browser, url, code, partial(sign_in, url, who)) for who in WHO for code in LANGUAGES}
    yield made
    for reader in made.values():
        reader.close()


@pytest.fixture
def pages(tmp_path: Path) -> FastAPI:
    """The application of the pages alone, of a centre of its own."""
    return make(create_app(Settings(f"sqlite:///{tmp_path}/registry.db", tmp_path / "keys")).state.shared)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("who", "sight"), SIGHTS, ids=[f"{who} {sight.name} {sight.status}" for who, sight in SIGHTS])
def test_a_page_of_the_centre_is_for_everyone(
    readers: Readers, named: Mapping[str, str], who: str, sight: Sight, language: str
) -> None:
    path = sight.path
    for place, ident in named.items():
        path = path.replace(place, ident)
    assert readers[who, language].faults(replace(sight, path=path)) == {}


def test_no_page_of_the_centre_is_left_out(pages: FastAPI) -> None:
    listed = [*(sight for _, sight in SIGHTS), *OF_PARTICIPANTS]
    assert unlisted(pages, listed, (*NO_PAGES, *OF_THEIR_OWN)) == set()


def fail() -> None:
    raise RuntimeError(DETAIL)


def test_a_failure_is_a_page_under_the_same_headers_that_tells_nothing(pages: FastAPI) -> None:
    pages.add_api_route("/fails", fail)
    with served(pages) as url:
        answer = httpx.get(f"{url}/fails", headers={"accept-language": "en"})
    assert (answer.status_code, answer.headers["content-language"]) == (500, "en")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"] == "no-store"
    assert DETAIL not in answer.text
