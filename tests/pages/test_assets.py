"""The static files: all from packages, all small, none from elsewhere."""

import gzip
import re
from importlib.resources import files

import pytest
from starlette.applications import Starlette

from pages import assets
from pages.assets import FOREVER, PREFIX, SOURCES, Assets
from pages.icons import sprite
from tests.support.asgi import Client

ASSETS: Assets = assets.load()
PAGE_AT_MOST_BYTES = 300_000


@pytest.fixture(scope="module")
def client() -> Client:
    app = Starlette()
    app.add_route(f"{PREFIX}{{name}}", ASSETS.serve)
    return Client(app)


@pytest.mark.parametrize("name", SOURCES)
def test_each_file_is_served_under_a_name_that_changes_with_it(client: Client, name: str) -> None:
    answer = client.get(ASSETS.url(name))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, FOREVER)
    assert answer.content == ASSETS.by_name[name].plain
    stem, _, ending = name.rpartition(".")
    assert re.fullmatch(rf"/static/{re.escape(stem)}\.[0-9a-f]{{12}}\.{ending}", ASSETS.url(name))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bootstrap-italia.css", "text/css; charset=utf-8"),
        ("htmx.js", "text/javascript; charset=utf-8"),
        ("favicon.svg", "image/svg+xml"),
        ("titillium-700.woff2", "font/woff2"),
    ],
)
def test_a_file_says_what_it_is(client: Client, name: str, kind: str) -> None:
    assert client.get(ASSETS.url(name)).headers["content-type"] == kind


@pytest.mark.parametrize(("accepted", "packed"), [("gzip, br", True), ("identity", False)])
def test_text_is_packed_for_whoever_takes_it(client: Client, accepted: str, packed: bool) -> None:
    answer = client.get(ASSETS.url("bootstrap-italia.css"), headers={"accept-encoding": accepted})
    assert (answer.headers.get("content-encoding") == "gzip") is packed
    assert answer.headers["vary"] == "accept-encoding"


def test_fonts_are_not_packed_twice() -> None:
    assert ASSETS.by_name["titillium-regular.woff2"].packed is None


def test_what_is_packed_is_the_same_file() -> None:
    for asset in ASSETS.by_name.values():
        assert asset.packed is None or gzip.decompress(asset.packed) == asset.plain


def test_all_of_it_weighs_less_than_a_page_may() -> None:
    weight = sum(len(asset.packed or asset.plain) for asset in ASSETS.by_name.values())
    assert weight < PAGE_AT_MOST_BYTES * 2 // 3


@pytest.mark.parametrize(
    "path", ["x.css", "bootstrap-italia.css", "..%2fguard.py", "hubout.000000000000.css", "%2e%2e/words/it/base.po"]
)
def test_nothing_else_can_be_asked_for(client: Client, path: str) -> None:
    assert client.get(f"{PREFIX}{path}").status_code == 404


def test_a_file_that_no_page_may_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        ASSETS.url("bootstrap-italia.js")


def test_no_style_sheet_asks_for_anything_outside() -> None:
    for name in ("bootstrap-italia.css", "hubout.css"):
        found = re.findall(rb"url\(\"?([^)\"]{0,60})", ASSETS.by_name[name].plain)
        assert all(url.startswith((b"data:", PREFIX.encode())) for url in found), name
        assert b"sourceMappingURL" not in ASSETS.by_name[name].plain


def test_our_style_sheet_names_the_fonts_as_they_are_served() -> None:
    plain = ASSETS.by_name["hubout.css"].plain.decode()
    fonts = [name for name in SOURCES if name.endswith("woff2")]
    assert len(fonts) == 3
    assert all(ASSETS.url(font) in plain for font in fonts)


def test_icons_are_cut_out_of_the_design_systems_own_sprite() -> None:
    cut = sprite(["it-user", "it-locked"])
    assert re.findall(r'<symbol id="([^"]+)"', cut) == ["it-user", "it-locked"]
    assert cut.count("</symbol>") == 2
    whole = files("bootstrap_italia_template").joinpath("static/svg/sprites.svg").read_text()
    assert len(cut) < len(whole) / 20


def test_an_icon_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        sprite(["it-no-such-icon"])
