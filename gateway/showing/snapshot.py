"""What the live page shows of a site at one moment: a pure picture of the core's state, ready for JSON.

Made at most four times a second by the gateway's one writer, so it is kept cheap: no sort beyond what is shown, and
bookings are looked up by index.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from access.clock import DAY_MS, Now
from access.occupancy import Occupancy, Stay
from access.plan import DeskAt, desks_at, holds
from access.records import Booking
from access.replica import around
from access.sensing import BATTERY_LOW_PCT
from access.site import Desk, Device, Door, Proof, Site, WhenFull, Zone
from access.state import DeviceState, Link, SiteState
from access.walk_ins import with_walk_ins
from gateway.link.standing import Links, RegistryStanding
from gateway.pages.happened import Recent, happened, name_of, place_of
from gateway.pages.shape import (
    BookingSeen,
    CountSeen,
    DeskSeen,
    DeviceSeen,
    DoorSeen,
    PersonSeen,
    Snapshot,
    ZoneSeen,
)
from gateway.showing.snapshot_rooms import drawn, rooms
from gateway.showing.snapshot_watch import barred, blocked, minors, persons_barred, sessions, sources, visits, warned

__all__ = ["Links", "RegistryStanding", "snapshot"]


def snapshot(state: SiteState, recent: Recent, links: Links, now: Now) -> Snapshot:
    """The site at ``now``, after ``recent``; JSON-ready."""
    state = replace(state, replica=with_walk_ins(state.replica, state.walk_ins, now.wall_ms))
    site, occupancy = state.site, state.occupancy
    uses = {ident: desk.use for ident, desk in state.desks.items()}
    barred_here = persons_barred(state)
    here = occupancy.stays.keys()
    known, lies_in = (state.checked_in, state.released, here), {desk.id: desk.zone for desk in site.desks.values()}
    fused = desks_at(state.replica, uses, now.wall_ms, *known, zone=state.zone, lies_in=lies_in)
    return {
        "at_ms": now.wall_ms,
        "mono_ms": now.mono_ms,
        "site": {"id": site.id, "name": site.name, "timezone": site.timezone},
        "total": _total(site, occupancy),
        "zones": [_zone(state, zone) for zone in site.zones.values()],
        "people": [_person(state, who, stay, now.wall_ms, barred_here) for who, stay in _longest_first(occupancy)],
        "visits": visits(state),
        "minors": minors(state),
        "blocked": blocked(state, now),
        "barred": barred(state),
        "warned": warned(recent.warned, state, now.wall_ms),
        "desks": [_desk(state, desk, fused[desk.id], now.wall_ms) for desk in site.desks.values()],
        "rooms": rooms(state, now.wall_ms),
        "doors": [_door(state, door) for door in site.doors.values()],
        "sessions": sessions(state, now.wall_ms),
        "happened": happened(recent.lines, site, state.replica, state.denials),
        "devices": [seen for device in site.devices.values() if (seen := _device(state, device, now)) is not None],
        "devices_in_all": len(site.devices),
        "sources": sources(state, links, now),
        "refused": dict(recent.refused + Counter(state.refusals)),
        "lockdown": state.lockdown,
        "fire": state.fire,
        "evacuation": state.evacuation,
        "log_written": links.log_written,
        "disk_full": links.room.full,
        "log_losing": links.room.losing,
        "log_damaged": links.room.damaged,
    }


def _estimated(occupancy: Occupancy, zone: str) -> bool:
    return zone in occupancy.estimated or any(s.estimated for s in occupancy.stays.values() if s.zone == zone)


def _zone(state: SiteState, zone: Zone) -> ZoneSeen:
    return {
        "id": zone.id,
        "name": zone.name,
        "present": state.occupancy.headcount(zone.id),
        "visits": sum(visit.zone == zone.id for visit in state.occupancy.visits.values()),
        "capacity": zone.capacity,
        "estimated": _estimated(state.occupancy, zone.id),
        "full": zone.id in state.full,
        "refuses": zone.when_full is WhenFull.REFUSE,
        "at": drawn(zone.at),
    }


def _total(site: Site, occupancy: Occupancy) -> CountSeen:
    capacities = [zone.capacity for zone in site.zones.values() if zone.capacity is not None]
    return {
        "present": occupancy.total(),
        "visits": len(occupancy.visits),
        "capacity": sum(capacities) if len(capacities) == len(site.zones) else None,
        "estimated": bool(occupancy.estimated) or any(stay.estimated for stay in occupancy.stays.values()),
    }


def _longest_first(occupancy: Occupancy) -> Iterable[tuple[str, Stay]]:
    return sorted(occupancy.stays.items(), key=lambda item: (item[1].since_ms, item[0]))


def _running(bookings: Iterable[Booking], released: frozenset[str], at_ms: int) -> Booking | None:
    now = (booking for booking in bookings if booking.start_ms <= at_ms < booking.end_ms)
    return next((booking for booking in now if holds(booking, released)), None)


def _held(state: SiteState, who: str, at_ms: int) -> Booking | None:
    """A person's running booking, or that of a group of theirs."""
    person = state.replica.persons.get(who)
    groups = () if person is None else person.groups
    member_of = (one.group for one in groups if one.from_ms <= at_ms and (one.until_ms is None or at_ms < one.until_ms))
    for holder in (who, *member_of):
        near = around(state.replica.of_holder.get(holder), at_ms, 0)
        if (found := _running(near, state.released, at_ms)) is not None:
            return found
    return None


def _person(state: SiteState, who: str, stay: Stay, at_ms: int, barred_here: frozenset[str]) -> PersonSeen:
    zone = state.site.zones.get(stay.zone)
    return {
        "id": who,
        "name": name_of(state.replica, who),
        "zone": stay.zone if zone is None else zone.name,
        "since_ms": stay.since_ms,
        "estimated": stay.estimated,
        "barred": who in barred_here,
        "minor": who in state.replica.persons and state.replica.persons[who].minor,
        "booking": _booking(state, _held(state, who, at_ms)),
    }


def _booking(state: SiteState, booking: Booking | None) -> BookingSeen | None:
    if booking is None:
        return None
    return {"resource": place_of(state.site, booking.resource), "until_ms": booking.end_ms}


def _desk(state: SiteState, desk: Desk, fused: DeskAt, at_ms: int) -> DeskSeen:
    booking, coming = fused.booking, fused.next
    came = booking is not None and booking.id in state.checked_in
    return {
        "id": desk.id,
        "name": desk.name,
        "zone": desk.zone,
        "x": desk.x,
        "y": desk.y,
        "state": fused.shown,
        "since_ms": state.desks[desk.id].since_ms,
        "booked_by": "" if booking is None else name_of(state.replica, booking.person),
        "until_ms": None if booking is None else booking.end_ms,
        "checked_in": came,
        "release_ms": None if booking is None or came else booking.release_ms,
        "next_ms": None if coming is None or coming.start_ms > at_ms + DAY_MS else coming.start_ms,
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
        "free": door.id in state.free,
        "x": door.x,
        "y": door.y,
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
