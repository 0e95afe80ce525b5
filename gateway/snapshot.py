"""What the live page shows of a site at one moment: a pure picture of the core's state, ready for JSON.

Made at most four times a second by the gateway's one writer, so it is kept cheap: no sort beyond what is shown, and
bookings are looked up by index.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from access.clock import DAY_MS, Now
from access.desk import shown
from access.occupancy import Occupancy, Stay
from access.records import Booking
from access.replica import Replica, around
from access.sensing import BATTERY_LOW_PCT
from access.site import Desk, Device, Door, Proof, Site
from access.state import DeviceState, Link, SiteState
from gateway.pages_happened import Recent, happened
from gateway.pages_shape import (
    BookingSeen,
    CountSeen,
    DeskSeen,
    DeviceSeen,
    DoorSeen,
    PersonSeen,
    Snapshot,
    SourcesSeen,
    ZoneSeen,
)


@dataclass(frozen=True, slots=True)
class RegistryStanding:
    """How the link to the registry stands. ``confirmed_ms``: wall time at which the replica was last known to be the
    registry's own, kept across restarts; ``waiting`` rows are not yet acknowledged; ``trouble`` is a sentence.
    """

    online: bool = False
    confirmed_ms: int | None = None
    waiting: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """How the gateway's links stand; ``registry`` None: the site has none. ``log_written``: the disk takes the log."""

    broker_online: bool
    registry: RegistryStanding | None = None
    log_written: bool = True


def snapshot(state: SiteState, recent: Recent, links: Links, now: Now) -> Snapshot:
    """The site at ``now``, after ``recent``; JSON-ready."""
    site, occupancy = state.site, state.occupancy
    return {
        "at_ms": now.wall_ms,
        "mono_ms": now.mono_ms,
        "site": {"id": site.id, "name": site.name, "timezone": site.timezone},
        "total": _total(site, occupancy),
        "zones": [_zone(zone.id, zone.name, zone.capacity, occupancy) for zone in site.zones.values()],
        "people": [_person(state, who, stay, now.wall_ms) for who, stay in _longest_first(occupancy)],
        "desks": [_desk(state, desk, now.wall_ms) for desk in site.desks.values()],
        "doors": [_door(state, door) for door in site.doors.values()],
        "happened": happened(recent.lines, site, state.replica),
        "devices": [seen for device in site.devices.values() if (seen := _device(state, device, now)) is not None],
        "devices_in_all": len(site.devices),
        "sources": _sources(state, links, now),
        "refused": dict(recent.refused + Counter(state.refusals)),
        "lockdown": state.lockdown,
        "fire": state.fire,
        "evacuation": state.evacuation,
        "log_written": links.log_written,
    }


def _estimated(occupancy: Occupancy, zone: str) -> bool:
    return zone in occupancy.estimated or any(s.estimated for s in occupancy.stays.values() if s.zone == zone)


def _zone(ident: str, name: str, capacity: int | None, occupancy: Occupancy) -> ZoneSeen:
    return {
        "id": ident,
        "name": name,
        "present": occupancy.headcount(ident),
        "capacity": capacity,
        "estimated": _estimated(occupancy, ident),
    }


def _total(site: Site, occupancy: Occupancy) -> CountSeen:
    capacities = [zone.capacity for zone in site.zones.values() if zone.capacity is not None]
    return {
        "present": occupancy.total(),
        "capacity": sum(capacities) if len(capacities) == len(site.zones) else None,
        "estimated": bool(occupancy.estimated) or any(stay.estimated for stay in occupancy.stays.values()),
    }


def _longest_first(occupancy: Occupancy) -> Iterable[tuple[str, Stay]]:
    return sorted(occupancy.stays.items(), key=lambda item: (item[1].since_ms, item[0]))


def name_of(replica: Replica, person: str) -> str:
    """A person's display name, "" where the replica does not hold them."""
    held = replica.persons.get(person)
    return "" if held is None else held.name


