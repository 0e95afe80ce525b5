"""What is made of the space, counted again, and what is foretold of it."""

from datetime import date, datetime
from random import Random

import pytest
from sqlalchemy import event, insert, update

from access.clock import HOUR_MS
from access.hours import unix_ms
from bench.funded_year import Size, live
from registry.reports import forecast, usage
from registry.reports.forecast import WEEKS, Foretold, Week, foretold, most_in_each_hour, peak
from registry.reports.periods import ZONE
from registry.setup import Registry
from registry.tables import core as t

SIZE = Size((40, 30, 20, 35, 25, 15), desks=8, angels=5, days=75)
WEDNESDAY_MS = unix_ms(datetime(2025, 3, 12, 10, tzinfo=ZONE))
MONDAYS = [date(2025, 1, 13), date(2025, 1, 20), date(2025, 1, 27), date(2025, 2, 3)]


@pytest.mark.parametrize(
    ("spans", "hours"),
    [
        ([], {}),
        ([(0, 10)], {0: 1}),
        ([(5, 10)], {0: 1}),
        ([(5, 11)], {0: 1, 1: 1}),
        ([(5, 35)], {0: 1, 1: 1, 2: 1, 3: 1}),
        ([(5, 10), (5, 15)], {0: 2, 1: 1}),
        ([(0, 4), (4, 9)], {0: 1}),
        ([(1, 25), (12, 14), (13, 15)], {0: 1, 1: 3, 2: 1}),
        ([(3, 3)], {}),
        ([(1, 5), (35, 38)], {0: 1, 3: 1}),
    ],
)
def test_an_hour_has_the_most_who_were_there_at_a_moment_of_it(
    spans: list[tuple[int, int]], hours: dict[int, int]
) -> None:
    assert most_in_each_hour([a for a, _ in spans], [b for _, b in spans], 10) == hours


@pytest.mark.parametrize("seed", range(20))
def test_an_hour_has_what_a_look_at_every_moment_finds(seed: int) -> None:
    chance = Random(seed)
    spans = [(start := chance.randrange(60), start + chance.randrange(1, 30)) for _ in range(chance.randrange(1, 9))]
    moments = [sum(a <= moment < b for a, b in spans) for moment in range(100)]
    by_hand = {hour: max(moments[10 * hour : 10 * hour + 10]) for hour in range(10)}
    found = most_in_each_hour([a for a, _ in spans], [b for _, b in spans], 10)
    assert found == {hour: most for hour, most in by_hand.items() if most}


def test_what_is_foretold_is_the_middle_of_the_weeks_with_the_least_and_the_most() -> None:
    tuesday, friday = (1, 10), (4, 15)
    weeks: list[Week] = [*({tuesday: most, friday: 4} for most in (9, 12, 30, 11, 10, 13, 8)), {friday: 6}]
    hours = foretold(weeks)
    assert hours[tuesday] == Foretold(11, 0, 30)
    assert hours[friday] == Foretold(4, 4, 6)
    found = peak(hours)
    assert found is not None
    assert (found.hour, found.of.middle) == (tuesday, 11)
    assert peak({friday: hours[friday]}) is None, "four are too few to be said"
    assert peak({}) is None
    assert (forecast.was(weeks[2]), forecast.was(weeks[-1]), forecast.was({tuesday: 4}), forecast.was({})) == (
        30,
        6,
        None,
        None,
    )
    most = hours[tuesday].middle
    assert [forecast.level(hours[hour], most) for hour in (tuesday, friday)] == [5, 0]


@pytest.fixture
def lived(registry: Registry) -> Registry:
    live(registry, SIZE)
    return registry


def test_weeks_are_whole_and_end_before_the_one_that_runs(lived: Registry) -> None:
    days = usage.mondays(WEDNESDAY_MS, ZONE, WEEKS)
    assert (days[0], days[-1], len(days)) == (MONDAYS[0], date(2025, 3, 10), WEEKS + 1)
    with lived.database.read() as connection:
        weeks = usage.weeks(connection, "matera", WEDNESDAY_MS, ZONE)
    assert len(weeks) == WEEKS + 1
    assert {day for week in weeks for day, _ in week} == set(range(6)), "nobody is there on Sundays"
    assert {hour for week in weeks for _, hour in week} == set(range(9, 18))
    eleven = [week[1, 11] for week in weeks]
    numbers = [number for number, day in enumerate(open_days()) if day.weekday() == 1][1:]
    there = [sum((n + number) % 3 > 0 for some in SIZE.cohorts[3:] for n in range(some)) for number in numbers]
    assert eleven == [many + 1 for many in there[: WEEKS + 1]], "with one visitor"


