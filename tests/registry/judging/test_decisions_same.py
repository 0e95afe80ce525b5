"""The registry's answers are those of ``hubout decide`` on the file of the same site, question by question."""

import json
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from access.clock import DAY_MS, MINUTE_MS
from access.codec import record_from_json
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
from devices.replica_file import read_replica_file, written
from hubout.asking import Desk
from tests.support.centres import HOUR_MS, NINE_MS, Centre
from tests.support.laid import decided, lay, publish, small_site

ZONES = ("hall", "lab", "safe")
SAME = ("granted", "reason", "rule", "until_ms", "until", "booking", "person", "badge", "warned", "remedy")
WEEK = timedelta(days=7) // timedelta(milliseconds=1)


def some(chance: Random, of: tuple[str, ...]) -> frozenset[str]:
    return frozenset(chance.sample(of, chance.randint(0, len(of))))


def moment(chance: Random) -> int:
    """Around the hours that people come at, to the minute or off it by a millisecond."""
    return NINE_MS + chance.randrange(-16, 120) * 15 * MINUTE_MS + chance.choice((-1, 0, 0, 1))


def span(chance: Random) -> tuple[int, int]:
    start_ms = moment(chance)
    return start_ms, start_ms + chance.choice((15, 60, 240)) * MINUTE_MS


def person(chance: Random, number: int) -> Person:
    def maybe(likely: float) -> bool:
        return chance.random() < likely

    return Person(
        f"p{number}",
        f"Persona {number}",
        some(chance, ZONES),
        some(chance, ZONES) if maybe(0.2) else frozenset(),
        valid_from_ms=moment(chance) if maybe(0.1) else 0,
        valid_until_ms=moment(chance) if maybe(0.1) else None,
        suspended=maybe(0.05),
        minor=maybe(0.3),
        staff=maybe(0.1),
        transfer=maybe(0.1),
        audiences=frozenset({"junior"}) if maybe(0.3) else frozenset(),
        groups=(Membership("team", 0, moment(chance) if maybe(0.3) else None),) if maybe(0.4) else (),
        guardian_from_ms=0 if maybe(0.7) else None,
        guardian_until_ms=moment(chance) if maybe(0.2) else None,
        training_due_ms=moment(chance) if maybe(0.2) else None,
    )


def site_records(chance: Random) -> list[Record]:
    """A site's records, in which every rule finds something to say."""
    people = [person(chance, number) for number in range(12)]
    badges = [Badge(f"b{n}", one.id, (bytes([n + 1]) * 32,)) for n, one in enumerate(people)]
    badges += [
        Badge("lost", "p0", (b"\xe0" * 32,), revoked=True),
        Badge("later", "p1", (b"\xe1" * 32,), valid_from_ms=moment(chance)),
        Badge("coded", "p2", (b"\xe2" * 32,), pins=(b"\xe3" * 32,)),
        Badge("sealed", "p3", (b"\xe4" * 32,), emergency=True),
        Badge("nobodys", "p99", (b"\xe5" * 32,)),
    ]
    kinds = (BookingKind.DESK, BookingKind.SESSION)
    books = [
        Booking(f"k{n}", f"p{chance.randrange(12)}", chance.choice(ZONES), "d1", *span(chance), chance.choice(kinds))
        for n in range(60)
    ]
    books += [Booking(f"t{n}", "", "lab", "d2", *span(chance), group="team") for n in range(6)]
    passes = [
        Pass(
            f"a{n}",
            f"p{chance.randrange(12)}",
            some(chance, ZONES) | {"hall"},
            *span(chance),
            chance.choice(list(PassKind)),
        )
        for n in range(8)
    ]
    hours = [Opening(f"o{day}", day, 480, 1_140) for day in range(7)] + [Opening("oj", 0, 600, 720, "junior")]
    closed = [
        Closure("c1", NINE_MS + DAY_MS, NINE_MS + DAY_MS + 2 * HOUR_MS, "x"),
        Closure("c2", *span(chance), "x", "junior"),
    ]
    return [*people, *badges, *books, *passes, *hours, *closed]


def conditions(chance: Random) -> dict[str, Any]:
    said: dict[str, Any] = {
        "lockdown": chance.random() < 0.1,
        "fire": chance.random() < 0.1,
        "free_passage": chance.random() < 0.1,
        "headcount": chance.choice((0, 1, 2, 4)),
        "inside": chance.random() < 0.2,
        "staff_present": chance.random() < 0.8,
        "staff_came": chance.random() < 0.8,
        "released": [f"k{chance.randrange(60)}" for _ in range(8)],
        "replica_age_ms": chance.choice((0, 0, 2, 8, 31)) * DAY_MS,
        "clock_unsure_ms": chance.choice((0, 0, 0, 11 * MINUTE_MS)),
    }
    return {name: value for name, value in said.items() if chance.random() < 0.4}


@pytest.mark.parametrize("seed", [1, 2])
def test_the_registry_and_the_command_say_the_same(both: Centre, seed: int) -> None:
    chance = Random(seed)
    site = small_site()
    lay(both, site)
    publish(both, "matera", site_records(chance))
    page = both.as_gateway("matera", "GET", "/changes?limit=2000").json()
    records = [record_from_json(one["kind"], json.dumps(one["record"])) for one in page["changes"]]
    file = "".join(written(site, page["generation"], page["version"], records))
    desk = Desk(read_replica_file(file.encode()))
    badges = {one.id: one for one in records if isinstance(one, Badge)}
    asked: list[dict[str, Any]] = [
        {
            "site": "matera",
            "door": chance.choice(list(site.doors)),
            "badge": chance.choice(list(badges)),
            "at_ms": moment(chance),
            "age": chance.choice(("fresh", "fresh", "fresh", "unproved", "stale")),
            "repeated": chance.random() < 0.05,
            "pin": chance.choice(("right", "wrong", "missing")),
            "conditions": conditions(chance),
        }
        for _ in range(900)
    ]
    reasons = set()
    for question, said in zip(asked, decided(both, *asked), strict=True):
        by_command = desk.answer(json.dumps(as_line(question, badges[question["badge"]])).encode())
        assert {name: said[name] for name in SAME} == {name: by_command.get(name) for name in SAME}, question
        reasons.add(said["reason"])
    assert len(reasons) >= 18


def as_line(question: dict[str, Any], badge: Badge) -> dict[str, Any]:
    """The same question as a line of ``hubout decide``."""
    pin = {"right": badge.pins[0] if badge.pins else b"", "wrong": bytes(32), "missing": b""}[question["pin"]]
    line = {name: question[name] for name in ("door", "age", "repeated")}
    shown = {"at": question["at_ms"], "credential": badge.credentials[0].hex(), "pin": pin.hex()}
    return {**line, **shown, **question["conditions"]}
