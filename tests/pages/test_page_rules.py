"""The rules that judge every page, each seen to fail on a planted fault: a checker counts only then."""

import http.server
import threading
from collections.abc import Iterator, Mapping
from functools import partial

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright

from pages.languages import FIRST, LANGUAGES
from tests.support.browser import launch
from tests.support.page_rules import Reader, Sight, send_at_once, unlisted

SOUND = """<!doctype html><html lang="it"><head><meta charset="utf-8"><title>Sana</title>
<link rel="icon" href="data:,"><style>:focus {{ outline: 3px solid #000 }} a, button, label {{ min-height: 32px;
display: inline-block }}</style>{head}</head><body><main><h1>Sana</h1>
<form><label>Nome <input name="nome"></label> <label><input type="radio" name="quale" value="1"> uno</label>
<label><input type="radio" name="quale" value="2"> due</label>
<label>Quando <input type="datetime-local"></label> <button>Invia</button></form>
<a href="/altro">Un'altra pagina</a>{body}</main></body></html>"""
PLANTED = {
    "/sound": ("", "", ()),
    "/pale": ("", "<p style='color:#bbb'>pale</p>", ("axe color-contrast",)),
    "/nameless": ("", "<input aria-label='' style='min-height:32px'>", ("axe label",)),
    "/linkless": ("", "<a href='/altro' style='width:30px'></a>", ("axe link-name",)),
    "/imageless": ("", "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' width=40>", ("axe image-alt",)),
    "/small": ("", "<a href='/x' style='min-height:0;font-size:12px'>x</a>", ("small",)),
    "/wide": ("", "<p style='width:900px'>wide</p>", ("sideways",)),
    "/halfway": ("<style>@media (width: 768px) { p { width: 900px } }</style>", "<p>a table</p>", ("sideways",)),
    "/skipped": ("", "<h4>skipped</h4>", ("headings",)),
    "/twice": ("", "<p id='one'>1</p><p id='one'>2</p>", ("ids",)),
    "/foreign": ("", "<script>document.documentElement.lang = 'en'</script>", ("language",)),
    "/untitled": ("", "<script>document.title = ''</script>", ("axe document-title", "title")),
    "/elsewhere": ("", "<img alt='' src='http://127.0.0.1:9/far.png'>", ("elsewhere", "console")),
    "/broken": ("<script>no such thing</script>", "", ("console",)),
    "/unreached": ("", "<button tabindex='-1'>mai</button>", ("keyboard", "keyboard, narrow")),
    "/disordered": ("", "<a href='/x' tabindex='3'>prima</a>", ("keyboard", "keyboard, narrow")),
    "/unseen": (
        "<style>button { outline: 0 !important; box-shadow: none }</style>",
        "",
        ("keyboard", "keyboard, narrow"),
    ),
    "/trapped": (
        "",
        "<button onblur='this.focus()'>mai via</button><a href='/dopo'>dopo</a>",
        ("keyboard", "keyboard, narrow"),
    ),
    "/scripted": (
        "",
        "<script>document.querySelector('main').append('Solo per chi ha script')</script>",
        ("without scripts",),
    ),
}


class Planted(http.server.BaseHTTPRequestHandler):
    """Serves the planted pages."""

    def do_GET(self) -> None:
        """A planted page, or 404 with a sound one."""
        path = self.path.partition("?")[0]
        head, body, _ = PLANTED.get(path, PLANTED["/sound"])
        text = SOUND.format(head=head, body=body).encode()
        self.send_response(200 if path in PLANTED else 404)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the standard library's name
        """Nothing is said of it."""


@pytest.fixture(scope="module")
def readers() -> Iterator[Mapping[str, Reader]]:
    """A reader of each language; what is planted is in Italian."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Planted))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser: Browser = launch(playwright)
        url = f"http://127.0.0.1:{server.server_port}"
        made = {language: Reader(browser, url, language, lambda _page: None) for language in LANGUAGES}
        yield made
        for one in made.values():
            one.close()
        browser.close()
    server.shutdown()


@pytest.fixture
def reader(readers: Mapping[str, Reader]) -> Reader:
    """Of the first language, in which everything is judged that no language changes."""
    return readers[FIRST]


def rules(found: dict[str, object]) -> set[str]:
    """The rules that were broken, at whichever width."""
    return {rule.removeprefix("wide: ").removeprefix("tablet: ").removeprefix("narrow: ") for rule in found}


@pytest.mark.parametrize("path", PLANTED)
def test_what_is_wrong_is_found_and_nothing_else(reader: Reader, path: str) -> None:
    assert rules(reader.faults(Sight(path))) == set(PLANTED[path][2])


def test_axe_judges_the_wide_page_in_one_language_and_the_narrow_one_in_the_other(
    readers: Mapping[str, Reader],
) -> None:
    wide, narrow = (set(readers[language].faults(Sight("/pale"))) for language in LANGUAGES)
    assert wide == {"wide: axe color-contrast"}
    assert narrow == {"narrow: axe color-contrast", "narrow: language"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_hangs_over_a_narrow_page_is_found_in_each_language(readers: Mapping[str, Reader], language: str) -> None:
    assert "narrow: sideways" in readers[language].faults(Sight("/wide"))


def test_another_status_than_the_sights_is_found(reader: Reader) -> None:
    assert reader.faults(Sight("/gone", status=404)) == {}
    assert rules(reader.faults(Sight("/gone"))) == {"status", "console"}
    assert reader.faults(Sight("/sound", first=send_at_once)) == {}


def test_a_route_that_nobody_looks_at_is_named_and_a_sight_of_none_too() -> None:
    app = FastAPI()
    for path in ("/", "/desks/{desk}", "/healthz", "/unseen"):
        app.add_api_route(path, lambda: None)
    app.add_api_route("/form", lambda: None, methods=["POST"])
    sights = [Sight("/?still"), Sight("/desks/1", "/desks/{desk}"), Sight("/no-route"), Sight("/gone", status=404)]
    assert unlisted(app, sights, ["/healthz"]) == {"/unseen", "/no-route"}
