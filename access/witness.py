"""Which of the heads of other sites' logs, as the registry tells them, this log notes (guarantee S4): those of some
sites that follow this one in the order of ids, and then from the first on; where they have moved; once an hour at most.
"""

from collections.abc import Iterable, Mapping

from access.clock import HOUR_MS

NOTE_EVERY_MS = 1 * HOUR_MS
MOST = 4
"""A log notes where so many others stand; so each site has as many witnesses, and none writes down all of them."""
Head = tuple[str, int, int, str]
"""A site's log stands at event (epoch, number), whose hash is this, in hex."""
Noted = Mapping[str, tuple[int, Head]]
"""By site, when (monotonic ms) which head was noted last."""


def news(own: str, noted: Noted, told: Iterable[Head], now_ms: int) -> tuple[Noted, tuple[Head, ...]]:
    """What the log of site ``own`` has noted after these were told, and which of them are to be noted now."""
    others = sorted((head for head in told if head[0] != own), key=lambda head: (head[0] < own, head[0]))
    found = tuple(head for head in others[:MOST] if _is_news(noted.get(head[0]), head, now_ms))
    return {**noted, **{head[0]: (now_ms, head) for head in found}}, found


def _is_news(last: tuple[int, Head] | None, head: Head, now_ms: int) -> bool:
    return last is None or (head != last[1] and now_ms - last[0] >= NOTE_EVERY_MS)
