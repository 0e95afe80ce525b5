"""Replicas and requests by chance, drawn from one seed, biased so that every reason of the judge comes up often."""

from random import Random
from typing import Any

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS
from access.records import (
    Badge,
    Booking,
    BookingKind,
    Closure,
    Membership,
    Opening,
    Pass,
    PassKind,
    Person,
    Record,
)
from access.site import Policy
from tests.support.core_site import NINE, card

NAMES = ("anna", "bruno", "sara")
ZONES = ("hall", "lab", "office", "office")
BADGES = ("b1", "b2", "b3")
GROUPS = ("team-a", "junior")
SPREAD_HALF_HOURS = 8
PIN = b"1" * 32
AGES_MS = (DAY_MS - 1, DAY_MS, DAY_MS, 3 * DAY_MS, 7 * DAY_MS - 1, 7 * DAY_MS, 30 * DAY_MS, 30 * DAY_MS + 1)
AGED = {"replica_age_ms"}
UNSURE_MS = (0, 10 * MINUTE_MS, 10 * MINUTE_MS + 1)


def _moment(chance: Random) -> int:
    return NINE + chance.randint(-SPREAD_HALF_HOURS, SPREAD_HALF_HOURS) * 30 * MINUTE_MS


def _span(chance: Random) -> dict[str, Any]:
    """Mostly in force always."""
    begins = {"valid_from_ms": _moment(chance)} if chance.random() < 0.15 else {}
    ends = {"valid_until_ms": _moment(chance)} if chance.random() < 0.15 else {}
    return {**begins, **ends}


def _zones(chance: Random, most: int) -> frozenset[str]:
    return frozenset(chance.sample(ZONES, chance.randint(0, most)))


def _person(chance: Random, name: str) -> Person:
    if chance.random() < 0.3:
        due_ms = _moment(chance) if chance.random() < 0.3 else None
        groups = tuple(map(Membership, GROUPS))
        transfer = chance.random() < 0.2
        return Person(name, name.title(), frozenset(ZONES), groups=groups, training_due_ms=due_ms, transfer=transfer)
    standing = _zones(chance, 2) if chance.random() < 0.25 else frozenset[str]()
    more: dict[str, Any] = {}
    if chance.random() < 0.4:
        starts_ms = None if chance.random() < 0.2 else chance.choice((0, 0, _moment(chance)))
        ends_ms = None if chance.random() < 0.7 else _moment(chance)
        covers = _zones(chance, 2) if chance.random() < 0.2 else frozenset[str]()
        more |= {"minor": True, "guardian_from_ms": starts_ms, "guardian_until_ms": ends_ms, "guardian_zones": covers}
    if chance.random() < 0.4:
        more["groups"] = tuple(_membership(chance) for _ in range(chance.randint(1, 2)))
    if chance.random() < 0.2:
        more["training_due_ms"] = _moment(chance)
    more |= {name: True for name in ("staff", "transfer") if chance.random() < 0.2}
    if chance.random() < 0.2:
        more["audiences"] = frozenset({"youth"})
    suspended = chance.random() < 0.1
    return Person(name, name.title(), _zones(chance, 4), standing, **_span(chance), suspended=suspended, **more)


def _membership(chance: Random) -> Membership:
    from_ms = 0 if chance.random() < 0.7 else _moment(chance)
    return Membership(chance.choice(GROUPS), from_ms, None if chance.random() < 0.7 else _moment(chance))


def _badge(chance: Random, ident: str, name: str) -> Badge:
    person = "nobody" if chance.random() < 0.05 else name
    cards = [card(name), *([card(chance.choice(NAMES))] if chance.random() < 0.1 else [])]
    revoked, emergency = chance.random() < 0.1, chance.random() < 0.05
    pins = (PIN,) if chance.random() < 0.8 else ()
    return Badge(ident, person, tuple(cards), **_span(chance), revoked=revoked, pins=pins, emergency=emergency)


