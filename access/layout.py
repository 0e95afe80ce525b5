"""A site's layout: what its doors are judged by, beside the records of its replica. Plain values for JSON.

    {"v": 1, "timezone": "Europe/Rome",
     "zones": [{"id": "hall", "capacity": 40, "when_full": "refuse", "passback": "soft"}, …],
     "doors": [{"id": "front", "name": "Front door", "zone": "hall", "outer": null, "accepts_unproved": false,
                "asks_pin": false, "first_in": false}, …],
     "readers": [{"id": "front-in", "door": "front"}, …],
     "policy": {"grace_before_ms": 900000, …}}

A gateway tells it to the registry, so that a question asked there is judged as the door judges it, and so that staff
can call on a reader (``access.call``): ``readers`` are those of entrances. It holds
nobody's name; a door's is for staff to read.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from access.call import may_be_called
from access.codec import canonical
from access.site import Door, Passback, Policy, Proof, Site, WhenFull, Zone

VERSION = 1
JUDGED_BY = (
    "grace_before_ms",
    "day_ends_minute",
    "minor_from_minute",
    "minor_until_minute",
    "no_show_ms",
    "dated_age_ms",
    "booking_age_ms",
    "standing_age_ms",
    "clock_unsure_ms",
)
"""The numbers of a policy that a verdict, or the state that it looks at, follows from."""


def layout_of(site: Site) -> dict[str, Any]:
    """A site's layout, every member written."""
    return {
        "v": VERSION,
        "timezone": site.timezone,
        "zones": [_zone(zone) for zone in site.zones.values()],
        "doors": [_door(door) for door in site.doors.values()],
        "readers": [{"id": one.id, "door": one.ref} for one in site.devices.values() if may_be_called(site, one.id)],
        "policy": {name: getattr(site.policy, name) for name in JUDGED_BY},
    }


def _zone(zone: Zone) -> dict[str, Any]:
    asked = {"when_full": str(zone.when_full), "passback": str(zone.passback)}
    return {"id": zone.id, "capacity": zone.capacity, **asked}


def _door(door: Door) -> dict[str, Any]:
    return {
        "id": door.id,
        "name": door.name,
        "zone": door.zone,
        "outer": door.outer,
        "accepts_unproved": door.proof is Proof.UNPROVED,
        "asks_pin": door.asks_pin,
        "first_in": door.first_in,
    }


def site_of(ident: str, layout: Mapping[str, Any]) -> Site:
    """The site that a layout tells of, as far as a verdict needs it, with its doors' names; ``layout`` has every
    member, but for these where it was told before doors had names.
    """
    zones = (
        Zone(one["id"], one["id"], one["capacity"], WhenFull(one["when_full"]), Passback(one["passback"]))
        for one in layout["zones"]
    )
    doors = (
        Door(
            one["id"],
            one.get("name", "") or one["id"],
            one["zone"],
            one["outer"],
            proof=Proof.UNPROVED if one["accepts_unproved"] else Proof.PROVED,
            asks_pin=one["asks_pin"],
            first_in=one["first_in"],
        )
        for one in layout["doors"]
    )
    return Site(
        ident,
        ident,
        layout["timezone"],
        {zone.id: zone for zone in zones},
        {door.id: door for door in doors},
        policy=Policy(**layout["policy"]),
    )


def digest(layout: Mapping[str, Any]) -> str:
    """What names a layout: two that say the same have the same, hex digits."""
    return sha256(canonical(layout)).hexdigest()
