"""The static files of the pages: the design system's own from its package, htmx from its, and the few of ours.

Found through importlib.resources, read and compressed once at start, and served from memory under names that carry
their content's hash, so that browsers keep them for good. Nothing else on disk can be asked for.
"""

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

PREFIX = "/static/"
HASH_CHARACTERS = 12
PACKED = 5
"""How hard pages are compressed: a tenth of their size, in few milliseconds of a Raspberry Pi's."""
FOREVER = "public, max-age=31536000, immutable"
THEME = "bootstrap_italia_template"
FONTS = "static/fonts/Titillium_Web/titillium-web-v10-latin-ext_latin-"

OURS = tuple(f"static/hubout/{part}.css" for part in ("bones", "live", "forms", "menu", "wall", "days"))
"""The parts of our style sheet, in the order in which later rules prevail."""
SOURCES: Mapping[str, tuple[str, ...]] = {
    "bootstrap-italia.css": (THEME, "static/css/bootstrap-italia.min.css"),
    "titillium-regular.woff2": (THEME, f"{FONTS}regular.woff2"),
    "titillium-600.woff2": (THEME, f"{FONTS}600.woff2"),
    "titillium-700.woff2": (THEME, f"{FONTS}700.woff2"),
    "htmx.js": ("django_htmx", "static/django_htmx/htmx-2.min.js"),
    "htmx-sse.js": ("django_htmx", "static/django_htmx/ext/hx-sse-2.min.js"),
    "hubout.css": ("pages", *OURS),
    "hubout.js": ("pages", "static/hubout.js"),
    "menus.js": ("pages", "static/menus.js"),
    "favicon.svg": ("pages", "static/favicon.svg"),
}
"""Served name → package and the paths in it whose contents follow one another. Fonts come before the style sheet of
ours, which names them by hash.
"""
TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
FONT_TYPE = "font/woff2"
SOURCE_MAP = b"sourceMappingURL="
UNUSED_FONT = re.compile(rb"@font-face\{font-family:VideoJS;[^}]*\}")
"""A video player's icons, which stand in the design system's style sheet as data that our policy does not let in."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as served; ``packed`` is its gzip, None where that gains nothing."""

    url: str
    kind: str
    plain: bytes
    packed: bytes | None


@dataclass(frozen=True, slots=True)
class Assets:
    """All of them, by their served name and by their URL."""

    by_name: Mapping[str, Asset]
    by_url: Mapping[str, Asset]

    def url(self, name: str) -> str:
        """Where a page finds this file. Raises KeyError for a file that is not served."""
        return self.by_name[name].url

    async def serve(self, request: Request) -> Response:
        """Answer a request for one file."""
        asset = self.by_url.get(request.url.path)
        if asset is None:
            return Response("no such file", 404, media_type="text/plain")
        headers = {"cache-control": FOREVER, "vary": "accept-encoding"}
        if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.packed, headers={**headers, "content-encoding": "gzip"}, media_type=asset.kind)
        return Response(asset.plain, headers=headers, media_type=asset.kind)


@cache
def load() -> Assets:
    """Read every file from its package. Raises FileNotFoundError where a package lacks one."""
    by_name: dict[str, Asset] = {}
    for name, (package, *paths) in SOURCES.items():
        content = b"".join(files(package).joinpath(path).read_bytes() for path in paths)
        by_name[name] = _asset(name, _finished(name, content, by_name))
    return Assets(by_name, {asset.url: asset for asset in by_name.values()})


def _finished(name: str, content: bytes, before: Mapping[str, Asset]) -> bytes:
    """A file as served: no source map to look for, no font that nobody shows, and our fonts' real addresses."""
    content = content.removeprefix(b"\xef\xbb\xbf").replace(SOURCE_MAP, b"")
    content = UNUSED_FONT.sub(b"", content)
    if name == "hubout.css":
        for other, asset in before.items():
            content = content.replace(f'url("{other}")'.encode(), f'url("{asset.url}")'.encode())
    return content


def _asset(name: str, content: bytes) -> Asset:
    stem, _, ending = name.rpartition(".")
    url = f"{PREFIX}{stem}.{sha256(content).hexdigest()[:HASH_CHARACTERS]}.{ending}"
    packed = gzip.compress(content, 9, mtime=0)
    return Asset(url, TYPES.get(ending, FONT_TYPE), content, packed if len(packed) < len(content) * 0.95 else None)
