"""One day of desks and zones in words: what was booked, in use, or booked and empty, from when to when. Pure.

States are those of a desk on the live page (``access.desk.DeskShown``); what is free is not told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from access.clock import HOUR_MS
from access.desk import DeskShown
from gateway.days.fold import IN_USE, RELEASED, UNKNOWN, Piece
from gateway.days.store import BOOKED

ZONE = "zone:"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A resource is in one state between two moments, Unix ms."""

    state: str
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Watch:
    """When anybody watched: from the first fact to now; of what lies outside only bookings are known."""

    from_ms: int
    to_ms: int


def stretches(found: Sequence[Piece], resource: str, watch: Watch, *, sensed: bool) -> list[Stretch]:
    """The day of one resource, in order, neighbours of one state joined. ``resource`` is as facts name it
    (``desk:d1``); its bookings go by the bare id. ``sensed``: somebody sitting there would have been seen.
    """
    bare = resource.partition(":")[2]
    used = [one for one in found if one.resource == resource and one.what in {IN_USE, UNKNOWN}]
    booked = _held([one for one in found if one.resource == bare])
    moments = sorted({moment for one in (*used, *booked) for moment in (one.from_ms, one.to_ms)} | {watch.to_ms})
    told: list[Stretch] = []
    for from_ms, to_ms in pairwise(moments):
        what = next((one.what for one in used if one.from_ms <= from_ms < one.to_ms), "")
        held = any(one.from_ms <= from_ms < one.to_ms for one in booked)
        watched = sensed and watch.from_ms <= from_ms < watch.to_ms
        state = _state(what, held=held, watched=watched)
        if state == DeskShown.OCCUPIED_UNBOOKED and resource.startswith(ZONE):
            state = DeskShown.OCCUPIED  # Who is in a zone came for a desk of it, or a session: none is its own booking.
        if state and told and (told[-1].state, told[-1].to_ms) == (state, from_ms):
            told[-1] = Stretch(state, told[-1].from_ms, to_ms)
        elif state:
            told.append(Stretch(state, from_ms, to_ms))
    return told


def _held(of_resource: Iterable[Piece]) -> list[Piece]:
    """The bookings, each cut where it was released because nobody came."""
    pieces = list(of_resource)
    released = [one.from_ms for one in pieces if one.what == RELEASED]
    return [
        Piece(one.day, one.resource, one.what, one.from_ms, _cut(one, released))
        for one in pieces
        if one.what == BOOKED and one.from_ms < one.to_ms
    ]


def _cut(booked: Piece, released: Iterable[int]) -> int:
    within = (moment for moment in released if booked.from_ms <= moment < booked.to_ms)
    return min(within, default=booked.to_ms)


def _state(what: str, *, held: bool, watched: bool) -> str:
    if what == IN_USE:
        return DeskShown.OCCUPIED if held else DeskShown.OCCUPIED_UNBOOKED
    if what == UNKNOWN:
        return DeskShown.UNKNOWN
    if held:
        return DeskShown.BOOKED_EMPTY if watched else DeskShown.BOOKED
    return ""


def window(told: Iterable[Stretch], begin_ms: int, end_ms: int, first_hour: int, last_hour: int) -> tuple[int, int]:
    """From when to when a day is drawn: the usual hours, and full hours more where something lies outside them."""
    from_ms, to_ms = begin_ms + first_hour * HOUR_MS, min(end_ms, begin_ms + last_hour * HOUR_MS)
    for one in told:
        from_ms = min(from_ms, max(begin_ms, one.from_ms - one.from_ms % HOUR_MS))
        to_ms = max(to_ms, min(end_ms, one.to_ms + -one.to_ms % HOUR_MS))
    return from_ms, to_ms