def _booking(chance: Random, number: int) -> Booking:
    start_ms = _moment(chance)
    end_ms = start_ms + chance.randint(1, 4) * HOUR_MS
    group = chance.choice(GROUPS) if chance.random() < 0.3 else ""
    kind = BookingKind.SESSION if chance.random() < 0.25 else BookingKind.DESK
    person, waiting = "" if group else chance.choice(NAMES), chance.random() < 0.2
    return Booking(f"k{number}", person, chance.choice(ZONES), "desk", start_ms, end_ms, kind, group, waiting=waiting)


def _pass(chance: Random, number: int) -> Pass:
    start_ms = _moment(chance)
    end_ms = start_ms + chance.choice((1, 4, 24, 120)) * HOUR_MS
    weekly: dict[str, Any] = {}
    if chance.random() < 0.5:
        weekly = {"weekdays": frozenset(chance.sample(range(7), 3)), "from_minute": 540, "to_minute": 660}
    zones = _zones(chance, 3) or frozenset({"hall"})
    return Pass(f"v{number}", chance.choice(NAMES), zones, start_ms, end_ms, chance.choice(list(PassKind)), **weekly)


def records_of(chance: Random) -> list[Record]:
    """What a site holds: three people with their badges, some bookings and passes, perhaps opening hours and a
    closure.
    """
    found: list[Record] = [_person(chance, name) for name in NAMES]
    found += [_badge(chance, ident, name) for ident, name in zip(BADGES, NAMES, strict=True)]
    found += [_booking(chance, number) for number in range(chance.randint(0, 6))]
    if chance.random() < 0.5:
        found += [_pass(chance, number) for number in range(chance.randint(1, 4))]
    if chance.random() < 0.2:
        start_ms = _moment(chance)
        audience = chance.choice(("", "youth"))
        found.append(Closure("c", start_ms, start_ms + 2 * HOUR_MS, "closed", audience))
    if chance.random() < 0.3:
        audience = chance.choice(("", "", "youth"))
        found += [Opening(f"o{day}", day, 8 * 60, chance.randint(9, 20) * 60, audience) for day in range(5)]
    chance.shuffle(found)
    return found


def policy_of(chance: Random) -> Policy:
    """A site's numbers, mostly as by default."""
    grace_ms = chance.randint(0, 60) * MINUTE_MS
    if chance.random() < 0.7:
        return Policy(grace_before_ms=grace_ms)
    begins, ends = sorted(chance.sample(range(0, 1441, 30), 2))
    return Policy(grace_before_ms=grace_ms, minor_from_minute=begins, minor_until_minute=ends, booking_age_ms=DAY_MS)


def request_of(chance: Random, doors: list[str]) -> dict[str, Any]:
    """What is asked: members that are left out have their defaults."""
    at_ms = _moment(chance) + chance.choice((-1, 0, 0, 1))
    asked: dict[str, Any] = {
        "at": at_ms,
        "door": chance.choice(doors),
        "credential": card(chance.choice((*NAMES, *NAMES, *NAMES, "stranger"))).hex(),
    }
    if chance.random() < 0.3:
        asked["age"] = chance.choice(("fresh", "stale", "unproved"))
    asked |= {name: True for name in ("repeated", "lockdown", "fire", "evacuation") if chance.random() < 0.08}
    asked |= {"free_passage": True} if chance.random() < 0.2 else {}
    asked |= {name: False for name in ("staff_present", "staff_came") if chance.random() < 0.2}
    if chance.random() < 0.8:
        asked["pin"] = chance.choice((PIN, PIN, PIN, bytes(32))).hex()
    return asked | _measured(chance, at_ms)


def _measured(chance: Random, at_ms: int) -> dict[str, Any]:
    drawn: dict[str, Any] = {
        "inside": True,
        "headcount": chance.randint(2, 4),
        "pin_blocked_until_ms": at_ms + chance.choice((0, 1, MINUTE_MS)),
        "released": [f"k{number}" for number in range(chance.randint(1, 6))],
        "denied": [chance.choice((f"badge/{chance.choice(BADGES)}", f"person/{chance.choice(NAMES)}", "booking/k1"))],
        "replica_age_ms": chance.choice(AGES_MS),
        "clock_unsure_ms": chance.choice(UNSURE_MS),
    }
    return {name: value for name, value in drawn.items() if chance.random() < 0.2}
