"""Whatever a change takes from somebody is known as such: what is not, refuses nobody whom the door let in (D9)."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from access.clock import HOUR_MS
from access.records import Badge, Booking, Closure, Membership, Pass, PassKind, Person, Record
from access.restrictions import takes_away
from tests.support.chance_replicas import records_of
from tests.support.chance_site import world_of
from tests.support.seeds import over

NOW = 1_000
BADGE = Badge("b", "anna", (b"1" * 32,), 10, 5_000, pins=(b"p" * 32,))
PERSON = Person("anna", "Anna", frozenset({"hall", "lab"}), frozenset({"hall"}), 10, 5_000, staff=True)
MINOR = replace(PERSON, minor=True, guardian_from_ms=10, guardian_until_ms=5_000, guardian_zones=frozenset({"hall"}))
MEMBER = replace(PERSON, groups=(Membership("team", 10, 5_000), Membership("junior")))
BOOKING = Booking("k", "anna", "hall", "d1", 2_000, 3_000)
PASS = Pass("v", "anna", frozenset({"hall", "lab"}), 500, 5_000, weekdays=frozenset({0, 1}), from_minute=5, to_minute=9)
REACHED: Counter[str] = Counter()


@pytest.mark.parametrize(
    ("before", "members"),
    [
        (BADGE, {"revoked": True}),
        (BADGE, {"valid_from_ms": 11}),
        (BADGE, {"valid_until_ms": 4_999}),
        (replace(BADGE, valid_until_ms=None), {"valid_until_ms": 9_999}),
        (BADGE, {"credentials": (b"2" * 32,)}),
        (BADGE, {"pins": ()}),
        (BADGE, {"person": "bruno"}),
        (replace(BADGE, emergency=True), {"emergency": False}),
        (PERSON, {"suspended": True}),
        (PERSON, {"zones": frozenset({"hall"})}),
        (PERSON, {"standing": frozenset()}),
        (PERSON, {"staff": False}),
        (PERSON, {"transfer": True}),
        (PERSON, {"valid_from_ms": 11}),
        (PERSON, {"valid_until_ms": 4_999}),
        (PERSON, {"audiences": frozenset({"youth"})}),
        (PERSON, {"training_due_ms": 7}),
        (PERSON, {"minor": True, "guardian_from_ms": 0}),
        (MINOR, {"guardian_from_ms": None}),
        (MINOR, {"guardian_from_ms": 11}),
        (MINOR, {"guardian_until_ms": 4_999}),
        (MINOR, {"guardian_zones": frozenset({"lab"})}),
        (MEMBER, {"groups": MEMBER.groups[:1]}),
        (MEMBER, {"groups": (Membership("team", 11, 5_000), Membership("junior"))}),
        (MEMBER, {"groups": (Membership("team", 10, 4_999), Membership("junior"))}),
        (BOOKING, {"start_ms": 2_001}),
        (BOOKING, {"end_ms": 2_999}),
        (BOOKING, {"zone": "lab"}),
        (BOOKING, {"person": "bruno"}),
        (BOOKING, {"waiting": True}),
        (PASS, {"zones": frozenset({"hall"})}),
        (PASS, {"start_ms": 501}),
        (PASS, {"end_ms": 4_999}),
        (PASS, {"weekdays": frozenset({0})}),
        (replace(PASS, weekdays=frozenset()), {"weekdays": frozenset({0, 1, 2})}),
        (PASS, {"from_minute": 6}),
        (PASS, {"to_minute": 8}),
        (PASS, {"kind": PassKind.DUTY}),
    ],
)
def test_less_than_before_is_seen_and_more_is_not(before: Record, members: dict[str, object]) -> None:
    after = replace(before, **members)  # type: ignore[arg-type]
    assert takes_away(before, after, NOW)
    assert not takes_away(before, before, NOW)
    symmetric = {"credentials", "person", "zone", "kind", "audiences", "waiting"}
    if not members.keys() & symmetric and members.get("guardian_zones") != {"lab"} and not isinstance(before, Badge):
        assert not takes_away(after, before, NOW)


@pytest.mark.parametrize("record", [BADGE, PERSON, BOOKING, PASS])
def test_what_is_no_more_was_taken_away(record: Record) -> None:
    assert takes_away(record, None, NOW)


def test_what_was_over_or_barred_already_is_not_taken_away() -> None:
    assert not takes_away(replace(BADGE, revoked=True), None, NOW)
    assert not takes_away(BADGE, None, 5_000)
    assert not takes_away(BADGE, replace(BADGE, revoked=True), 5_000)
    for record in (BOOKING, PASS):
        assert takes_away(record, None, record.end_ms - 1)
        assert not takes_away(record, None, record.end_ms)
        assert not takes_away(record, replace(record, start_ms=record.start_ms + 1), record.end_ms)


def test_a_name_is_no_right_and_closures_are_everybodys() -> None:
    assert not takes_away(PERSON, replace(PERSON, name="Bianca"), NOW)
    assert not takes_away(BADGE, replace(BADGE, long_pulse=True), NOW)
    assert not takes_away(BOOKING, replace(BOOKING, release_ms=2_500), NOW)
    assert not takes_away(Closure("c", 1, 5_000, "why"), None, NOW)


def changed(chance: Random, records: tuple[Record, ...]) -> tuple[Record, Record | None]:
    """One of the records, and it as chance changed it: as another of its kind, in part or in whole, or gone."""
    before = chance.choice([one for one in records if isinstance(one, Badge | Person | Booking | Pass)])
    others = [one for one in records_of(chance) if type(one) is type(before)]
    if not others or chance.random() < 0.1:
        return before, None
    other = chance.choice(others)
    names = [name for name in type(before).__slots__ if name not in {"id", "person", "credentials", "revoked"}]
    taken = chance.sample(names, chance.randint(1, 2))
    after = replace(before, **{name: getattr(other, name) for name in taken})
    return (before, after) if not isinstance(after, Booking) or not after.group else (before, replace(after, person=""))


@over(range(4_000))
def test_whom_a_door_lets_in_no_more_something_was_taken_from(seed: int) -> None:
    world, chance = world_of(seed), Random(seed)
    if not world.verdict().granted:
        return
    for _ in range(6):
        before, after = changed(chance, world.records)
        others = tuple(one for one in world.records if one is not before)
        lost = not replace(world, records=others if after is None else (*others, after)).verdict().granted
        assert not lost or takes_away(before, after, world.at_ms), (before, after)
        REACHED[type(before).__name__] += lost
        REACHED["nothing taken"] += not takes_away(before, after, world.at_ms)


def test_each_kind_was_lost_often() -> None:
    kinds = ("Badge", "Person", "Booking", "Pass")
    assert all(REACHED[kind] >= 5 for kind in kinds), REACHED
    assert REACHED["nothing taken"] >= 500


def test_an_hour_more_takes_nothing() -> None:
    assert not takes_away(BOOKING, replace(BOOKING, end_ms=BOOKING.end_ms + HOUR_MS), NOW)
