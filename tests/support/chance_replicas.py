"""Replicas and requests by chance, drawn from one seed, biased so that every reason of the judge comes up often."""

from random import Random
from typing import Any

from access.clock import HOUR_MS, MINUTE_MS
from access.records import Badge, Booking, Closure, Opening, Person, Record
from tests.support.core_site import NINE, card

NAMES = ("anna", "bruno", "sara")
ZONES = ("hall", "hall", "lab", "office")
BADGES = ("b1", "b2", "b3")
SPREAD_HALF_HOURS = 8


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
    standing = _zones(chance, 2) if chance.random() < 0.25 else frozenset[str]()
    return Person(name, name.title(), _zones(chance, 4), standing, **_span(chance), suspended=chance.random() < 0.1)


def _badge(chance: Random, ident: str, name: str) -> Badge:
    person = "nobody" if chance.random() < 0.05 else name
    cards = [card(name), *([card(chance.choice(NAMES))] if chance.random() < 0.1 else [])]
    return Badge(ident, person, tuple(cards), **_span(chance), revoked=chance.random() < 0.1)


def _booking(chance: Random, number: int) -> Booking:
    start_ms = _moment(chance)
    end_ms = start_ms + chance.randint(1, 4) * HOUR_MS
    return Booking(f"k{number}", chance.choice(NAMES), chance.choice(ZONES), "desk", start_ms, end_ms)


def records_of(chance: Random) -> list[Record]:
    """What a site holds: three people with their badges, some bookings, perhaps opening hours and a closure."""
    found: list[Record] = [_person(chance, name) for name in NAMES]
    found += [_badge(chance, ident, name) for ident, name in zip(BADGES, NAMES, strict=True)]
    found += [_booking(chance, number) for number in range(chance.randint(0, 6))]
    if chance.random() < 0.2:
        start_ms = _moment(chance)
        found.append(Closure("c", start_ms, start_ms + 2 * HOUR_MS, "closed"))
    if chance.random() < 0.3:
        found += [Opening(f"o{day}", day, 8 * 60, chance.randint(9, 20) * 60) for day in range(5)]
    chance.shuffle(found)
    return found


def request_of(chance: Random, doors: list[str]) -> dict[str, Any]:
    """What is asked: members that are left out have their defaults."""
    asked: dict[str, Any] = {
        "at": _moment(chance) + chance.choice((-1, 0, 0, 1)),
        "door": chance.choice(doors),
        "credential": card(chance.choice((*NAMES, *NAMES, *NAMES, "stranger"))).hex(),
    }
    if chance.random() < 0.3:
        asked["age"] = chance.choice(("fresh", "stale", "unproved"))
    for name in ("repeated", "lockdown"):
        if chance.random() < 0.1:
            asked[name] = chance.random() < 0.7
    return asked
