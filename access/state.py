"""All that the core knows of a site between two steps; immutable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from access.call import Calls
from access.cursor import Cursor
from access.denials import Denials
from access.desk import DeskState
from access.door import DoorState
from access.freshness import Beacons
from access.occupancy import Occupancy
from access.records import Booking
from access.replica import Replica
from access.site import Site
from access.watch import NEVER_MS, Watch


class Link(StrEnum):
    """What is known of a device's connection."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    OFFLINE = "offline"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class DeviceState:
    """One device. ``boot`` and ``conn`` order its births and wills; times are monotonic.

    ``link_moved_ms`` is when it last told that it connected or went; ``last_tap_ms`` the last tap that was taken,
    ``card_seen_ms`` when ``last_card`` was last shown, repeats included; ``uptime_ms`` was read at ``uptime_at_ms``.
    """

    link: Link = Link.UNKNOWN
    boot: str = ""
    conn: int = 0
    link_moved_ms: int | None = None
    battery_pct: int | None = None
    last_tap_ms: int | None = None
    last_card: bytes = b""
    card_seen_ms: int = 0
    uptime_ms: int | None = None
    uptime_at_ms: int = 0


@dataclass(frozen=True, slots=True)
class PinTries:
    """Wrong PINs of a badge since its last right one; blocked until a moment of the monotonic clock, or not."""

    wrong: int = 0
    blocked_until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class FreeHold:
    """A lock held released in free passage, under its standing ``grant``; renewed at ``due_ms`` (monotonic)."""

    grant: str
    due_ms: int


@dataclass(frozen=True, slots=True)
class SiteState:
    """The whole. ``seq`` is the last number given in this ``epoch``; ``heard`` is device → day clock of its last word;
    ``subscribed_ms`` is when makers' topics were last subscribed (monotonic), None while they are not.

    ``confirmed_ms`` is when the registry last confirmed the replica (day clock; before this run it is negative).
    ``staff_came``: since the day began. ``pins`` are the wrong ones by badge. ``checked_in`` and ``released`` are
    bookings, ``free`` the doors in free passage, ``holds`` the locks held so, ``full`` the zones that staff were told
    of, ``minors_alone`` those that staff were told of, and ``minors_why``. ``free_due_ms`` and ``minors_due_ms`` are
    when time alone may change that (wall clock). ``began_ms`` is since when this run has watched by a clock to
    rely on (day clock). ``denials`` is who is barred, ``applied`` the latest version (generation, number) that was ever
    decided by, ``revocations`` that of the last signed file of them; ``calls`` are the readers that staff call on;
    ``walk_ins`` the site's own bookings.
    """

    site: Site
    zone: ZoneInfo
    onward: Mapping[str, frozenset[str]]
    epoch: int
    seq: int
    day_ends_ms: int
    replica: Replica = field(default_factory=Replica)
    beacons: Beacons = field(default_factory=Beacons)
    devices: Mapping[str, DeviceState] = field(default_factory=dict)
    cursors: Mapping[str, tuple[Cursor, ...]] = field(default_factory=dict)
    heard: Mapping[str, int] = field(default_factory=dict)
    doors: Mapping[str, DoorState] = field(default_factory=dict)
    desks: Mapping[str, DeskState] = field(default_factory=dict)
    occupancy: Occupancy = field(default_factory=Occupancy)
    refusals: Mapping[str, int] = field(default_factory=dict)
    refusals_due_ms: int = 0
    silence_due_ms: int = 0
    keeper_run: str = ""
    lockdown: bool = False
    fire: bool = False
    evacuation: bool = False
    subscribed_ms: int | None = None
    confirmed_ms: int = 0
    staff_came: bool = False
    pins: Mapping[str, PinTries] = field(default_factory=dict)
    checked_in: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    full: frozenset[str] = frozenset()
    minors_alone: frozenset[str] = frozenset()
    minors_why: str = ""
    minors_due_ms: int = NEVER_MS
    holds: Mapping[str, FreeHold] = field(default_factory=dict)
    free_due_ms: int = 0
    watch: Watch = field(default_factory=Watch)
    began_ms: int = 0
    calls: Calls = field(default_factory=Calls)
    denials: Denials = field(default_factory=dict)
    applied: tuple[str, int] = ("", 0)
    revocations: tuple[str, int] = ("", 0)
    walk_ins: Mapping[str, Booking] = field(default_factory=dict)


def onward_of(site: Site) -> dict[str, frozenset[str]]:
    """Door id → the zone it leads into and every zone reached through that one."""
    inner: dict[str, set[str]] = {}
    for door in site.doors.values():
        if door.outer is not None:
            inner.setdefault(door.outer, set()).add(door.zone)
    return {door.id: _reached(inner, door.zone, door.outer) for door in site.doors.values()}


def _reached(inner: Mapping[str, set[str]], zone: str, outer: str | None) -> frozenset[str]:
    reached, ahead = {zone}, [zone]
    while ahead:
        for further in inner.get(ahead.pop(), ()):
            if further not in reached and further != outer:
                reached.add(further)
                ahead.append(further)
    return frozenset(reached)
