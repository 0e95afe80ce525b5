"""The windows of a pass equal a scan of every minute, where local clocks jump too; audiences."""

from collections import Counter
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS
from access.hours import closed_until, daily, local, unix_ms, window
from access.records import Closure, Opening, Pass
from tests.support.core_site import ROME, rome
from tests.support.seeds import over

CHANGES = (
    ("Europe/Rome", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Rome", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("Europe/Rome", datetime(2028, 2, 29, 23, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 11, 1, 5, tzinfo=UTC)),
)
HOURS = ((0, 1440), (0, 120), (60, 150), (120, 180), (130, 140), (150, 165), (480, 1200), (1380, 1440))
REACHED: Counter[str] = Counter()
LONGEST_MINUTES = 4 * DAY_MS // MINUTE_MS


def _pass(chance: Random, near_ms: int) -> Pass:
    start_ms = near_ms + chance.randint(-2_000, 600) * MINUTE_MS
    end_ms = start_ms + chance.choice((1, 60, 600, LONGEST_MINUTES)) * MINUTE_MS
    weekdays = frozenset(chance.sample(range(7), chance.choice((0, 0, 2, 3, 7))))
    from_minute, to_minute = chance.choice(HOURS)
    zones = frozenset({"hall"})
    return Pass("v", "gino", zones, start_ms, end_ms, weekdays=weekdays, from_minute=from_minute, to_minute=to_minute)


def _holds(held: Pass, at_ms: int, zone: ZoneInfo) -> bool:
    here = local(at_ms, zone)
    in_week = not held.weekdays or here.weekday() in held.weekdays
    in_day = held.from_minute <= here.hour * 60 + here.minute < held.to_minute
    return held.start_ms <= at_ms < held.end_ms and in_week and in_day


def _scanned(held: Pass, at_ms: int, zone: ZoneInfo) -> tuple[int, int] | None:
    moment = at_ms
    while not _holds(held, moment, zone):
        if moment >= held.end_ms:
            return None
        moment += MINUTE_MS
    opens_ms = moment
    while _holds(held, moment, zone):
        moment += MINUTE_MS
    return opens_ms, moment


@over(range(700))
def test_a_window_is_what_a_scan_of_every_minute_finds(seed: int) -> None:
    chance = Random(seed)
    name, change = chance.choice(CHANGES)
    zone, near_ms = ZoneInfo(name), unix_ms(change)
    held, at_ms = _pass(chance, near_ms), near_ms + chance.randint(-200, 200) * MINUTE_MS
    found = window(held, at_ms, zone)
    assert found == _scanned(held, at_ms, zone)
    REACHED["none"] += found is None
    if found is not None:
        REACHED["now"] += found[0] == at_ms
        REACHED["later"] += found[0] > at_ms
        REACHED["over the change"] += found[0] < near_ms < found[1]
        REACHED["in the hour that comes again"] += bool(local(found[0], zone).fold)
        REACHED["by the day's hours"] += found[1] < held.end_ms


def test_the_scans_reached_every_case() -> None:
    if not REACHED:
        test_a_window_is_what_a_scan_of_every_minute_finds()
    cases = ("none", "now", "later", "over the change", "in the hour that comes again", "by the day's hours")
    assert {case for case in cases if not REACHED[case]} == set()


NIGHT = Pass("v", "gino", frozenset({"hall"}), rome("2026-10-24 12:00"), rome("2026-10-26 12:00"), from_minute=150)


@pytest.mark.parametrize(
    ("to_minute", "at", "opens", "closes"),
    [
        (165, "2026-10-25 02:31", "2026-10-25 02:31", "2026-10-25 02:45"),
        (165, "2026-10-25 02:45", "2026-10-25 02:30'", "2026-10-25 02:45'"),
        (165, "2026-10-25 02:31'", "2026-10-25 02:31'", "2026-10-25 02:45'"),
        (165, "2026-10-25 02:45'", "2026-10-26 02:30", "2026-10-26 02:45"),
        (200, "2026-10-25 02:59", "2026-10-25 02:59", "2026-10-25 02:00'"),
        (200, "2026-10-25 02:00'", "2026-10-25 02:30'", "2026-10-25 03:20"),
    ],
)
def test_on_the_night_the_clocks_go_back_hours_hold_both_times(
    to_minute: int, at: str, opens: str, closes: str
) -> None:
    held = Pass("v", "gino", NIGHT.zones, NIGHT.start_ms, NIGHT.end_ms, from_minute=150, to_minute=to_minute)
    assert window(held, rome(at), ROME) == (rome(opens), rome(closes))


def test_a_pass_for_every_hour_is_one_window() -> None:
    held = Pass("v", "gino", frozenset({"hall"}), 1_000, 2_000)
    assert window(held, 0, ROME) == (1_000, 2_000)
    assert window(held, 1_999, ROME) == (1_999, 2_000)
    assert window(held, 2_000, ROME) is None


def test_days_that_follow_one_another_are_one_window() -> None:
    start_ms, end_ms = rome("2026-06-01 00:00"), rome("2026-07-01 00:00")
    held = Pass("v", "gino", frozenset({"hall"}), start_ms, end_ms, weekdays=frozenset({0, 1}))
    assert window(held, start_ms, ROME) == (start_ms, rome("2026-06-03 00:00"))
    every = Pass("v", "gino", frozenset({"hall"}), start_ms, end_ms, weekdays=frozenset(range(7)))
    assert window(every, start_ms, ROME) == (start_ms, end_ms)


def test_a_window_beyond_the_calendar_is_none() -> None:
    held = Pass("v", "gino", frozenset({"hall"}), 0, 1 << 53, weekdays=frozenset({0}), from_minute=60)
    assert window(held, (1 << 53) - 1, ROME) is None
    assert daily(60, 120, 1 << 53, ROME) is None


MONDAY = rome("2026-06-01 12:00")
EVERYBODYS, YOUTHS = Opening("o", 0, 540, 660), Opening("y", 0, 840, 1080, "youth")
YOUTH, OTHER = frozenset({"youth"}), frozenset({"other"})


def test_who_has_hours_of_their_own_goes_by_those_alone() -> None:
    hours = (EVERYBODYS, YOUTHS)
    ten, three = rome("2026-06-01 10:00"), rome("2026-06-01 15:00")
    assert closed_until(hours, (), ten, ROME) == (False, None)
    assert closed_until(hours, (), ten, ROME, OTHER) == (False, None)
    assert closed_until(hours, (), ten, ROME, YOUTH) == (True, rome("2026-06-01 14:00"))
    assert closed_until(hours, (), three, ROME, YOUTH | OTHER) == (False, None)
    assert closed_until(hours, (), three, ROME)[0]


def test_hours_of_others_alone_close_the_site_to_everybody_else_for_good() -> None:
    assert closed_until((YOUTHS,), (), MONDAY, ROME) == (True, None)
    assert closed_until((YOUTHS,), (), MONDAY, ROME, OTHER) == (True, None)
    assert closed_until((), (), MONDAY, ROME) == (False, None)


def test_a_closure_of_one_audience_or_of_one_resource_closes_for_nobody_else() -> None:
    span = MONDAY, MONDAY + HOUR_MS
    youths, desks = Closure("c", *span, "", "youth"), Closure("d", *span, "", resource="desk-1")
    assert closed_until((), (youths, desks), MONDAY, ROME) == (False, None)
    assert closed_until((), (youths, desks), MONDAY, ROME, YOUTH) == (True, MONDAY + HOUR_MS)
    assert closed_until((), (youths,), MONDAY + HOUR_MS, ROME, YOUTH) == (False, None)
