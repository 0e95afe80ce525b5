"""Names that break pages elsewhere, shown by the live page as they are: people, zones, desks, doors, whoever tapped."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from gateway.pages.shape import Snapshot
from tests.support.browser import STREAMING, Watched, launch, sign_in
from tests.support.live_day import busy
from tests.support.live_pages import Pages, running, wait_until

NAUGHTY: list[str] = json.loads(
    (Path(__file__).parents[2] / "data" / "naughty-strings" / "blns.json").read_text(encoding="utf-8")
)
NAMES = [text for text in NAUGHTY if text.strip()]
"""A name that is nothing but blanks is shown as a blank, and cannot be told from one."""
OURS = ("due\nrighe", "tre\rrighe", "data: x\n\nevent: count\ndata: 0", "</svg></title><p>", "{{ 7*7 }}{% raw %}")
AT_A_TIME = 24
SHOWN = """() => {
  const texts = (where) => [...document.querySelectorAll(where)].map((e) => e.textContent);
  return {
    people: texts("[sse-swap=people] td.strong"),
    desks: texts("[sse-swap=desks] td.strong"),
    titles: texts(".hub-plan g title").map((t) => t.slice(0, t.lastIndexOf(": "))),
    zones: texts("[sse-swap=zones] strong"),
    who: texts("[sse-swap=taps] span.strong"),
  };
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with running(tmp_path_factory.mktemp("pages")) as made:
        made.gateway.publish(busy(AT_A_TIME))
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def named(names: list[str], version: int) -> Snapshot:
    """A busy day on which all are called so."""
    picture = busy(AT_A_TIME)
    person, zone = picture["people"][0], picture["zones"][0]
    tap = next(line for line in picture["happened"] if line["what"] == "tap" and line["granted"])
    picture["people"] = [{**person, "id": f"p{n}", "name": name} for n, name in enumerate(names)]
    picture["zones"] = [{**zone, "id": f"z{n}", "name": name} for n, name in enumerate(names)]
    picture["happened"] = [{**tap, "who": name, "place": name} for name in names]
    for desk, name in zip(picture["desks"], names, strict=False):
        desk["name"] = desk["booked_by"] = name
    picture["desks"] = picture["desks"][: len(names)]
    picture["sources"]["replica_version"] = version
    return picture


def as_read(text: str) -> str:
    """What a reader of HTML makes of a text: its line ends are one kind."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def shown(page: Page) -> dict[str, list[str]]:
    found: dict[str, list[str]] = page.evaluate(SHOWN)
    return {what: [as_read(text).strip() for text in texts] for what, texts in found.items()}


def test_every_naughty_name_is_shown_as_it_is_at_once_and_when_it_comes_live(browser: Browser, pages: Pages) -> None:
    page = browser.new_page(locale="it-IT")
    watched = Watched(pages.url.removeprefix("http://"))
    watched.watch(page)
    opened: list[str] = []
    page.on("dialog", lambda dialog: opened.append(dialog.message))
    sign_in(page, pages.url)
    page.wait_for_load_state("load")
    wait_until(lambda: page.evaluate(STREAMING), "the page streams")
    names = [*OURS, *NAMES]
    for at in range(0, len(names), AT_A_TIME):
        batch, version = names[at : at + AT_A_TIME], 10_000 + at
        pages.gateway.publish(named(batch, version))
        page.locator("[sse-swap=sources]", has_text=f"versione {version},").wait_for()
        wanted = [as_read(name).strip() for name in batch]
        assert shown(page) == dict.fromkeys(("people", "desks", "titles", "zones", "who"), wanted)
        if at % (10 * AT_A_TIME) == 0:
            page.reload()
            assert shown(page) == dict.fromkeys(("people", "desks", "titles", "zones", "who"), wanted)
            wait_until(lambda: page.evaluate(STREAMING), "the page streams")
    assert (opened, watched.strayed, watched.complaints) == ([], [], [])
    assert page.locator("main script, main img, main iframe").count() == 0
    page.close()
