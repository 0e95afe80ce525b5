"""A page that is not there, and one that fails: in the same look, in the reader's language, telling nothing more."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import sync_playwright

from gateway.pages.app import make
from pages.guard import HEADERS
from pages.languages import LANGUAGES
from tests.support.browser import launch
from tests.support.live_site import small_site
from tests.support.page_rules import Reader, Sight
from tests.support.served import served

DETAIL = "a detail for our own log"


def fail() -> None:
    raise RuntimeError(DETAIL)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = make(small_site(), "CODE", tmp_path_factory.mktemp("site"), bytes(32), lambda: 0.0, lambda: "ident")
    app.add_api_route("/fails", fail, methods=["GET", "POST"])
    with served(app) as address:
        yield address


@pytest.mark.parametrize(
    ("method", "path", "status", "italian", "english"),
    [
        ("GET", "/no-such-page", 404, "Pagina non trovata", "Page not found"),
        ("DELETE", "/lockdown", 405, "Pagina non trovata", "Page not found"),
        ("GET", "/fails", 500, "Qualcosa non ha funzionato", "Something went wrong"),
        ("POST", "/fails", 500, "Qualcosa non ha funzionato", "Something went wrong"),
    ],
)
def test_the_page_says_what_is_wrong_in_the_readers_language(
    url: str, method: str, path: str, status: int, italian: str, english: str
) -> None:
    for language, title in (("it", italian), ("en", english)):
        answer = httpx.request(method, f"{url}{path}", headers={"accept-language": language, "content-length": "0"})
        assert (answer.status_code, answer.headers["content-language"]) == (status, language)
        assert f"<title>{title} · " in answer.text
        assert f">{title}</h1>" in answer.text
        assert DETAIL not in answer.text
        assert "RuntimeError" not in answer.text
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_failure_is_for_everyone(url: str, language: str) -> None:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        reader = Reader(browser, url, language, lambda _page: None)
        assert reader.faults(Sight("/fails", status=500)) == {}
        reader.close()
        browser.close()
