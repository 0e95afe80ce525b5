"""The system's Chromium, driven by Playwright, and watched: nothing leaves the host, nothing complains."""

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright, Request

from tests.support.live_pages import CODE

CHROMIUM = os.environ.get("HUBOUT_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
)


STREAMING = """() => {
  const live = document.querySelector("[sse-connect]"), data = live && live["htmx-internal-data"];
  return Boolean(data && data.sseEventSource && data.sseEventSource.readyState === EventSource.OPEN);
}"""


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium that does not call home."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))


@dataclass
class Watched:
    """What a page asked for outside its host, and what it complained of."""

    host: str
    strayed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> Page:
        """Watch this page from now on."""
        page.on("request", self._requested)
        page.on("console", lambda m: self.complaints.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _requested(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.strayed.append(request.url)


def sign_in(page: Page, url: str, name: str = "Paola", code: str = CODE) -> None:
    """Fill in the form and send it."""
    page.goto(f"{url}/sign-in")
    page.fill("#name", name)
    page.fill("#code", code)
    page.click("main button[type=submit]")
