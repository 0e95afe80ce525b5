"""The desks of a site at one moment: what sensors say, fused with the bookings; the same on gateway and registry.

    >>> fused = desks_at(replica, {"d1": Use.VACANT}, at_ms, checked_in, released)
    >>> fused["d1"].shown, fused["d1"].booking

A booking that was released holds no more, unless staff gave it back (then it has no release). Whoever has come for a
booking without a release is known only from who is here.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from access.desk import DeskShown, Use, shown
from access.diary import Diary, around
from access.records import Booking
from access.replica import Replica


@dataclass(frozen=True, slots=True)
class DeskAt:
    """A desk at a moment, with the booking that holds it and the next one to come, if any."""

    shown: DeskShown
    booking: Booking | None = None
    next: Booking | None = None


def desks_at(
    replica: Replica,
    uses: Mapping[str, Use],
    at_ms: int,
    checked_in: AbstractSet[str],
    released: AbstractSet[str],
    present: AbstractSet[str] = frozenset(),
) -> dict[str, DeskAt]:
    """Every desk of ``uses``. ``checked_in`` and ``released`` are bookings, ``present`` the persons on the site."""
    closed = out_of_service(replica, at_ms)
    return {
        desk: _desk_at(replica.of_resource.get(desk), use, at_ms, checked_in, released, present, closed=desk in closed)
        for desk, use in uses.items()
    }


def out_of_service(replica: Replica, at_ms: int) -> frozenset[str]:
    """The resources that a closure of their own takes out of service at a moment."""
    closures = replica.closures.values()
    return frozenset(one.resource for one in closures if one.resource and one.start_ms <= at_ms < one.end_ms)


def _desk_at(
    diary: Diary[Booking] | None,
    use: Use,
    at_ms: int,
    checked_in: AbstractSet[str],
    released: AbstractSet[str],
    present: AbstractSet[str],
    *,
    closed: bool,
) -> DeskAt:
    near = [one for one in around(diary, at_ms, 0) if one.end_ms > at_ms and holds(one, released)]
    running = next((one for one in near if one.start_ms <= at_ms), None)
    coming = next((one for one in near if one.start_ms > at_ms), None)
    seen = running is not None and (running.id in checked_in or running.person in present)
    return DeskAt(shown(use, running, booked_seen=seen, out_of_service=closed), running, coming)


def holds(booking: Booking, released: AbstractSet[str]) -> bool:
    """Whether a booking holds its resource: it was not released, or staff gave it back."""
    return booking.release_ms is None or booking.id not in released
