"""What the registry tells a site of people, badges and bookings: the records a replica is made of.

Times are Unix milliseconds, UTC; spans are half open, ``start`` in, ``end`` out; None ends never. What is optional has
a default, so that a record without it means the same on a gateway of an earlier version.
"""

from dataclasses import dataclass
from enum import StrEnum

from access.clock import DAY_MS, MINUTE_MS
from access.staff import Staff, mistake_in_staff

LONGEST_BOOKING_MS = 7 * DAY_MS
"""No booking is longer."""
LATEST_MS = 1 << 53
"""No moment is later: JSON's readers agree on integers up to here."""
CREDENTIAL_BYTES = 32
DAY_MINUTES = DAY_MS // MINUTE_MS


class BookingKind(StrEnum):
    """What a booking is for: a place to work at, or a session of a programme (training, a meeting, a round)."""

    DESK = "desk"
    SESSION = "session"


class PassKind(StrEnum):
    """Whose pass: a guest's, a Digital Angel's duty (as staff while it lasts), or a role held between dates."""

    GUEST = "guest"
    DUTY = "duty"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge of one person; ``credentials`` are keyed hashes (32 bytes) of what it can show at a reader.

    ``long_pulse`` holds the door longer (a wheelchair, a pram), with no reason stored. ``pins`` are keyed hashes (32
    bytes) of its PIN with each credential, none where it has no PIN. ``emergency``: one of the site's sealed cards.
    """

    id: str
    person: str
    credentials: tuple[bytes, ...]
    valid_from_ms: int = 0
    valid_until_ms: int | None = None
    revoked: bool = False
    long_pulse: bool = False
    pins: tuple[bytes, ...] = ()
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's time in a ``group``: a team or a cohort, whose bookings and sessions are theirs meanwhile."""

    group: str
    from_ms: int = 0
    until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A person as a site knows them: opaque id, display name, rights.

    ``zones`` are those they may enter with a reason; ``standing`` those they may enter at any time, by their role.
    ``staff``: no capacity refuses them, and minors may be here while they are. ``transfer``: they are another site's,
    here between dates. ``audiences`` are those whose opening hours are theirs ("" and none: everybody's). A ``minor``
    needs the guardian's authorisation between ``guardian_from_ms`` (None: there is none) and ``guardian_until_ms``, for
    ``guardian_zones`` (none named: all). From ``training_due_ms`` on a mandatory module is overdue.
    """

    id: str
    name: str
    zones: frozenset[str]
    standing: frozenset[str] = frozenset()
    valid_from_ms: int = 0
    valid_until_ms: int | None = None
    suspended: bool = False
    minor: bool = False
    staff: bool = False
    transfer: bool = False
    audiences: frozenset[str] = frozenset()
    groups: tuple[Membership, ...] = ()
    guardian_from_ms: int | None = None
    guardian_until_ms: int | None = None
    guardian_zones: frozenset[str] = frozenset()
    training_due_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """The right of a ``person``, or of a ``group`` (then ``person`` is ""), to be in ``zone``, at ``resource`` (a desk,
    room or zone id), for a span of time.

    Where nobody has come by ``release_ms`` it is released as a no-show (None: it is not). ``waiting``: the place came
    from the waiting list.
    """

    id: str
    person: str
    zone: str
    resource: str
    start_ms: int
    end_ms: int
    kind: BookingKind = BookingKind.DESK
    group: str = ""
    release_ms: int | None = None
    waiting: bool = False

    @property
    def holder(self) -> str:
        """Whose it is: the person's id or the group's."""
        return self.group or self.person

    def leads_to(self, zones: frozenset[str]) -> bool:
        """Whether it is a reason to be in one of these zones."""
        return self.zone in zones


@dataclass(frozen=True, slots=True)
class Pass:
    """A person's right to be in ``zones`` between two moments, without a booking.

    It holds on ``weekdays`` (0 is Monday; none named: every day), between two local minutes of the day.
    """

    id: str
    person: str
    zones: frozenset[str]
    start_ms: int
    end_ms: int
    kind: PassKind = PassKind.GUEST
    weekdays: frozenset[int] = frozenset()
    from_minute: int = 0
    to_minute: int = DAY_MINUTES

    @property
    def holder(self) -> str:
        """Whose it is."""
        return self.person

    @property
    def as_staff(self) -> bool:
        """Whether it makes its holder staff: a duty, or a role held between dates."""
        return self.kind is not PassKind.GUEST

    def leads_to(self, zones: frozenset[str]) -> bool:
        """Whether it is a right to be in one of these zones."""
        return not zones.isdisjoint(self.zones)


@dataclass(frozen=True, slots=True)
class Closure:
    """A span in which the site is closed: to everyone, or to one ``audience``; or one ``resource`` of it alone, which
    is then out of service.
    """

    id: str
    start_ms: int
    end_ms: int
    why: str
    audience: str = ""
    resource: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """Weekly opening hours in local minutes from midnight; ``weekday`` 0 is Monday; ``to_minute`` may be 1440.

    ``audience`` "" is everyone who has no hours of their own. Those of one ``resource`` are its alone: beside the
    site's, it is in service while they hold; those of a zone bind what lies in it, too.
    """

    id: str
    weekday: int
    from_minute: int
    to_minute: int
    audience: str = ""
    resource: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A person (``id``) came to another ``site`` at ``at_ms``: a stay that began here before has ended (domain:
    transfer).
    """

    id: str
    site: str
    at_ms: int


def mistake_in(record: "Record") -> str:
    """What no door could make sense of in a record, "" where nothing is wrong: a span that ends before it begins, a
    time that is no moment, a weekday that is none, a credential that is no keyed hash.
    """
    match record:
        case Booking():
            return _mistake_in_booking(record)
        case Badge():
            hashes = (*record.credentials, *record.pins)
            return "" if all(len(raw) == CREDENTIAL_BYTES for raw in hashes) else "a credential is 32 bytes in hex"
        case Closure():
            return "" if _is_span(record.start_ms, record.end_ms) else "a closure ends after it starts"
        case Opening():
            holds = 0 <= record.weekday <= 6 and _is_in_day(record.from_minute, record.to_minute)
            return "" if holds else "opening hours lie within one day, Monday being 0"
        case Pass():
            in_week = record.weekdays <= frozenset(range(7)) and _is_in_day(record.from_minute, record.to_minute)
            holds = in_week and _is_span(record.start_ms, record.end_ms)
            return "" if holds else "a pass ends after it starts, and its hours lie within one day, Monday being 0"
        case Staff():
            return mistake_in_staff(record)
        case Elsewhere():
            return "" if 0 <= record.at_ms <= LATEST_MS else "a person comes to another site at a moment"
        case _:
            return ""


def _mistake_in_booking(booking: Booking) -> str:
    latest_ms = min(booking.start_ms + LONGEST_BOOKING_MS, LATEST_MS)
    if not 0 <= booking.start_ms < booking.end_ms <= latest_ms:
        return "a booking ends after it starts, and within a week"
    return "a booking is of a person or of a group" if booking.person and booking.group else ""


def _is_span(start_ms: int, end_ms: int) -> bool:
    return 0 <= start_ms < end_ms <= LATEST_MS


def _is_in_day(from_minute: int, to_minute: int) -> bool:
    return 0 <= from_minute < to_minute <= DAY_MINUTES


Record = Badge | Person | Booking | Pass | Closure | Opening | Elsewhere | Staff
RECORD_KINDS: dict[str, type[Record]] = {
    "badge": Badge,
    "person": Person,
    "booking": Booking,
    "pass": Pass,
    "closure": Closure,
    "opening": Opening,
    "elsewhere": Elsewhere,
    "staff": Staff,
}
KIND_OF_RECORD: dict[type[Record], str] = {cls: kind for kind, cls in RECORD_KINDS.items()}
