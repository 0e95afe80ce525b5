"""Live pages by server-sent events: of each moment only the fragments that differ from what this reader has."""

from collections.abc import Mapping

from sse_starlette import ServerSentEvent

RETRY_MS = 2_000
LINE_END = "\n"


def changes(had: Mapping[str, str], now: Mapping[str, str]) -> bytes:
    """One event for each fragment that is new or differs, by its name; a page swaps them in where it names them."""
    new = (ServerSentEvent(html, event=name, sep=LINE_END) for name, html in now.items() if had.get(name) != html)
    return b"".join(event.encode() for event in new)


def opening() -> bytes:
    """What a stream begins with: when to come back after it broke."""
    return ServerSentEvent(comment="hubout", retry=RETRY_MS, sep=LINE_END).encode()
