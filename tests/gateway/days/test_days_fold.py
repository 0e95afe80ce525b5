"""Days out of facts: stretches cut at midnight, hours that add up, nothing claimed of a time that nobody watched."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS
from access.facts import Checkpoint, DayClosed, DeskMoved, Entered, Fact, Left, NoShow, Started, VisitBegan, VisitEnded
from gateway.days.fold import Fold, Piece, bounds, by_hour, day_of, pieces
from tests.support.live_site import NINE_MS

ROME = ZoneInfo("Europe/Rome")
MONDAY, TUESDAY = "2026-11-23", "2026-11-24"
SPRING, AUTUMN = "2026-03-29", "2026-10-25"


def folded(*facts: tuple[int, Fact]) -> Fold:
    fold = Fold(ROME)
    for at_ms, fact in facts:
        fold.take(at_ms, fact)
    return fold


def came(who: str, zone: str = "sala") -> Entered:
    return Entered(who, "ingresso", zone, "1-1")


def test_a_desk_that_was_used_has_a_stretch_and_what_lasts_stays_open() -> None:
    fold = folded(
        (NINE_MS, DeskMoved("d01", "occupied")),
        (NINE_MS + HOUR_MS, DeskMoved("d01", "vacant")),
        (NINE_MS + 2 * HOUR_MS, DeskMoved("d02", "unknown")),
    )
    assert fold.pieces == [Piece(MONDAY, "desk:d01", "occupied", NINE_MS, NINE_MS + HOUR_MS)]
    assert fold.open == {"desk:d02": ("unknown", NINE_MS + 2 * HOUR_MS)}


def test_a_night_at_a_desk_is_a_stretch_of_each_day() -> None:
    evening = NINE_MS + 14 * HOUR_MS
    fold = folded((evening, DeskMoved("d01", "occupied")), (evening + 3 * HOUR_MS, DeskMoved("d01", "vacant")))
    midnight = bounds(MONDAY, ROME)[1]
    assert fold.pieces == [
        Piece(MONDAY, "desk:d01", "occupied", evening, midnight),
        Piece(TUESDAY, "desk:d01", "occupied", midnight, evening + 3 * HOUR_MS),
    ]


def test_zones_are_in_use_while_anybody_is_in_them() -> None:
    fold = folded(
        (NINE_MS, came("p1")),
        (NINE_MS + HOUR_MS, VisitBegan("v1", "sala", "Paola")),
        (NINE_MS + 2 * HOUR_MS, Left("ingresso", "sala", "", "p1")),
        (NINE_MS + 3 * HOUR_MS, VisitEnded("v1", "Paola")),
    )
    assert fold.pieces == [Piece(MONDAY, "zone:sala", "occupied", NINE_MS, NINE_MS + 3 * HOUR_MS)]
    people = [fold.hours[MONDAY, hour].person_ms // HOUR_MS for hour in (9, 10, 11)]
    assert people == [1, 2, 1]


def test_the_days_end_and_a_checkpoint_settle_what_was_not_said() -> None:
    stored = Checkpoint({"stays": [], "anonymous": [], "estimated": []}, {"desks": {"d02": {"use": "occupied"}}})
    fold = folded(
        (NINE_MS, came("p1")),
        (NINE_MS, DeskMoved("d01", "occupied")),
        (NINE_MS + HOUR_MS, DayClosed(("p1",))),
        (NINE_MS + HOUR_MS, stored),
    )
    assert fold.open == {"desk:d02": ("occupied", NINE_MS + HOUR_MS)}
    assert {one.resource for one in fold.pieces} == {"zone:sala", "desk:d01"}


def test_a_booking_that_was_released_is_marked() -> None:
    fold = folded((NINE_MS, NoShow("b1", "d01")))
    assert fold.pieces == [Piece(MONDAY, "d01", "released", NINE_MS, NINE_MS)]


@pytest.mark.parametrize(("off_ms", "hours"), [(5 * MINUTE_MS, 4), (3 * HOUR_MS, 1)])
def test_while_the_gateway_was_off_nothing_is_claimed(off_ms: int, hours: int) -> None:
    fold = folded(
        (NINE_MS, DeskMoved("d01", "occupied")),
        (NINE_MS + HOUR_MS, came("p1")),
        (NINE_MS + HOUR_MS + off_ms, Started("hubout 1")),
        (NINE_MS + 4 * HOUR_MS, DeskMoved("d01", "vacant")),
    )
    watched_ms = sum(one.watched_ms for one in fold.hours.values())
    used_ms = sum(one.to_ms - one.from_ms for one in fold.pieces if one.resource == "desk:d01")
    off = off_ms if hours == 1 else 0
    assert watched_ms == used_ms == 4 * HOUR_MS - off


@pytest.mark.parametrize("jump_ms", [-HOUR_MS, 400 * DAY_MS])
def test_a_clock_that_jumps_makes_no_time(jump_ms: int) -> None:
    fold = folded(
        (NINE_MS, DeskMoved("d01", "occupied")),
        (NINE_MS + HOUR_MS, came("p1")),
        (NINE_MS + HOUR_MS + jump_ms, came("p2")),
    )
    assert sum(one.watched_ms for one in fold.hours.values()) == HOUR_MS
    assert fold.open["desk:d01"] == ("occupied", NINE_MS + HOUR_MS + jump_ms)


def test_where_rows_are_gone_nothing_goes_on() -> None:
    fold = folded((NINE_MS, DeskMoved("d01", "occupied")), (NINE_MS, came("p1")), (NINE_MS + HOUR_MS, came("p2")))
    fold.lost()
    assert (fold.open, fold.occupancy.total()) == ({}, 0)
    assert all(one.to_ms == NINE_MS + HOUR_MS for one in fold.pieces)


@pytest.mark.parametrize(("day", "hours"), [(MONDAY, 24), (SPRING, 23), (AUTUMN, 25)])
def test_a_day_has_its_own_hours_across_the_clocks_changes(day: str, hours: int) -> None:
    begin_ms, end_ms = bounds(day, ROME)
    assert end_ms - begin_ms == hours * HOUR_MS
    found = list(by_hour(begin_ms, end_ms, ROME))
    assert {one[0] for one in found} == {day}
    by_local = {hour: sum(to - start for _, h, start, to in found if h == hour) for hour in {one[1] for one in found}}
    assert by_local.get(2, 0) == {23: 0, 24: HOUR_MS, 25: 2 * HOUR_MS}[hours]


@given(st.integers(0, 5 * DAY_MS), st.integers(0, 3 * DAY_MS))
def test_pieces_and_hours_lose_no_moment_and_double_none(from_ms: int, length_ms: int) -> None:
    begin = bounds(AUTUMN, ROME)[0] - 2 * DAY_MS + from_ms
    cut = list(pieces("desk:d01", "occupied", begin, begin + length_ms, ROME))
    assert sum(one.to_ms - one.from_ms for one in cut) == length_ms
    assert all(day_of(one.from_ms, ROME) == day_of(one.to_ms - 1, ROME) == one.day for one in cut)
    hours = list(by_hour(begin, begin + length_ms, ROME))
    assert sum(to - start for _, _, start, to in hours) == length_ms


@given(st.lists(st.tuples(st.integers(0, 90), st.sampled_from(["p1", "p2", "p3"]), st.booleans()), max_size=30))
def test_the_hours_are_those_that_a_plain_count_gives(moves: list[tuple[int, str, bool]]) -> None:
    fold, at_ms, inside, person_ms = Fold(ROME), NINE_MS, set[str](), 0
    for minutes, who, enters in moves:
        person_ms += len(inside) * minutes * MINUTE_MS if fold.since_ms else 0
        at_ms += minutes * MINUTE_MS if fold.since_ms else 0
        fold.take(at_ms, came(who) if enters else Left("ingresso", "sala", "", who))
        inside = inside | {who} if enters else inside - {who}
    assert sum(one.person_ms for one in fold.hours.values()) == person_ms
