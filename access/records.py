"""What the registry tells a site of people, badges and bookings: the records a replica is made of.

Times are Unix milliseconds, UTC; spans are half open, ``start`` in, ``end`` out; None ends never.
"""

from dataclasses import dataclass

from access.clock import DAY_MS, MINUTE_MS

LONGEST_BOOKING_MS = 7 * DAY_MS
"""No booking is longer."""
LATEST_MS = 1 << 53
"""No moment is later: JSON's readers agree on integers up to here."""
CREDENTIAL_BYTES = 32


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge of one person; ``credentials`` are keyed hashes (32 bytes) of what it can show at a reader.

    ``long_pulse`` holds the door longer (a wheelchair, a pram), with no reason stored.
    """

    id: str
    person: str
    credentials: tuple[bytes, ...]
    valid_from_ms: int = 0
    valid_until_ms: int | None = None
    revoked: bool = False
    long_pulse: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A person as a site knows them: opaque id, display name, rights.

    ``zones`` are those they may enter with a reason; ``standing`` those they may enter at any time (staff).
    """

    id: str
    name: str
    zones: frozenset[str]
    standing: frozenset[str] = frozenset()
    valid_from_ms: int = 0
    valid_until_ms: int | None = None
    suspended: bool = False
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Booking:
    """One person's right to be in ``zone``, at ``resource`` (a desk, room or zone id), for a span of time."""

    id: str
    person: str
    zone: str
    resource: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Closure:
    """A span in which the whole site is closed."""

    id: str
    start_ms: int
    end_ms: int
    why: str


@dataclass(frozen=True, slots=True)
class Opening:
    """Weekly opening hours in local minutes from midnight; ``weekday`` 0 is Monday; ``to_minute`` may be 1440."""

    id: str
    weekday: int
    from_minute: int
    to_minute: int


def mistake_in(record: "Record") -> str:
    """What no door could make sense of in a record, "" where nothing is wrong: a span that ends before it begins, a
    time that is no moment, a weekday that is none, a credential that is no keyed hash.
    """
    if isinstance(record, Booking):
        holds = 0 <= record.start_ms < record.end_ms <= min(record.start_ms + LONGEST_BOOKING_MS, LATEST_MS)
        return "" if holds else "a booking ends after it starts, and within a week"
    if isinstance(record, Badge):
        holds = all(len(raw) == CREDENTIAL_BYTES for raw in record.credentials)
        return "" if holds else "a credential is 32 bytes in hex"
    if isinstance(record, Closure):
        holds = 0 <= record.start_ms < record.end_ms <= LATEST_MS
        return "" if holds else "a closure ends after it starts"
    if isinstance(record, Opening):
        holds = 0 <= record.weekday <= 6 and 0 <= record.from_minute < record.to_minute <= DAY_MS // MINUTE_MS
        return "" if holds else "opening hours lie within one day, Monday being 0"
    return ""


Record = Badge | Person | Booking | Closure | Opening
RECORD_KINDS: dict[str, type[Record]] = {
    "badge": Badge,
    "person": Person,
    "booking": Booking,
    "closure": Closure,
    "opening": Opening,
}
KIND_OF_RECORD: dict[type[Record], str] = {cls: kind for kind, cls in RECORD_KINDS.items()}
