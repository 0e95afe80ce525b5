"""What people did, or did not do, as facts of the log (``access.facts``)."""

from dataclasses import dataclass
from typing import ClassVar

from access.fact import Fact


@dataclass(frozen=True, slots=True)
class Entered(Fact):
    """A person went through a door on a grant, from ``outer`` ("" is outside) into ``zone``. ``estimated``: the door
    has no contact to show it.
    """

    KIND: ClassVar[str] = "entered"
    person: str
    door: str
    zone: str
    grant: str
    estimated: bool = False
    outer: str = ""


@dataclass(frozen=True, slots=True)
class Left(Fact):
    """Somebody went out through a door, ``person`` "" where nobody knows who; ``to`` "" is outside."""

    KIND: ClassVar[str] = "left"
    door: str
    zone: str
    to: str
    person: str = ""
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class CheckedIn(Fact):
    """Somebody came for a booking: by ``badge`` at a door, by the ``desk``'s sensor, or by a ``stay`` that had begun
    before it.
    """

    KIND: ClassVar[str] = "checked-in"
    booking: str
    by: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class NoShow(Fact):
    """Nobody came for a booking in time: it holds no more, and its resource is free (domain: no-show release).
    ``unproved``: the booking ended, and nobody could have been seen; it says nothing of the person.
    """

    KIND: ClassVar[str] = "no-show"
    booking: str
    resource: str
    unproved: bool = False


@dataclass(frozen=True, slots=True)
class StaffCame(Fact):
    """The day's first staff came: doors that waited for them let others in."""

    KIND: ClassVar[str] = "staff-came"
    person: str


@dataclass(frozen=True, slots=True)
class ZoneFilled(Fact):
    """A zone reached its capacity, or no longer does."""

    KIND: ClassVar[str] = "zone-full"
    zone: str
    full: bool
    headcount: int


@dataclass(frozen=True, slots=True)
class MinorsAlone(Fact):
    """Minors are inside without staff, or past the curfew (``why``: no-staff, curfew); nobody: that is over."""

    KIND: ClassVar[str] = "minors-alone"
    persons: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class BadgeRead(Fact):
    """A card was shown at a reader on which staff had called (``call`` is the registry's), and not judged: it is
    ``badge``, or nobody's here and has this ``tag`` of the day.
    """

    KIND: ClassVar[str] = "badge-read"
    call: str
    reader: str
    badge: str
    tag: str


@dataclass(frozen=True, slots=True)
class VisitBegan(Fact):
    """A host let somebody in who has no badge: an anonymous, timed visit (domain: citizen)."""

    KIND: ClassVar[str] = "visit"
    visit: str
    zone: str
    host: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class VisitEnded(Fact):
    """A visit is over; ``by`` is whose word it is."""

    KIND: ClassVar[str] = "visit-ended"
    visit: str
    by: str


@dataclass(frozen=True, slots=True)
class WentElsewhere(Fact):
    """A person came to another site at ``at_ms``, and so their stay here ended by then (domain: transfer)."""

    KIND: ClassVar[str] = "went-elsewhere"
    person: str
    site: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class WalkedIn(Fact):
    """``author`` gave a person a free desk, from now to ``end_ms`` (domain: walk-ins): a booking of the site's own."""

    KIND: ClassVar[str] = "walk-in"
    booking: str
    person: str
    zone: str
    desk: str
    start_ms: int
    end_ms: int
    author: str


@dataclass(frozen=True, slots=True)
class StaffDid(Fact):
    """``author`` did ``what`` on the site's pages, which changes nothing that doors look at; or looked at what is to be
    looked at by name only.
    """

    KIND: ClassVar[str] = "staff-did"
    what: str
    author: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class DayClosed(Fact):
    """The site's day ended; ``persons`` had not left as far as anybody knows, and are closed by system."""

    KIND: ClassVar[str] = "day-closed"
    persons: tuple[str, ...]