def test_how_full_it_was_ends_a_missed_exit_where_hours_do(lived: Registry) -> None:
    """Seven whose exit from Matera was missed at nine in the evening came in at Cinisello at seven: from eight on they
    were there alone.
    """
    seven_ms = unix_ms(datetime(2025, 3, 4, 18, tzinfo=ZONE))
    with lived.database.write() as connection:
        there = {"epoch": 1, "zone": "hall", "estimated": False, "trusted": True, "n": 0}
        for number in range(7):
            who = {**there, "person": f"late{number}", "seq": 900_000 + number}
            missed = {"start_ms": seven_ms - HOUR_MS // 4, "end_ms": seven_ms + 3 * HOUR_MS, "how": "system"}
            went = {"start_ms": seven_ms + HOUR_MS, "end_ms": seven_ms + 2 * HOUR_MS, "how": "exit"}
            connection.execute(insert(t.stay).values(site="matera", **who, **missed))
            connection.execute(insert(t.stay).values(site="cinisello", **who, **went))
    with lived.database.read() as connection:
        matera, cinisello = (usage.weeks(connection, s, WEDNESDAY_MS, ZONE)[-1] for s in ("matera", "cinisello"))
    evening = [(1, hour) for hour in (18, 19, 20)]
    assert [matera.get(hour, 0) for hour in evening] == [7, 0, 0]
    assert [cinisello.get(hour, 0) for hour in evening] == [0, 7, 0]


def test_desks_are_booked_used_empty_and_used_without_a_booking(lived: Registry) -> None:
    with lived.database.write() as connection:
        walked = (t.booking.c.resource == "d00") & (t.booking.c.state == "ended")
        connection.execute(update(t.booking).where(walked).values(walk_in=True))
    with lived.database.read() as connection:
        weeks = usage.desks(connection, "matera", WEDNESDAY_MS, ZONE)
    assert [week.monday for week in weeks][:4] == MONDAYS
    first = weeks[0]
    numbers = [number for number, day in enumerate(open_days()) if MONDAYS[0] <= day < MONDAYS[1]]
    slots = [(n, (number + n + hour) % 7 > 0) for number in numbers for n in range(SIZE.desks) for hour in (9, 14)]
    used = 180 * sum(came for n, came in slots if n)
    empty = 180 * sum(not came for _, came in slots)
    assert (first.booked, first.used, first.empty) == (used + empty, used, empty)
    assert first.unbooked == 180 * sum(came for n, came in slots if n == 0)


def open_days() -> list[date]:
    days = [date.fromordinal(date(2025, 1, 1).toordinal() + number) for number in range(SIZE.days)]
    return [day for day in days if day.weekday() < 6]


def test_what_few_people_made_of_desks_is_not_said_nor_can_it_be_computed(lived: Registry) -> None:
    with lived.database.write() as connection:
        connection.execute(update(t.booking).where(t.booking.c.state == "released").values(person="ms0000"))
    with lived.database.read() as connection:
        weeks = usage.desks(connection, "matera", WEDNESDAY_MS, ZONE)
        missed = usage.no_shows(connection, "matera", WEDNESDAY_MS, ZONE)
    assert {(week.used, week.empty) for week in weeks} == {(None, None)}
    assert {(one.bookings is None, one.missed) for one in missed} == {(True, None)}


def test_who_does_not_come_is_counted_by_the_programme_of_then(lived: Registry) -> None:
    with lived.database.write() as connection:
        connection.execute(update(t.booking).values(release_ms=t.booking.c.start_ms + HOUR_MS // 4))
    with lived.database.read() as connection:
        found = {one.programme: one for one in usage.no_shows(connection, "matera", WEDNESDAY_MS, ZONE)}
    senior = found["Contamination Lab senior"]
    numbers = [number for number, day in enumerate(open_days()) if MONDAYS[0] <= day < date(2025, 3, 10)]
    came = [(number + n + hour) % 7 > 0 for number in numbers for n in range(SIZE.desks) for hour in (9, 14)]
    assert (senior.bookings, senior.missed) == (len(came), came.count(False))
    assert found["Contamination Lab junior"].bookings is None, "nobody of it booked"


def test_looking_costs_six_statements_however_many_people_there_are(lived: Registry) -> None:
    said: list[str] = []
    with lived.database.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *of: said.append(of[2]))
        usage.desks(connection, "matera", WEDNESDAY_MS, ZONE)
        usage.no_shows(connection, "matera", WEDNESDAY_MS, ZONE)
        usage.weeks(connection, "matera", WEDNESDAY_MS, ZONE)
    assert len(said) == 6
