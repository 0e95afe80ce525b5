"""What every page of ours is held to, in a real browser: WCAG 2.1 A and AA as far as a machine can tell, in both
languages, at 320 px, by keyboard alone, without JavaScript, and with nothing from elsewhere.

A face lists its pages as ``Sight``s; ``Reader.faults`` gives what is wrong with one, by rule. Each rule was seen to
fail on a planted fault (tests/pages/test_page_rules.py).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, ViewportSize

from pages.languages import FIRST, LOCALES
from tests.support import page_scripts, pictures
from tests.support.browser import Watched

WIDE: ViewportSize = {"width": 1280, "height": 900}
TABLET: ViewportSize = {"width": 768, "height": 900}
"""Where tables are tables and have the least room for it."""
NARROW: ViewportSize = {"width": 320, "height": 700}
MOST_STOPS = 300


@dataclass(frozen=True)
class Sight:
    """A page to look at: its path, the route that it shows where that has parameters, what is done on it first (a form
    sent wrongly, say), and the status that then comes. ``once``: it shows what is never shown again, so that it says
    something else without scripts.
    """

    path: str
    route: str = ""
    status: int = 200
    first: Callable[[Page], None] | None = None
    stranger: bool = False
    once: bool = False

    @property
    def name(self) -> str:
        """For a test's own name."""
        return self.path + ("" if self.first is None else f" {self.first.__name__}")


def send_at_once(page: Page) -> None:
    """Send the page's form as it is, past what the browser would ask for."""
    with page.expect_navigation():
        page.evaluate(
            "() => { const f = document.querySelector('main form'); f.noValidate = true; f.requestSubmit(); }"
        )


def unlisted(app: FastAPI, sights: Iterable[Sight], no_pages: Iterable[str]) -> set[str]:
    """The routes that a browser can open and that no sight shows; and what is listed that is no route."""
    open_to_see = {path for path, methods in app.openapi()["paths"].items() if "get" in methods}
    listed = {urlsplit(sight.route or sight.path).path for sight in sights if sight.status == 200}
    return open_to_see ^ (listed | set(no_pages))


@dataclass
class _Tab:
    """A page that is kept from sight to sight, for a new one costs more than most that is asked of it."""

    page: Page
    watched: Watched
    statuses: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.watched.watch(self.page)
        self.page.on(
            "response", lambda r: self.statuses.append(r.status) if r.request.is_navigation_request() else None
        )

    def begin(self, size: ViewportSize) -> None:
        """Forget the last sight."""
        for of_the_last in (self.watched.strayed, self.watched.complaints, self.statuses):
            of_the_last.clear()
        if self.page.viewport_size != size:
            self.page.set_viewport_size(size)

    def leave(self) -> None:
        """Hear no longer what streams; where a page without scripts asks anew by itself instead, leave it for a plain
        one of the server's: another site's would begin a process.
        """
        self.page.evaluate(page_scripts.HEAR_NO_LONGER)
        if self.page.locator("meta[http-equiv=refresh]").count():
            self.page.goto(urljoin(self.page.url, "/healthz"))


