"""Spans of time: what is common to two lists of them, and how long they are. Milliseconds, half open.

A span whose end is not after its start is empty; what is said of a list is said of the moments that its spans hold,
however often they hold them.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From ``start_ms`` on, up to ``end_ms`` but not including it."""

    start_ms: int
    end_ms: int


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same moments in order of time, as the fewest spans: none empty, none overlapping, none touching."""
    given = list(spans)
    if len(given) == 1:  # Mostly there is one, or none.
        return tuple(given) if given[0].start_ms < given[0].end_ms else ()
    given.sort()
    found: list[Span] = []
    for span in given:
        if span.start_ms >= span.end_ms:
            continue
        if found and span.start_ms <= found[-1].end_ms:
            found[-1] = Span(found[-1].start_ms, max(found[-1].end_ms, span.end_ms))
        else:
            found.append(span)
    return tuple(found)


def clipped(spans: Iterable[Span], bounds: Span) -> tuple[Span, ...]:
    """The moments of ``spans`` that lie within ``bounds``, merged."""
    return merged(Span(max(s.start_ms, bounds.start_ms), min(s.end_ms, bounds.end_ms)) for s in spans)


def without(spans: Iterable[Span], cut: Iterable[Span]) -> tuple[Span, ...]:
    """The moments of ``spans`` that lie in none of ``cut``, merged."""
    left = merged(spans)
    for hole in merged(cut):
        left = tuple(
            part
            for span in left
            for part in (
                Span(span.start_ms, min(span.end_ms, hole.start_ms)),
                Span(max(span.start_ms, hole.end_ms), span.end_ms),
            )
            if part.start_ms < part.end_ms
        )
    return left


def length_ms(spans: Iterable[Span]) -> int:
    """How many milliseconds the spans hold, none counted twice."""
    return sum(span.end_ms - span.start_ms for span in merged(spans))
