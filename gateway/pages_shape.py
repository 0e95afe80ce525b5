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
    """How many people are in a place; ``capacity`` None: not limited."""

    present: int
    capacity: int | None
    estimated: bool


class ZoneSeen(CountSeen):
    """One zone's count."""

    id: str
    name: str


class BookingSeen(TypedDict):
    """A person's running booking: the name of what it is for, and its end."""

    resource: str
    until_ms: int


class PersonSeen(TypedDict):
    """Somebody present; ``name`` "" where the replica holds them no more. ``estimated``: entry not seen for sure."""

    id: str
    name: str
    zone: str
    since_ms: int
    estimated: bool
    booking: BookingSeen | None


class DeskSeen(TypedDict):
    """One desk, fused with its running booking. ``since_ms`` of its sensors' use, 0 where nothing was ever said;
    ``booked_by`` and ``until_ms`` of the running booking, ``next_ms`` the start of the next within a day.
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
    next_ms: int | None


class DoorSeen(TypedDict):
    """One door. ``open`` None: unknown, or without contact. ``can_open``: its lock is ours to pulse, for ``pulse_ms``;
    ``unproved``: it accepts taps whose age nothing proves (guarantee D7).
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


class HappenedSeen(TypedDict):
    """One line of what happened last. ``what``: ``tap``, ``override``, ``lapsed``, or an alarm's fact and side;
    ``until_ms`` belongs to the reason (when a booking begins or ended, when the site opens).
    """

    at_ms: int
    what: str
    place: str
    granted: bool
    reason: str
    until_ms: int | None
    who: str
    note: str


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
    """How fresh each source is. ``registry``: ``none``, ``online`` or ``offline``; ``confirmed_ms``: when the replica
    was last known to be the registry's; ``waiting`` rows are not yet acknowledged by it.
    """

    replica_version: int
    confirmed_ms: int | None
    registry: str
    registry_trouble: str
    waiting: int
    keeper_needed: bool
    keeper_found: bool
    broker_online: bool
    clock_trusted: bool


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
    desks: list[DeskSeen]
    doors: list[DoorSeen]
    happened: list[HappenedSeen]
    devices: list[DeviceSeen]
    devices_in_all: int
    sources: SourcesSeen
    refused: dict[str, int]
    lockdown: bool
    fire: bool
    evacuation: bool
    log_written: bool
