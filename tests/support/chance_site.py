"""A site by hand whose doors and zones ask everything there is to ask, and what chance asks of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from access.case import Age, Case, Conditions, Request, request_at
from access.clock import DAY_MS, HOUR_MS, Now
from access.gathering import gather
from access.judge import Verdict, decide
from access.records import Booking, Record
from access.replica import Replica
from access.site import Door, Passback, Policy, Proof, Site, WhenFull, Zone
from access.state import onward_of
from tests.support.chance_replicas import GROUPS, NAMES, PIN, policy_of, records_of, request_of
from tests.support.core_site import ROME, card, replica_of

DOORS = {
    "front": Door("front", "front", "hall"),
    "maker": Door("maker", "maker", "hall", proof=Proof.UNPROVED),
    "inner": Door("inner", "inner", "lab", "hall", asks_pin=True),
    "back": Door("back", "back", "office", "hall", first_in=True),
}
ZONES = {
    "hall": Zone("hall", "hall", 3, WhenFull.REFUSE, Passback.HARD),
    "lab": Zone("lab", "lab", 2),
    "office": Zone("office", "office", None, passback=Passback.SOFT),
}
CHANCE_SITE = Site("chance", "Chance", "Europe/Rome", ZONES, DOORS)
ONWARD = onward_of(CHANCE_SITE)

TWISTS: tuple[dict[str, Any], ...] = (
    {},
    {"replica_age_ms": 3 * DAY_MS},
    {"replica_age_ms": 3 * DAY_MS},
    {"lockdown": True, "fire": True},
    {"headcount": 2},
    {"headcount": 3},
    {"inside": True},
    {"staff_present": False},
    {"staff_came": False},
    {"free_passage": True},
)
"""What else holds where little else bars."""


def request_in(asked: Mapping[str, Any]) -> Request:
    """The request that ``hubout decide`` is asked, put together without it."""
    door, usual = DOORS[asked["door"]], Conditions()
    held = {name: asked.get(name, getattr(usual, name)) for name in Conditions.__slots__}
    return replace(
        request_at(door, ZONES[door.zone], ONWARD[door.id], bytes.fromhex(asked["credential"])),
        age=Age(asked.get("age", "fresh")),
        repeated=asked.get("repeated", False),
        conditions=Conditions(**held | {name: frozenset(held[name]) for name in ("released", "denied")}),
        pin=bytes.fromhex(asked.get("pin", "")),
    )


@dataclass(frozen=True)
class World:
    """What a site holds, and what is asked of it then."""

    records: tuple[Record, ...]
    policy: Policy
    request: Request
    at_ms: int

    @property
    def replica(self) -> Replica:
        """The records as a door finds them."""
        return replica_of(*self.records)

    def case(self) -> Case:
        """The facts."""
        return gather(self.replica, self.policy, ROME, self.request, Now(self.at_ms, 0, 0))

    def verdict(self) -> Verdict:
        """What the door says."""
        return decide(self.case())


def world_of(seed: int) -> World:
    """A world by chance; in half of them little bars, so that much hangs on one thing."""
    chance = Random(seed)
    records, policy = records_of(chance), policy_of(chance)
    asked = request_of(chance, sorted(DOORS))
    if chance.random() < 0.5:
        return World(tuple(records), policy, request_in(asked), asked["at"])
    who, door, at_ms = chance.choice(NAMES), chance.choice(sorted(DOORS)), asked["at"]
    asked = {"door": door, "credential": card(who).hex(), "pin": PIN.hex(), **chance.choice(TWISTS)}
    if chance.random() < 0.5:
        group = GROUPS[0] if chance.random() < 0.25 else ""
        span, waiting = (at_ms - HOUR_MS, at_ms + HOUR_MS), chance.random() < 0.3
        booked = Booking("k6", "" if group else who, DOORS[door].zone, "desk", *span, group=group, waiting=waiting)
        records.append(booked)
    return World(tuple(records), policy, request_in(asked), at_ms)
