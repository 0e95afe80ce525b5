"""A snapshot's shape: what the gateway shows its pages process, one JSON object a line over the feed's socket.

Times are Unix milliseconds of the site's clock; reasons, links and uses are codes, put into words by the pages.
"""

from typing_extensions import TypedDict


class SiteSeen(TypedDict):
    """Which site, and the timezone its times are shown in."""

    id: str
    name: str
    timezone: str


class CountSeen(TypedDict):
    """How many people are in a place, ``visits`` of them without a badge; ``capacity`` None: not limited."""

    present: int
    visits: int
    capacity: int | None
    estimated: bool


class ZoneSeen(CountSeen):
    """One zone's count. ``full``: it has reached its capacity; ``refuses``: it lets nobody but staff in then; ``at``:
    its part of the plan as x, y, width and height in plan units, None: around its desks.
    """

    id: str
    name: str
    full: bool
    refuses: bool
    at: list[int] | None


class RoomSeen(TypedDict):
    """One room; ``zone`` by name, ``at`` as a zone's. ``closed``: out of service; the others are as a desk's."""

    id: str
    name: str
    zone: str
    at: list[int] | None
    closed: bool
    booked_by: str
    until_ms: int | None
    next_ms: int | None


class BookingSeen(TypedDict):
    """A person's running booking: the name of what it is for, and its end."""

    resource: str
    until_ms: int


class PersonSeen(TypedDict):
    """Somebody present; ``name`` "" where the replica holds them no more. ``estimated``: entry not seen for sure;
    ``barred``: a badge of theirs is; ``minor``: for staff's eyes.
    """

    id: str
    name: str
    zone: str
    since_ms: int
    estimated: bool
    barred: bool
    minor: bool
    booking: BookingSeen | None


class VisitSeen(TypedDict):
    """Somebody without a badge, on the muster list with the person who let them in."""

    id: str
    zone: str
    since_ms: int
    host: str


class MinorsSeen(TypedDict):
    """Minors who are here alone; ``why``: ``no-staff`` or ``curfew``. For staff's eyes."""

    why: str
    names: list[str]


class BlockedSeen(TypedDict):
    """Somebody whose badge is blocked by wrong PINs."""

    name: str
    until_ms: int


class BarredSeen(TypedDict):
    """A badge that is barred here, and that the registry has not revoked yet; ``origin`` as ``access.denials`` has it,
    ``name`` whose it is.
    """

    badge: str
    name: str
    origin: str


class WarnedSeen(TypedDict):
    """A grant that staff must know of; ``what`` as ``access.reasons.Warned`` has it."""

    at_ms: int
    what: str
    place: str
    who: str


class DeskSeen(TypedDict):
    """One desk, fused with its running booking. ``since_ms`` of its sensors' use, 0 where nothing was ever said;
    ``booked_by``, ``until_ms``, ``checked_in`` and ``release_ms`` (when it is released if nobody has come) of the
    running booking, ``next_ms`` the start of the next within a day.
    """

    id: str
    name: str
    zone: str
    x: int | None
    y: int | None
    state: str
    since_ms: int
    booked_by: str
    until_ms: int | None
    checked_in: bool
    release_ms: int | None
    next_ms: int | None


class DoorSeen(TypedDict):
    """One door. ``open`` None: unknown, or without contact. ``can_open``: its lock is ours to pulse, for ``pulse_ms``;
    ``unproved``: it accepts taps whose age nothing proves (guarantee D7); ``free``: its scheduled free passage runs.
    ``x`` and ``y`` are its place on the plan, None: it is not drawn.
    """

    id: str
    name: str
    open: bool | None
    has_contact: bool
    released: bool
    held: bool
    forced: bool
    can_open: bool
    pulse_ms: int
    unproved: bool
    free: bool
    x: int | None
    y: int | None


class SessionSeen(TypedDict):
    """A session that runs or is to come within a day; ``place`` is where, by name."""

    start_ms: int
    end_ms: int
    place: str


class HappenedSeen(TypedDict):
    """One line of what happened last. ``what``: ``tap``, ``override``, ``lapsed``, or an alarm's fact and side;
    ``until_ms`` belongs to the reason (when a booking begins or ended, when the site opens); ``warned``: what staff are
    told beside a grant; ``badge``: the badge of a tap that can still be barred, "" where there is none.
    """

    at_ms: int
    what: str
    place: str
    granted: bool
    reason: str
    until_ms: int | None
    who: str
    note: str
    warned: list[str]
    badge: str


class DeviceSeen(TypedDict):
    """A device that staff should look at. ``link`` as the core has it; ``heard_ms`` its last word, None: none yet."""

    id: str
    stands_for: str
    place: str
    link: str
    battery_pct: int | None
    battery_low: bool
    heard_ms: int | None


class SourcesSeen(TypedDict):
    """How fresh each source is. ``registry``: ``none``, ``online`` or ``offline``, its trouble a sentence of a kind;
    ``confirmed_ms``: when the replica was last known to be its, ``replica_age_ms`` ago; ``aged``: staff are warned.
    ``admits``: ``gateway.showing.snapshot_watch.admits``; ``waiting`` rows are not yet acknowledged by the registry;
    ``gateway_confirmed``: by staff's word this is the site's; ``clock_unsure_ms``: by how much the clock may be wrong.
    """

    replica_version: int
    confirmed_ms: int | None
    replica_age_ms: int
    aged: bool
    admits: str
    registry: str
    registry_trouble: str
    registry_trouble_kind: str
    waiting: int
    gateway_confirmed: bool
    keeper_needed: bool
    keeper_found: bool
    broker_online: bool
    clock_trusted: bool
    clock_unsure_ms: int


class Snapshot(TypedDict):
    """All that the live page shows at one moment, with names: never served without a staff session.

    ``mono_ms`` is the gateway's run clock at that moment: what staff ask for is dated on it.
    """

    at_ms: int
    mono_ms: int
    site: SiteSeen
    total: CountSeen
    zones: list[ZoneSeen]
    people: list[PersonSeen]
    visits: list[VisitSeen]
    minors: MinorsSeen | None
    blocked: list[BlockedSeen]
    barred: list[BarredSeen]
    warned: list[WarnedSeen]
    desks: list[DeskSeen]
    rooms: list[RoomSeen]
    doors: list[DoorSeen]
    sessions: list[SessionSeen]
    happened: list[HappenedSeen]
    devices: list[DeviceSeen]
    devices_in_all: int
    sources: SourcesSeen
    refused: dict[str, int]
    lockdown: bool
    fire: bool
    evacuation: bool
    log_written: bool
    disk_full: bool
    log_losing: bool
    log_damaged: str
