"""The desks of a site at one moment: what sensors say, fused with the bookings; the same on gateway and registry.

    >>> fused = desks_at(replica, {"d1": Use.VACANT}, at_ms, checked_in, released, zone=zone, lies_in={"d1": "hall"})
    >>> fused["d1"].shown, fused["d1"].booking

A booking that was released holds no more, unless staff gave it back (then it has no release). Whoever has come for a
booking without a release is known only from who is here.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from access.desk import DeskShown, Use, shown
from access.diary import Diary, around
from access.hours import resting
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
    *,
    zone: ZoneInfo,
    lies_in: Mapping[str, str],
) -> dict[str, DeskAt]:
    """Every desk of ``uses``. ``checked_in`` and ``released`` are bookings, ``present`` the persons on the site, whose
    clocks are those of ``zone``; ``lies_in`` names the zone of the site in which each desk lies.
    """
    closed = out_of_service(replica, at_ms, zone, lies_in)
    return {
        desk: _desk_at(replica.of_resource.get(desk), use, at_ms, checked_in, released, present, closed=desk in closed)
        for desk, use in uses.items()
    }


def out_of_service(replica: Replica, at_ms: int, zone: ZoneInfo, lies_in: Mapping[str, str]) -> frozenset[str]:
    """The resources that are out of service at a moment: by a closure, by hours of their own, or by those of the zone
    that they lie in.
    """
    closures = replica.closures.values()
    closed = frozenset(one.resource for one in closures if one.resource and one.start_ms <= at_ms < one.end_ms)
    rests = resting(replica.openings.values(), at_ms, zone)
    within = frozenset(one for one, place in lies_in.items() if place in rests) if rests else rests
    return closed | rests | within


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
    running, coming = booked(diary, at_ms, released)
    seen = running is not None and (running.id in checked_in or running.person in present)
    return DeskAt(shown(use, running, booked_seen=seen, out_of_service=closed), running, coming)


def booked(
    diary: Diary[Booking] | None, at_ms: int, released: AbstractSet[str]
) -> tuple[Booking | None, Booking | None]:
    """The booking that holds a resource at a moment, and the next one near it."""
    near = [one for one in around(diary, at_ms, 0) if one.end_ms > at_ms and holds(one, released)]
    running = next((one for one in near if one.start_ms <= at_ms), None)
    return running, next((one for one in near if one.start_ms > at_ms), None)


def holds(booking: Booking, released: AbstractSet[str]) -> bool:
    """Whether a booking holds its resource: it was not released, or staff gave it back."""
    return booking.release_ms is None or booking.id not in released
