"""What a record must be for a door to make sense of it."""

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
    Opening,
    Person,
    Record,
    mistake_in,
)


def _booking(start_ms: int, end_ms: int) -> Booking:
    return Booking("k", "anna", "hall", "d", start_ms, end_ms)


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
    ],
)
def test_beyond_them_its_mistake_is_a_sentence(record: Record) -> None:
    assert len(mistake_in(record).split()) > 4


def test_every_kind_of_record_has_one_name() -> None:
    assert {KIND_OF_RECORD[cls]: cls for cls in RECORD_KINDS.values()} == RECORD_KINDS
    assert LONGEST_BOOKING_MS == 7 * DAY_MS
