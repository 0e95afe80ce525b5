"""Pictures of the pages that tests look at, taken by those tests: so every page that is listed has its own.

``scripts/screenshots`` says by PICTURES where to: a folder and the name of the face, like ``docs/screens/site``. So are
those of the papers that are printed, by the tests that read them.
"""

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Page

from tests.support.house import ROOT

PICTURES = "HUBOUT_PICTURES"
FOLDER = ROOT / "docs" / "screens"
TALLEST_PX = 1_600
"""What comes further down says no more of how a page looks."""
NARROW_TOO = frozenset(
    {"/", "/muster", "/timeline", "/walk-in", "/visits", "/lockdown", "/me/today", "/me/book", "/people", "/enrol"}
)
"""What is looked at by hand-held as well."""
_IDENT = re.compile(r"\b[0-9a-f]{20,}\b|\{\w+\}")


def wanted() -> bool:
    """Whether this run takes pictures."""
    return PICTURES in os.environ


def name(route: str) -> str:
    """What a route's pictures are called, after the face."""
    words = re.findall(r"[a-z0-9]+", _IDENT.sub("one", route))
    return "-".join(words) or "start"


def take(page: Page, route: str, width: str) -> None:
    """A picture of a page as it stands, where it is the first of its route; ``narrow`` ones of the main pages alone."""
    path = urlsplit(route).path
    target = Path(f"{os.environ[PICTURES]}-{name(path)}-{width}.png")
    if target.exists() or (width == "narrow" and path not in NARROW_TOO):
        return
    size = page.viewport_size
    assert size is not None
    tall: int = page.evaluate("document.documentElement.scrollHeight")
    box = {"x": 0, "y": 0, "width": size["width"], "height": min(tall, TALLEST_PX)}
    page.screenshot(path=target, full_page=True, clip=box, animations="disabled")  # type: ignore[arg-type]
    _make_small(target)


def _make_small(target: Path) -> None:
    """A page has few colours: a palette of them takes a third of the room, in a history that keeps every picture."""
    with Image.open(target) as whole:
        few = whole.convert("RGB").quantize(256)
    few.save(target, optimize=True)


def paper(name: str, pdf: bytes) -> None:
    """A picture of each page of a paper, where pictures are wanted and this paper has none yet."""
    if not wanted():
        return
    target = f"{os.environ[PICTURES]}-{name}"
    if not list(Path(target).parent.glob(f"{Path(target).name}-*.png")):
        subprocess.run(["pdftoppm", "-png", "-r", "70", "-", target], input=pdf, check=True)
