"""More rights never refuse more, under any conditions; more conditions never grant more; deny beats allow."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any, TypeVar

from access.case import Age
from access.clock import DAY_MS, HOUR_MS, MINUTE_MS
from access.denials import name_of
from access.judge import Verdict
from access.records import Badge, Booking, BookingKind, Closure, Membership, Pass, PassKind, Person, Record
from tests.support.chance_replicas import BADGES, GROUPS
from tests.support.chance_site import World, world_of
from tests.support.core_site import card
from tests.support.seeds import over

SEEDS = range(1_200)
REACHED: Counter[str] = Counter()
Changed = TypeVar("Changed")
EVERYWHERE = frozenset({"hall", "lab", "office"})
EVERYBODY = frozenset(name_of("badge", ident) for ident in BADGES)
ALL_AUDIENCES = frozenset({"", "youth"})
SOME_RIGHTS = frozenset({"booking/k6", "booking/k1", "pass/v1"})


def _of_person(**members: object) -> Callable[[Record], Record]:
    return lambda one: _with(one, members) if isinstance(one, Person) else one


def _of_badge(**members: object) -> Callable[[Record], Record]:
    return lambda one: _with(one, members) if isinstance(one, Badge) and not one.revoked else one


def _with(one: Changed, members: dict[str, Any]) -> Changed:
    return replace(one, **members)  # type: ignore[type-var]


def _joined(one: Record) -> Record:
    return replace(one, groups=(*one.groups, *map(Membership, GROUPS))) if isinstance(one, Person) else one


def _of_everybody(one: Record) -> Record:
    return replace(one, audiences=ALL_AUDIENCES) if isinstance(one, Person) else one


def _lengthened(one: Record) -> Record:
    if isinstance(one, Booking):
        return replace(one, start_ms=one.start_ms - HOUR_MS, end_ms=one.end_ms + HOUR_MS)
    return replace(one, end_ms=one.end_ms + HOUR_MS) if isinstance(one, Pass) else one


RICHER: dict[str, Callable[[Record], Record]] = {
    "zones": _of_person(zones=EVERYWHERE),
    "standing": _of_person(standing=EVERYWHERE, zones=EVERYWHERE),
    "staff": _of_person(staff=True),
    "of age": _of_person(minor=False),
    "of this site": _of_person(transfer=False),
    "trained": _of_person(training_due_ms=None),
    "guarded": _of_person(guardian_from_ms=0, guardian_until_ms=None, guardian_zones=frozenset()),
    "a person in force": _of_person(valid_from_ms=0, valid_until_ms=None, suspended=False),
    "a badge in force": _of_badge(valid_from_ms=0, valid_until_ms=None),
    "an emergency card": _of_badge(emergency=True),
    "a member": _joined,
    "of every audience": _of_everybody,
    "longer": _lengthened,
}
"""What is changed of every record, so that somebody may more."""


def _more(chance: Random, at_ms: int) -> dict[str, Record]:
    """Another right, by its name: of the person whose badge asks, as often as not."""
    start_ms = at_ms + chance.choice((-2 * HOUR_MS, -HOUR_MS, -1, 0, 1, 15 * MINUTE_MS, DAY_MS))
    end_ms, zone = start_ms + chance.choice((1, HOUR_MS, 5 * HOUR_MS)), chance.choice(sorted(EVERYWHERE))
    who, group = chance.choice(("anna", "bruno", "sara")), chance.choice(GROUPS)
    return {
        "booking": Booking("more", who, zone, "desk", start_ms, end_ms),
        "session": Booking("more", "", zone, "desk", start_ms, end_ms, BookingKind.SESSION, group),
        "team booking": Booking("more", "", zone, "desk", start_ms, end_ms, group=group),
        "pass": Pass("more", who, EVERYWHERE, start_ms, end_ms, chance.choice(list(PassKind))),
    }


def _still_granted(name: str, before: Verdict, after: Verdict) -> None:
    if before.granted:
        assert after.granted, name
        assert after.until_ms is None or (before.until_ms is not None and after.until_ms >= before.until_ms), name
    REACHED[f"granted by {name}"] += after.granted and not before.granted
    REACHED["granted before"] += before.granted


@over(SEEDS)
def test_more_rights_never_refuse_more(seed: int) -> None:
    world, chance = world_of(seed), Random(seed)
    before = world.verdict()
    for name, change in RICHER.items():
        _still_granted(name, before, replace(world, records=tuple(map(change, world.records))).verdict())
    for name, record in _more(chance, world.at_ms).items():
        _still_granted(name, before, replace(world, records=(*world.records, record)).verdict())
    richest = tuple(map(RICHER["longer"], map(RICHER["standing"], world.records)))
    _still_granted("all of it", before, replace(world, records=richest).verdict())


def _harder(world: World, **members: Callable[[Any], Any]) -> World:
    held = world.request.conditions
    more = {name: change(getattr(held, name)) for name, change in members.items()}
    return _asked(world, conditions=_with(held, more))


def _asked(world: World, **members: object) -> World:
    return replace(world, request=_with(world.request, members))


def _records(world: World, change: Callable[[Record], Record]) -> World:
    return replace(world, records=tuple(map(change, world.records)))


POORER: dict[str, Callable[[World], World]] = {
    "lockdown": lambda world: _harder(world, lockdown=lambda _: True),
    "no fire": lambda world: _harder(world, fire=lambda _: False, evacuation=lambda _: False),
    "no free passage": lambda world: _harder(world, free_passage=lambda _: False),
    "one more": lambda world: _harder(world, headcount=lambda count: count + 1),
    "an older replica": lambda world: _harder(world, replica_age_ms=lambda age_ms: age_ms + 6 * DAY_MS),
    "a worse clock": lambda world: _harder(world, clock_unsure_ms=lambda ms: ms + 10 * MINUTE_MS + 1),
    "no staff": lambda world: _harder(world, staff_present=lambda _: False),
    "no staff yet": lambda world: _harder(world, staff_came=lambda _: False),
    "released": lambda world: _harder(world, released=lambda held: held | {f"k{number}" for number in range(7)}),
    "denied": lambda world: _harder(world, denied=lambda held: held | EVERYBODY),
    "a booking denied": lambda world: _harder(
        world, denied=lambda held: held | {"booking/k6", "booking/k1", "pass/v1"}
    ),
    "a blocked PIN": lambda world: _harder(world, pin_blocked_until_ms=lambda _: world.at_ms + 1),
    "no PIN": lambda world: _asked(world, pin=b""),
    "a wrong PIN": lambda world: _asked(world, pin=bytes(32)),
    "stale": lambda world: _asked(world, age=Age.STALE),
    "repeated": lambda world: _asked(world, repeated=True),
    "a closure": lambda world: replace(
        world, records=(*world.records, Closure("more", world.at_ms, world.at_ms + 1, ""))
    ),
    "suspended": lambda world: _records(world, _of_person(suspended=True)),
    "minors": lambda world: _records(world, _of_person(minor=True)),
    "revoked": lambda world: _records(world, _of_badge(revoked=True)),
    "untrained": lambda world: _records(world, _of_person(training_due_ms=0)),
    "strangers here": lambda world: _records(world, _of_person(transfer=True)),
}
NEVER = {
    "lockdown": False,
    "denied": True,
    "a blocked PIN": False,
    "stale": True,
    "repeated": True,
    "suspended": True,
    "revoked": True,
}
"""What refuses whatever else holds (True), or mostly (False)."""


@over(SEEDS)
def test_more_conditions_never_grant_more(seed: int) -> None:
    world = world_of(seed)
    before = world.verdict()
    for name, change in POORER.items():
        after = change(world).verdict()
        assert before.granted or not after.granted, name
        assert not (NEVER.get(name) and after.granted), name
        if before.granted and after.granted and after.until_ms != before.until_ms:
            assert after.until_ms is not None, name
            assert before.until_ms is None or after.until_ms < before.until_ms, name
        REACHED[f"refused by {name}"] += before.granted and not after.granted


@over(SEEDS)
def test_nothing_that_bars_is_outdone_by_a_right(seed: int) -> None:
    """Deny beats allow: whoever holds every right there is, is refused all the same."""
    world = world_of(seed)
    rich = _records(world, lambda one: RICHER["staff"](RICHER["standing"](one)))
    locked = _harder(rich, lockdown=lambda _: True, fire=lambda _: False, evacuation=lambda _: False)
    stranger = _asked(rich, credential=card("stranger"))
    for barred in (*(POORER[name](rich) for name, always in NEVER.items() if always), locked, stranger):
        assert not barred.verdict().granted
    REACHED["a right outdone"] += rich.verdict().granted


def test_the_worlds_reached_every_right_and_every_condition() -> None:
    if not REACHED:
        test_more_rights_never_refuse_more()
        test_more_conditions_never_grant_more()
        test_nothing_that_bars_is_outdone_by_a_right()
    more = {*RICHER, *_more(Random(0), 0), "all of it"}
    wanted = {f"granted by {name}" for name in more} | {f"refused by {name}" for name in POORER}
    assert {name for name in (*wanted, "granted before", "a right outdone") if not REACHED[name]} == set()