@dataclass
class Reader:
    """Somebody at a browser in one language, signed in by ``enter`` with scripts and without."""

    browser: Browser
    url: str
    language: str
    enter: Callable[[Page], None]
    _tabs: dict[tuple[bool, bool], "_Tab"] = field(default_factory=dict)

    def faults(self, sight: Sight) -> dict[str, object]:
        """What is wrong with a page, by rule; empty where nothing is. What no language changes is looked at in
        the first one alone: the wide page, the keyboard, the page without scripts; axe, whose rules are of marks and
        colours, judges the wide page in the first language and the narrow one in the second. Where pictures are
        wanted, it is pictured in the first and not judged.
        """
        if pictures.wanted():
            self._picture(sight)
            return {}
        found: dict[str, object] = {}
        with self._opened(sight, scripts=True) as (page, watched, status):
            if self.language == FIRST:
                found |= {f"wide: {rule}": wrong for rule, wrong in looked_at(page, self.language).items()}
                found["keyboard"] = walked(page)
                page.set_viewport_size(TABLET)
                found["tablet: sideways"] = page.evaluate(page_scripts.SIDEWAYS)
                page.set_viewport_size(NARROW)
                found |= {f"narrow: {rule}": wrong for rule, wrong in _measured(page, self.language).items()}
                found["keyboard, narrow"] = walked(page)
                found["without scripts"] = self._lost(sight, page_scripts.text(page))
            else:
                found |= {f"narrow: {rule}": wrong for rule, wrong in looked_at(page, self.language).items()}
            found["status"] = status if status != sight.status else None
            found["elsewhere"] = watched.strayed
            found["console"] = [one for one in watched.complaints if f"status of {sight.status}" not in one]
        return {rule: wrong for rule, wrong in found.items() if wrong}

    def _picture(self, sight: Sight) -> None:
        if self.language != FIRST or sight.status != 200:
            return
        with self._opened(sight, scripts=True) as (page, _, _):
            pictures.take(page, sight.route or sight.path, "wide")
            page.set_viewport_size(NARROW)
            pictures.take(page, sight.route or sight.path, "narrow")

    def _lost(self, sight: Sight, said: list[str]) -> list[str]:
        with self._opened(sight, scripts=False) as (page, _, _):
            without = page_scripts.text(page)
            return [] if sight.once and len(without) >= len(said) else page_scripts.lost(said, without)

    @contextmanager
    def _opened(self, sight: Sight, *, scripts: bool) -> Iterator[tuple[Page, Watched, int]]:
        tab = self._tab(scripts=scripts, stranger=sight.stranger)
        tab.begin(WIDE if scripts and self.language == FIRST else NARROW)
        tab.page.goto(f"{self.url}{sight.path}")
        if sight.first is not None:
            sight.first(tab.page)
        tab.page.wait_for_load_state("load")
        tab.page.locator("#lost").wait_for(state="hidden")  # A live page may have lost its server on a busy machine.
        yield tab.page, tab.watched, tab.statuses[-1]
        tab.leave()

    def _tab(self, *, scripts: bool, stranger: bool) -> "_Tab":
        if (scripts, stranger) not in self._tabs:
            locale = LOCALES[self.language].replace("_", "-")
            context = self.browser.new_context(viewport=WIDE, locale=locale, java_script_enabled=scripts)
            page = context.new_page()
            if not stranger:
                self.enter(page)
            if scripts:
                page.add_init_script(AXE_SCRIPT)
            self._tabs[scripts, stranger] = _Tab(page, Watched(urlsplit(self.url).netloc))
        return self._tabs[scripts, stranger]

    def close(self) -> None:
        """End its browsing."""
        for tab in self._tabs.values():
            tab.page.context.close()


def looked_at(page: Page, language: str) -> dict[str, object]:
    """What is wrong with a page as it stands, by rule."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: dict[str, object] = {f"axe {rule}": where for rule, where in page.evaluate(page_scripts.AXE).items()}
    return found | _measured(page, language)


def _measured(page: Page, language: str) -> dict[str, object]:
    """The same but for what axe says of it."""
    said = page.evaluate(page_scripts.LOOKED_AT)
    found = said | {
        "headings": page_scripts.skipped(said["headings"]),
        "language": said["language"] != language,
        "title": not said["title"],
    }
    return {rule: wrong for rule, wrong in found.items() if wrong}


def walked(page: Page) -> list[str]:
    """What Tab does not reach, reaches out of order or without a focus that can be seen, from the top of the page."""
    pressed, left = 0, page.evaluate(page_scripts.BEGIN_WALK)
    while left and pressed < MOST_STOPS:
        for _ in range(left):
            page.keyboard.press("Tab")
        pressed, left = pressed + left, page.evaluate(page_scripts.STOPS_LEFT)
    found: list[str] = page.evaluate(page_scripts.WALKED)
    return found
