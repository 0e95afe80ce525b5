"""What a site's doors judge by, as the registry holds it: its layout and its replica. One function judges (D11)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from access.case import Age, Case, Conditions, request_at
from access.clock import Now
from access.conditions import released_of, staff_present
from access.gathering import gather
from access.occupancy import Occupancy
from access.records import Badge, Person
from access.replica import Replica
from access.site import Door, Passback, Site
from access.state import onward_of
from registry.sites.overview import Overview

_NO_PIN = bytes(32)
"""The keyed hash of no PIN there is."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One site's; ``onward`` is door → the zones reached through it, ``badges_of`` person → their badges, by id."""

    site: Site
    zone: ZoneInfo
    onward: Mapping[str, frozenset[str]]
    replica: Replica
    badges_of: Mapping[str, tuple[Badge, ...]]

    def door_into(self, zone: str) -> Door | None:
        """The door by which one comes into a zone: the first that leads there, else the first that it lies beyond."""
        doors = self.site.doors.values()
        straight = (door for door in doors if door.zone == zone)
        return next(straight, next((door for door in doors if zone in self.onward[door.id]), None))


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown at a reader: a badge's credential, b"" for one that nobody has; and how the tap and the PIN are."""

    credential: bytes
    age: Age = Age.FRESH
    repeated: bool = False
    pin: str = "right"


def ground_of(site: Site, replica: Replica) -> Ground:
    """A site's ground."""
    owned: dict[str, list[Badge]] = {}
    for badge in replica.badges.values():
        owned.setdefault(badge.person, []).append(badge)
    badges_of = {who: tuple(sorted(held, key=lambda badge: badge.id)) for who, held in owned.items()}
    return Ground(site, ZoneInfo(site.timezone), onward_of(site), replica, badges_of)


def case_of(ground: Ground, door: Door, shown: Shown, at_ms: int, conditions: Conditions) -> Case:
    """The case that the door would judge."""
    request = request_at(door, ground.site.zones[door.zone], ground.onward[door.id], shown.credential)
    badge = ground.replica.badge_of.get(shown.credential)
    pins = {"right": badge.pins[0] if badge is not None and badge.pins else b"", "wrong": _NO_PIN}
    asked = replace(
        request, age=shown.age, repeated=shown.repeated, conditions=conditions, pin=pins.get(shown.pin, b"")
    )
    return gather(ground.replica, ground.site.policy, ground.zone, asked, Now(at_ms, 0, 0))


def conditions_now(
    ground: Ground, door: Door, person: Person | None, occupancy: Occupancy, overview: Overview, at_ms: int
) -> Conditions:
    """What holds at the site by its log, as far as it has come; as ``access.conditions`` has it at the door. What only
    the gateway knows (blocked PINs, how old its replica is) is as if all were well.
    """
    zone = ground.site.zones[door.zone]
    stay = None if person is None else occupancy.stays.get(person.id)
    counted = zone.capacity is not None or zone.passback is not Passback.OFF
    minor = person is not None and person.minor
    return Conditions(
        lockdown=overview.lockdown,
        fire=overview.fire,
        evacuation=overview.evacuation,
        free_passage=door.id in overview.free,
        headcount=0 if zone.capacity is None else occupancy.headcount(door.zone),
        inside=counted and stay is not None and stay.zone in ground.onward[door.id],
        staff_present=not minor or staff_present(ground.replica, occupancy, at_ms, ground.zone),
        staff_came=overview.staff_came or not door.first_in,
        released=released_of(overview.released.keys(), ground.replica, person),
    )
