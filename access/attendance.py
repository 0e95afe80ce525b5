"""Attendance: what one person was there for of one session. Domain: presence = badge stays ∩ session, minus breaks.

What is counted, in this order:

1. *Presence* is the union of the person's stays within the session, so that a re-entry counts and an hour at two sites
   counts once. A stay that is still open counts up to now; one closed by system counts, and is marked. Of an off-site
   session it is the union of the roll call's entries instead: a badge shown at a site says nothing of a visit.
2. *Tolerance* holds at the session's two edges only. Whoever comes in at most ``late_ms`` after the start counts from
   the start, up to the last time that they came in within the tolerance; whoever goes at most ``early_ms`` before the
   end counts to the end, from the first time that they went within it. Nobody is counted who was never there.
3. *Breaks* are taken out, of presence and of what was delivered alike.
4. *Rounding* turns the person's milliseconds into whole units, once for each session. Whoever missed nothing has every
   minute delivered, whatever the unit, and nobody has more.

Only a delivered session counts: one cancelled or still planned has neither minutes nor presence. All of it is elapsed
time, so that a session over a change of the clocks has the length it really had.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from access.clock import MINUTE_MS
from access.spans import Span, clipped, length_ms, merged, without

THRESHOLD_PERCENT = 80
"""Domain, attendance: the share of what was delivered that a programme asks for unless it says otherwise."""


class SessionState(StrEnum):
    """Whether a session is still to come, was held, or was not."""

    PLANNED = "planned"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class Closing(StrEnum):
    """How a stay ended: at a reader, by system at the day's end, or by checking in at another site."""

    EXIT = "exit"
    SYSTEM = "system"
    TRANSFER = "transfer"


class Rounding(StrEnum):
    """Which way a part of a unit goes; the half of one goes up to the nearest."""

    DOWN = "down"
    NEAREST = "nearest"
    UP = "up"


class Mark(StrEnum):
    """What is shown beside the minutes; ``CORRECTED``: a register that was corrected says so, not the log."""

    BY_SYSTEM = "closed-by-system"
    STILL_OPEN = "still-open"
    OVERLAPPING = "overlapping-stays"
    ROLL_CALL = "roll-call"
    TOLERATED = "tolerated"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True)
class Session:
    """A session's times and its state; ``breaks`` may lie anywhere, what is outside the session does not matter."""

    id: str
    start_ms: int
    end_ms: int
    state: SessionState = SessionState.DELIVERED
    breaks: tuple[Span, ...] = ()
    off_site: bool = False


@dataclass(frozen=True, slots=True)
class OpenStay:
    """A person came in and has not gone."""

    start_ms: int


@dataclass(frozen=True, slots=True)
class ClosedStay:
    """A person came in and went, or was taken for gone (``closed``)."""

    start_ms: int
    end_ms: int
    closed: Closing = Closing.EXIT


@dataclass(frozen=True, slots=True)
class RollCall:
    """A person was there on an off-site ``session``: from its start and to its end, where nothing else is said."""

    session: str
    from_ms: int | None = None
    to_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """How a programme counts: tolerances in milliseconds, a unit of at least 1 minute, the threshold in percent."""

    late_ms: int = 0
    early_ms: int = 0
    unit_minutes: int = 1
    rounding: Rounding = Rounding.DOWN
    threshold_percent: int = THRESHOLD_PERCENT


@dataclass(frozen=True, slots=True)
class Attended:
    """One person at one session: minutes delivered and recognised, when they were there, and what to show beside it."""

    session: str
    delivered_minutes: int
    recognised_minutes: int
    present: tuple[Span, ...] = ()
    marks: frozenset[Mark] = frozenset()


def held(session: Session) -> tuple[Span, ...]:
    """What there is of a session to attend, whether it was delivered or not: its span without its breaks."""
    return without([Span(session.start_ms, session.end_ms)], session.breaks)


@lru_cache(maxsize=4_096)
def _held_ms(session: Session) -> int:
    return length_ms(held(session))


def held_minutes(session: Session) -> int:
    """Its length in whole minutes."""
    return _held_ms(session) // MINUTE_MS


def attended(
    session: Session, stays: Iterable[OpenStay | ClosedStay], calls: Iterable[RollCall], terms: Terms, now_ms: int
) -> Attended:
    """What one person has of a session, from all of their stays and roll calls, of whichever sessions."""
    if session.state is not SessionState.DELIVERED:
        return Attended(session.id, 0, 0)
    whole = Span(session.start_ms, session.end_ms)
    spans, marks = _called(session, calls) if session.off_site else _stayed(whole, stays, now_ms)
    held_ms = _held_ms(session)
    delivered = held_ms // MINUTE_MS
    if not spans:
        return Attended(session.id, delivered, 0, (), marks)
    present = clipped(spans, whole)
    counted = present if present == (whole,) else _tolerated(present, whole, terms)
    if counted != present:
        marks |= {Mark.TOLERATED}
    if len(spans) > 1 and sum(length_ms(clipped([span], whole)) for span in spans) > length_ms(present):
        marks |= {Mark.OVERLAPPING}
    counted_ms = held_ms if counted == (whole,) else length_ms(without(counted, session.breaks))
    return Attended(session.id, delivered, _recognised(counted_ms, held_ms, terms), present, marks)


def _called(session: Session, calls: Iterable[RollCall]) -> tuple[tuple[Span, ...], frozenset[Mark]]:
    spans = tuple(
        Span(
            session.start_ms if call.from_ms is None else call.from_ms,
            session.end_ms if call.to_ms is None else call.to_ms,
        )
        for call in calls
        if call.session == session.id
    )
    return spans, frozenset({Mark.ROLL_CALL}) if spans else frozenset()


def _stayed(
    whole: Span, stays: Iterable[OpenStay | ClosedStay], now_ms: int
) -> tuple[tuple[Span, ...], frozenset[Mark]]:
    spans: list[Span] = []
    marks: set[Mark] = set()
    for stay in stays:
        span = Span(stay.start_ms, now_ms if isinstance(stay, OpenStay) else stay.end_ms)
        if max(span.start_ms, whole.start_ms) >= min(span.end_ms, whole.end_ms):
            continue
        spans.append(span)
        if isinstance(stay, OpenStay):
            marks.add(Mark.STILL_OPEN)
        elif stay.closed is Closing.SYSTEM:
            marks.add(Mark.BY_SYSTEM)
    return tuple(spans), frozenset(marks)


def _tolerated(present: tuple[Span, ...], whole: Span, terms: Terms) -> tuple[Span, ...]:
    """Presence with what the tolerances add. More presence never adds less: a late visitor who goes out again within
    the tolerance and comes back within it has been there since the start.
    """
    came = [span.start_ms for span in present if span.start_ms <= whole.start_ms + terms.late_ms]
    went = [span.end_ms for span in present if span.end_ms >= whole.end_ms - terms.early_ms]
    late = [Span(whole.start_ms, max(came))] if came else []
    early = [Span(min(went), whole.end_ms)] if went else []
    return merged([*late, *present, *early])


def _recognised(counted_ms: int, whole_ms: int, terms: Terms) -> int:
    """Milliseconds as recognised minutes, in whole units."""
    delivered = whole_ms // MINUTE_MS
    if counted_ms == whole_ms:
        return delivered
    unit_ms = terms.unit_minutes * MINUTE_MS
    extra_ms = {Rounding.DOWN: 0, Rounding.NEAREST: unit_ms // 2, Rounding.UP: unit_ms - 1}[terms.rounding]
    return min(delivered, (counted_ms + extra_ms) // unit_ms * terms.unit_minutes)
