"""Live pages by server-sent events: of each moment only the fragments that differ from what this reader has."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from fastapi import Response
from fastapi.responses import PlainTextResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

RETRY_MS = 2_000
LINE_END = "\n"
SEND_WITHIN_S = 10.0
CHANGES_KEPT = 8
"""Some languages, readers that begin, and readers that are a moment behind."""
QUIET_LOOKS = 8
"""After so many looks at which nothing differed something is said all the same: a page holds silence for a loss."""
OVER = "over"
"""The event of a stream that ends for good: its page looks anew at what it may show (``hubout.js``)."""

Parts = Mapping[str, str]
"""Name → HTML of each part of a page as things stand."""
NOTHING: Parts = {}


def changes(had: Parts, now: Parts) -> bytes:
    """One event for each fragment that is new or differs, by its name; a page swaps them in where it names them."""
    new = (ServerSentEvent(html, event=name, sep=LINE_END) for name, html in now.items() if had.get(name) != html)
    return b"".join(event.encode() for event in new)


@dataclass(slots=True)
class Told:
    """``changes`` told once for all who have the same and get the same: pages that are open go from moment to moment
    together. A moment's parts are one mapping that nobody changes.
    """

    _made: dict[tuple[int, int], tuple[Parts, Parts, bytes]] = field(default_factory=dict)

    def changes(self, had: Parts, now: Parts) -> bytes:
        """As ``changes``; the mappings are kept while their bytes are, so that an id means one mapping."""
        key = (id(had), id(now))
        if key not in self._made:
            if len(self._made) >= CHANGES_KEPT:
                self._made.clear()
            self._made[key] = (had, now, changes(had, now))
        return self._made[key][2]


def opening() -> bytes:
    """What a stream begins with: when to come back after it broke."""
    return ServerSentEvent(comment="hubout", retry=RETRY_MS, sep=LINE_END).encode()


def ending() -> bytes:
    """What a stream ends with where its reader may see no more of it."""
    return ServerSentEvent(OVER, event=OVER, sep=LINE_END).encode()


@dataclass(slots=True)
class Streams:
    """The streams of one live page in this process: ``most`` at once, each for ``looks`` where that is bounded.
    ``pulse`` is the part that is sent again when nothing else is.
    """

    most: int
    pulse: str
    looks: int | None = None
    running: int = 0
    _told: Told = field(default_factory=Told)

    def answer(self, parts: Callable[[], Awaitable[Parts | None]], moved: Callable[[], Awaitable[None]]) -> Response:
        """A stream as ``follow`` makes it; 503 beyond the bound."""
        if self.running >= self.most:
            return PlainTextResponse("too many live pages are open", 503, {"retry-after": "30"})
        return EventSourceResponse(self.follow(parts, moved), sep=LINE_END, send_timeout=SEND_WITHIN_S)

    async def follow(
        self, parts: Callable[[], Awaitable[Parts | None]], moved: Callable[[], Awaitable[None]]
    ) -> AsyncIterator[bytes]:
        """What changed, as it changes: ``parts`` after each ``moved``, until there are none for this reader."""
        had: Parts = NOTHING
        looked = quiet = 0
        self.running += 1
        try:
            yield opening()
            while looked != self.looks and (now := await parts()) is not None:
                if quiet >= QUIET_LOOKS:
                    had = {name: html for name, html in had.items() if name != self.pulse}
                new = self._told.changes(had, now)
                quiet = 0 if new else quiet + 1
                if new:
                    yield new
                had, looked = now, looked + 1
                await moved()
            yield ending()
        finally:
            self.running -= 1
