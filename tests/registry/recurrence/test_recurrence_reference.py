"""The days of a rule, held against those found by walking every day, and against another library's."""

import json
from collections import Counter
from datetime import datetime, timedelta
from itertools import islice, takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import given, settings

from registry.recurrence.engine import dates, named
from registry.recurrence.rule import Rule, rule_of, text_of
from tests.support.chance_rules import rules, starts, wall
from tests.support.recurrence_reference import walked

OCCURRENCES = Path(__file__).parents[2] / "data" / "ical" / "occurrences.jsonl"
LEAST_RULES = 800
LEAST_OF_CALENDARS = 200
MOST = 12
LAST = wall("2040-01-01")
YEARS = timedelta(days=3 * 366)
WALKED: Counter[str] = Counter()


def first(rule: Rule, start: datetime, last: datetime) -> list[datetime]:
    return list(takewhile(lambda at: at <= last, named(rule, start)))


@settings(max_examples=400)
@given(rule=rules(), start=starts())
def test_a_rule_names_the_days_that_are_found_by_walking(rule: Rule, start: datetime) -> None:
    found = first(rule, start, start + YEARS)
    assert found == walked(rule, start, start + YEARS)
    WALKED[rule.freq] += bool(found)
    WALKED["chosen"] += bool(found and rule.positions)
    WALKED["numbered"] += bool(found and rule.days and rule.days[0].nth)
    WALKED["last of month"] += bool(found and any(day < 0 for day in rule.month_days))


def test_the_walks_came_to_every_kind_of_rule() -> None:
    kinds = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY", "chosen", "numbered", "last of month"}
    assert {kind for kind in kinds if WALKED[kind] < 20} == set()


def test_a_rule_names_the_times_that_another_library_finds() -> None:
    compared: Counter[str] = Counter()
    for line in OCCURRENCES.read_text(encoding="utf-8").splitlines():
        written, text, source, times = json.loads(line)
        start = datetime.fromisoformat(written)
        walls = islice(takewhile(lambda at: at <= LAST, dates(rule_of(text), start, ZoneInfo("UTC"))), MOST)
        assert [f"{at:%Y%m%dT%H%M%S}" for at in walls] == times, (written, text, source)
        compared["made" if source == "made" else "of calendars"] += 1
    assert compared["of calendars"] >= LEAST_OF_CALENDARS
    assert compared.total() >= LEAST_RULES


def test_the_first_week_of_a_rule_that_chooses_begins_where_weeks_begin() -> None:
    """The library dateutil begins it at the start instead: where this ever agrees with it, our way around it may go."""
    start, rule = wall("2024-11-10"), "FREQ=WEEKLY;WKST=WE;BYSETPOS=1;BYDAY=MO,TU,WE"
    theirs = list(islice(rrulestr(rule, dtstart=start), 2))
    assert list(islice(named(rule_of(rule), start), 2)) == [wall("2024-11-13"), wall("2024-11-20")]
    assert theirs == [wall("2024-11-11"), wall("2024-11-13")]


def test_a_rule_that_names_no_day_is_soon_known_to_name_none() -> None:
    never = rule_of("FREQ=DAILY;BYDAY=MO;BYMONTHDAY=1,2,3;BYSETPOS=2")
    asked = list(named(never, wall("2026-01-05T09:00")))
    assert asked == []
    assert text_of(never) == "FREQ=DAILY;BYMONTHDAY=1,2,3;BYDAY=MO;BYSETPOS=2"


def test_the_days_end_with_the_year_2199() -> None:
    yearly = list(dates(rule_of("FREQ=YEARLY"), wall("2190-03-01"), ZoneInfo("UTC")))
    assert yearly == [wall(f"{year}-03-01") for year in range(2190, 2200)]
