"""Which bookings nobody has come for yet, found by time: what check-in and no-show look at, and when next.

A booking is *settled* once the log says that somebody came for it or that nobody did: exactly one of the two, for each
booking with a release that had not ended when this site's log began.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from access.clock import DAY_MS
from access.records import LONGEST_BOOKING_MS, Booking
from access.replica import Replica

KEPT_MS = LONGEST_BOOKING_MS + DAY_MS
"""So long after its release a booking's settling is remembered, so that what a replica brings late is settled once."""
REACH_MS = 40 * DAY_MS
"""How far back a site that was off settles what was due meanwhile."""
NEVER_MS = 1 << 62


@dataclass(frozen=True, slots=True)
class Watch:
    """``due`` are moments at which to look at a booking, by moment, for releases up to ``built_until_ms``; ``look_ms``
    is the next of all. Bookings whose release lies before ``settled_ms`` are settled; those that had ended at
    ``since_ms``, when this log began, are not this log's. ``late`` is when bookings became known that had begun by
    then. All Unix ms.
    """

    due: tuple[tuple[int, str], ...] = ()
    built_until_ms: int = 0
    look_ms: int = 0
    settled_ms: int = 0
    since_ms: int = 0
    late: Mapping[str, int] = field(default_factory=dict)


def unsettled(replica: Replica, watch: Watch, done: AbstractSet[str]) -> Iterator[Booking]:
    """The bookings that are to be settled with a release up to ``built_until_ms``; those of a day are found at once."""
    for day in range(watch.settled_ms // DAY_MS, watch.built_until_ms // DAY_MS + 1):
        diary = replica.by_release.get(str(day))
        for booking in () if diary is None else diary.bookings:
            release_ms = booking.release_ms
            if release_ms is None or not watch.settled_ms <= release_ms < watch.built_until_ms:
                continue
            if booking.end_ms > watch.since_ms and booking.id not in done:
                yield booking
