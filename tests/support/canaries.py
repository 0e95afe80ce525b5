"""Looking for what must not be there: in files, in documents that are given out, and in what a browser keeps and asks.

Each canary is sought as text in any case, and as bytes where it is hexadecimal; documents are taken apart first.
"""

import io
import json
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote as url_quote
from urllib.parse import quote_plus

from playwright.sync_api import BrowserContext, Page, Request, sync_playwright

from tests.support.browser import ARGUMENTS, CHROMIUM
from tests.support.pdf import pdf_text

HEX = frozenset("0123456789ABCDEFabcdef")
KEPT = """async () => {
  const known = window.indexedDB.databases ? (await indexedDB.databases()).map(one => one.name) : [];
  const stored = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) stored.push(request.url, await (await cache.match(request)).text());
  }
  return {local: {...localStorage}, session: {...sessionStorage}, databases: known, caches: stored,
    history: history.state, name: window.name, cookies: document.cookie};
}"""
LINKED = """() => [...document.querySelectorAll("[href],[src],[action],[hx-get],[hx-post],[sse-connect]")].flatMap(
  one => ["href", "src", "action", "formaction", "hx-get", "hx-post", "sse-connect"].map(name => one.getAttribute(name))
).filter(Boolean)"""


def forms_of(canary: str) -> list[bytes]:
    """As what a canary is looked for."""
    forms = [canary.encode(), canary.lower().encode(), canary.upper().encode(), canary.encode("utf-16-le")]
    is_bytes = len(canary) % 2 == 0 and set(canary) <= HEX
    packed = [form for one in forms[:3] for form in _packed(one)] + [
        quote(form).encode() for form in forms[:3] for quote in (url_quote, quote_plus)
    ]
    return [*forms, *packed, bytes.fromhex(canary)] if is_bytes else [*forms, *packed]


def _packed(text: bytes) -> Iterator[bytes]:
    """A text within something that is written as base64, wherever in it it begins."""
    for before in range(3 if len(text) > 4 else 0):
        whole = urlsafe_b64encode(bytes(before) + text)
        yield whole[-(-before * 8 // 6) : (before + len(text)) * 8 // 6]


def within(raw: bytes | str, *canaries: str) -> set[str]:
    """The canaries that a text, a file or a document holds."""
    text = opened(raw.encode() if isinstance(raw, str) else raw)
    return {one for one in canaries if any(form in text for form in forms_of(one))}


def opened(raw: bytes) -> bytes:
    """A document with what it packs away: a PDF's text, the parts of a workbook or an archive."""
    if raw.startswith(b"%PDF"):
        return raw + pdf_text(raw, laid_out=False).encode()
    if raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            return b"\n".join([*(name.encode() for name in packed.namelist()), *map(packed.read, packed.namelist())])
    return raw


def files_with(folder: Path, *canaries: str) -> dict[str, set[str]]:
    """In which files below a folder each canary stands. A file that goes meanwhile holds nothing."""
    held = dict(_read(folder))
    return {
        one: {path.relative_to(folder).as_posix() for path, raw in held.items() if any(f in raw for f in forms_of(one))}
        for one in canaries
    }


def _read(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file() and not path.is_symlink():
                yield path, path.read_bytes()
        except FileNotFoundError:
            continue


@dataclass
class Visit:
    """A browser with a profile on disk, and the addresses that it went to, was linked to and said it came from."""

    context: BrowserContext
    addresses: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    databases: set[str] = field(default_factory=set)
    bodies: dict[str, str] = field(default_factory=dict)

    def look(self, url: str) -> Page:
        """Look at a page: what it links to and what it keeps is noted."""
        page = self.context.pages[0]
        page.goto(url)
        return self.noted(page)

    def noted(self, page: Page) -> Page:
        """Note what a page links to and what it keeps."""
        page.wait_for_load_state("load")
        self.addresses += [page.url, *page.evaluate(LINKED)]
        found = page.evaluate(KEPT)
        self.databases.update(found["databases"])
        self.kept += [json.dumps(found), json.dumps(self.context.cookies())]
        self.bodies[page.url] = page.content()
        return page

    def asked(self, request: Request) -> None:
        """Note an address that was asked for, and where it says that it came from."""
        self.addresses += [request.url, request.headers.get("referer", "")]

    def addressed(self, *canaries: str) -> set[str]:
        """The canaries in any address."""
        return within("\n".join(self.addresses), *canaries)

    def keeps(self, *canaries: str) -> set[str]:
        """The canaries in what pages keep in the browser."""
        return within("\n".join(self.kept), *canaries)


@contextmanager
def visit(profile: Path) -> Iterator[Visit]:
    """A browser that keeps its profile in this folder."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=list(ARGUMENTS), locale="it-IT"
        )
        made = Visit(context)
        context.on("request", made.asked)
        try:
            yield made
        finally:
            context.close()