def _running(bookings: Iterable[Booking], at_ms: int) -> Booking | None:
    return next((booking for booking in bookings if booking.start_ms <= at_ms < booking.end_ms), None)


def _person(state: SiteState, who: str, stay: Stay, at_ms: int) -> PersonSeen:
    zone = state.site.zones.get(stay.zone)
    return {
        "id": who,
        "name": name_of(state.replica, who),
        "zone": stay.zone if zone is None else zone.name,
        "since_ms": stay.since_ms,
        "estimated": stay.estimated,
        "booking": _booking(state, _running(around(state.replica.of_holder.get(who), at_ms, 0), at_ms)),
    }


def _booking(state: SiteState, booking: Booking | None) -> BookingSeen | None:
    if booking is None:
        return None
    place = state.site.desks.get(booking.resource) or state.site.zones.get(booking.resource)
    return {"resource": booking.resource if place is None else place.name, "until_ms": booking.end_ms}


def _desk(state: SiteState, desk: Desk, at_ms: int) -> DeskSeen:
    near = around(state.replica.of_resource.get(desk.id), at_ms, 0)
    booking = _running(near, at_ms)
    coming = near[-1].start_ms if near and at_ms < near[-1].start_ms <= at_ms + DAY_MS else None
    sensed = state.desks[desk.id]
    seen = booking is not None and booking.person in state.occupancy.stays
    return {
        "id": desk.id,
        "name": desk.name,
        "zone": desk.zone,
        "x": desk.x,
        "y": desk.y,
        "state": shown(sensed.use, booking, booked_seen=seen),
        "since_ms": sensed.since_ms,
        "booked_by": "" if booking is None else name_of(state.replica, booking.person),
        "until_ms": None if booking is None else booking.end_ms,
        "next_ms": coming,
    }


def _door(state: SiteState, door: Door) -> DoorSeen:
    now = state.doors[door.id]
    return {
        "id": door.id,
        "name": door.name,
        "open": now.open,
        "has_contact": door.has_contact,
        "released": now.released,
        "held": now.held,
        "forced": now.forced,
        "can_open": door.gpio is not None or door.controller is not None,
        "pulse_ms": door.pulse_ms,
        "unproved": door.proof is Proof.UNPROVED,
    }


def _device(state: SiteState, device: Device, now: Now) -> DeviceSeen | None:
    known = state.devices.get(device.id) or DeviceState()
    low = known.battery_pct is not None and known.battery_pct <= BATTERY_LOW_PCT
    if known.link is Link.ONLINE and not low:
        return None
    spoken = known.link is not Link.UNKNOWN
    ago_ms = now.day_ms - state.heard.get(device.id, now.day_ms)
    return {
        "id": device.id,
        "stands_for": device.stands_for,
        "place": place_of(state.site, device.ref),
        "link": known.link,
        "battery_pct": known.battery_pct,
        "battery_low": low,
        "heard_ms": now.wall_ms - ago_ms if spoken else None,
    }


def place_of(site: Site, ref: str) -> str:
    """The name of the door, desk or zone with this id; the id where there is none."""
    place = site.doors.get(ref) or site.desks.get(ref) or site.zones.get(ref)
    return ref if place is None else place.name


def _sources(state: SiteState, links: Links, now: Now) -> SourcesSeen:
    registry = links.registry or RegistryStanding()
    reached = "online" if registry.online else "offline"
    return {
        "replica_version": state.replica.version,
        "confirmed_ms": registry.confirmed_ms,
        "registry": "none" if links.registry is None else reached,
        "registry_trouble": registry.trouble,
        "waiting": registry.waiting,
        "keeper_needed": any(door.gpio is not None for door in state.site.doors.values()),
        "keeper_found": bool(state.keeper_run),
        "broker_online": links.broker_online,
        "clock_trusted": now.trusted,
    }
