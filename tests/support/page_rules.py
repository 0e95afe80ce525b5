"""What every page of ours is held to, in a real browser: WCAG 2.1 A and AA as far as a machine can tell, in both
languages, at 320 px, by keyboard alone, without JavaScript, and with nothing from elsewhere.

A face lists its pages as ``Sight``s; ``Reader.faults`` gives what is wrong with one, by rule. Each rule was seen to
fail on a planted fault (tests/pages/test_page_rules.py).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from pages.languages import FIRST, LOCALES
from tests.support import page_scripts
from tests.support.browser import Watched

WIDE: ViewportSize = {"width": 1280, "height": 900}
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
class Reader:
    """Somebody at a browser in one language, signed in by ``enter`` with scripts and without."""

    browser: Browser
    url: str
    language: str
    enter: Callable[[Page], None]
    _contexts: dict[tuple[bool, bool], BrowserContext] = field(default_factory=dict)

    def faults(self, sight: Sight) -> dict[str, object]:
        """What is wrong with a page, by rule; empty where nothing is. What no language changes is looked at in
        the first one alone: the wide page, the keyboard, the page without scripts.
        """
        found: dict[str, object] = {}
        with self._opened(sight, scripts=True) as (page, watched, status):
            if self.language == FIRST:
                found |= {f"wide: {rule}": wrong for rule, wrong in looked_at(page, self.language).items()}
                found["keyboard"] = walked(page)
            page.set_viewport_size(NARROW)
            found |= {f"narrow: {rule}": wrong for rule, wrong in looked_at(page, self.language).items()}
            if self.language == FIRST:
                found["keyboard, narrow"] = walked(page)
                found["without scripts"] = self._lost(sight, page_scripts.text(page))
            found["status"] = status if status != sight.status else None
            found["elsewhere"] = watched.strayed
            found["console"] = [one for one in watched.complaints if f"status of {sight.status}" not in one]
        return {rule: wrong for rule, wrong in found.items() if wrong}

    def _lost(self, sight: Sight, said: list[str]) -> list[str]:
        with self._opened(sight, scripts=False) as (page, _, _):
            page.set_viewport_size(NARROW)
            without = page_scripts.text(page)
            return [] if sight.once and len(without) >= len(said) else page_scripts.lost(said, without)

    @contextmanager
    def _opened(self, sight: Sight, *, scripts: bool) -> Iterator[tuple[Page, Watched, int]]:
        page = self._context(scripts=scripts, stranger=sight.stranger).new_page()
        watched = Watched(urlsplit(self.url).netloc)
        watched.watch(page)
        statuses: list[int] = []
        page.on("response", lambda r: statuses.append(r.status) if r.request.is_navigation_request() else None)
        page.goto(f"{self.url}{sight.path}")
        if sight.first is not None:
            sight.first(page)
        page.wait_for_load_state("load")
        yield page, watched, statuses[-1]
        page.close()

    def _context(self, *, scripts: bool, stranger: bool) -> BrowserContext:
        if (scripts, stranger) not in self._contexts:
            locale = LOCALES[self.language].replace("_", "-")
            made = self.browser.new_context(viewport=WIDE, locale=locale, java_script_enabled=scripts)
            self._contexts[scripts, stranger] = made
            if not stranger:
                page = made.new_page()
                self.enter(page)
                page.close()
        return self._contexts[scripts, stranger]

    def close(self) -> None:
        """End its browsing."""
        for context in self._contexts.values():
            context.close()


def looked_at(page: Page, language: str) -> dict[str, object]:
    """What is wrong with a page as it stands, by rule."""
    page.evaluate(AXE_SCRIPT)
    found: dict[str, object] = {f"axe {rule}": where for rule, where in page.evaluate(page_scripts.AXE).items()}
    found |= {
        "small": page.evaluate(page_scripts.SMALL_TARGETS),
        "sideways": page.evaluate(page_scripts.SIDEWAYS),
        "headings": page_scripts.skipped(page.evaluate(page_scripts.HEADINGS)),
        "ids": page.evaluate(page_scripts.IDS_TWICE),
        "language": page.evaluate("document.documentElement.lang") != language,
        "title": not page.title(),
    }
    return {rule: wrong for rule, wrong in found.items() if wrong}


def walked(page: Page) -> list[str]:
    """What Tab does not reach, reaches out of order or without a focus that can be seen, from the top of the page."""
    page.evaluate(page_scripts.BEGIN_WALK)
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if not page.evaluate(page_scripts.STEP):
            break
    found: list[str] = page.evaluate(page_scripts.WALKED)
    return found
