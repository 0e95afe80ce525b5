"""What a record must be for a door to make sense of it."""

from dataclasses import replace

import pytest

from access.clock import DAY_MS
from access.records import (
    KIND_OF_RECORD,
    LATEST_MS,
    LONGEST_BOOKING_MS,
    RECORD_KINDS,
    Badge,
    Booking,
    Closure,
    Elsewhere,
    Opening,
    Pass,
    PassKind,
    Person,
    Record,
    mistake_in,
)
from access.staff import Staff


def _booking(start_ms: int, end_ms: int) -> Booking:
    return Booking("k", "anna", "hall", "d", start_ms, end_ms)


def _pass(start_ms: int, end_ms: int, **members: object) -> Pass:
    return Pass("v", "anna", frozenset({"hall"}), start_ms, end_ms, **members)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "record",
    [
        _booking(0, 1),
        _booking(5, 5 + LONGEST_BOOKING_MS),
        _booking(LATEST_MS - 1, LATEST_MS),
        Badge("b", "anna", ()),
        Badge("b", "anna", (bytes(32), bytes(32))),
        Person("anna", "Anna", frozenset()),
        Closure("c", 0, LATEST_MS, "why"),
        Opening("o", 0, 0, 1440),
        Opening("o", 6, 1439, 1440),
        Badge("b", "anna", (), pins=(bytes(32),)),
        replace(_booking(0, 1), person="", group="team"),
        _pass(0, 1),
        _pass(0, LATEST_MS, weekdays=frozenset({0, 6}), from_minute=1439, to_minute=1440),
        Elsewhere("anna", "cinisello", 0),
        Elsewhere("anna", "cinisello", LATEST_MS),
        Staff("a", "zeno", "Zeno", "operator", "$argon2id$v=19$..."),
    ],
)
def test_at_its_limits_a_record_makes_sense(record: Record) -> None:
    assert mistake_in(record) == ""


@pytest.mark.parametrize(
    "record",
    [
        _booking(1, 1),
        _booking(2, 1),
        _booking(-1, 1),
        _booking(5, 6 + LONGEST_BOOKING_MS),
        _booking(LATEST_MS - 1, LATEST_MS + 1),
        Badge("b", "anna", (bytes(31),)),
        Badge("b", "anna", (bytes(32), bytes(33))),
        Closure("c", 5, 5, "why"),
        Closure("c", -1, 5, "why"),
        Closure("c", 0, LATEST_MS + 1, "why"),
        Opening("o", -1, 0, 60),
        Opening("o", 7, 0, 60),
        Opening("o", 0, -1, 60),
        Opening("o", 0, 60, 60),
        Opening("o", 0, 60, 1441),
        Badge("b", "anna", (), pins=(bytes(4),)),
        replace(_booking(0, 1), group="team"),
        _pass(1, 1),
        _pass(-1, 1),
        _pass(0, LATEST_MS + 1),
        _pass(0, 1, weekdays=frozenset({7})),
        _pass(0, 1, weekdays=frozenset({-1})),
        _pass(0, 1, from_minute=60, to_minute=60),
        _pass(0, 1, from_minute=-1),
        _pass(0, 1, to_minute=1441),
        Elsewhere("anna", "cinisello", -1),
        Elsewhere("anna", "cinisello", LATEST_MS + 1),
        Staff("a", "zeno", "Zeno", "operator", "a password as it is"),
        Staff("a", "", "Zeno", "operator", "$argon2id$v=19$..."),
    ],
)
def test_beyond_them_its_mistake_is_a_sentence(record: Record) -> None:
    assert len(mistake_in(record).split()) > 4


def test_every_kind_of_record_has_one_name() -> None:
    assert {KIND_OF_RECORD[cls]: cls for cls in RECORD_KINDS.values()} == RECORD_KINDS
    assert LONGEST_BOOKING_MS == 7 * DAY_MS


def test_a_booking_is_its_persons_or_its_groups() -> None:
    assert _booking(0, 1).holder == "anna"
    assert replace(_booking(0, 1), person="", group="team").holder == "team"


def test_a_pass_leads_to_its_zones_and_makes_staff_of_all_but_guests() -> None:
    held = _pass(0, 1)
    assert held.leads_to(frozenset({"hall", "lab"}))
    assert not held.leads_to(frozenset({"lab"}))
    assert {kind: replace(held, kind=kind).as_staff for kind in PassKind} == {
        PassKind.GUEST: False,
        PassKind.DUTY: True,
        PassKind.ROLE: True,
    }
