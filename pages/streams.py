"""Live pages by server-sent events: of each moment only the fragments that differ from what this reader has."""

from collections.abc import Iterator, Mapping

from sse_starlette import ServerSentEvent

RETRY_MS = 2_000


def changes(had: Mapping[str, str], now: Mapping[str, str]) -> Iterator[ServerSentEvent]:
    """One event for each fragment that is new or differs, by its name; a page swaps them in where it names them."""
    for name, html in now.items():
        if had.get(name) != html:
            yield ServerSentEvent(html, event=name, sep="\n")


def opening() -> ServerSentEvent:
    """The first event of a stream: when to come back after it broke."""
    return ServerSentEvent(comment="hubout", retry=RETRY_MS, sep="\n")
