"""Which rules are accepted, how they are written, and what is said of the others."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.recurrence.rule import Rule, Weekday, rule_of, text_of
from registry.recurrence.wall import RecurrenceRefused
from tests.support.chance_rules import rules, wall

REFUSED = {
    "": "write it so",
    "weekly": "write it so",
    "BYDAY=MO": "how often",
    "FREQ=HOURLY": "FREQ=HOURLY is not accepted",
    "FREQ=MINUTELY": "not accepted",
    "FREQ=SECONDLY": "not accepted",
    "FREQ=;COUNT=2": "not accepted",
    "FREQ=DAILY;BYHOUR=9": "BYHOUR is not accepted",
    "FREQ=DAILY;BYMINUTE=0": "BYMINUTE is not accepted",
    "FREQ=YEARLY;BYWEEKNO=20": "BYWEEKNO is not accepted",
    "FREQ=YEARLY;BYYEARDAY=100": "BYYEARDAY is not accepted",
    "RSCALE=HEBREW;FREQ=YEARLY": "RSCALE is not accepted",
    "FREQ=DAILY;<script>=1": "that part is not accepted",
    "FREQ=DAILY;FREQ=WEEKLY": "FREQ twice",
    "FREQ=DAILY;COUNT=2;UNTIL=20261231": "COUNT or UNTIL",
    "FREQ=DAILY;COUNT=0": "COUNT takes 1 to 10000",
    "FREQ=DAILY;COUNT=10001": "COUNT takes 1 to 10000",
    "FREQ=DAILY;COUNT=1,2": "COUNT is one number",
    "FREQ=DAILY;COUNT=many": "COUNT takes",
    "FREQ=DAILY;COUNT=٣": "COUNT takes",
    "FREQ=DAILY;INTERVAL=0": "INTERVAL takes 1 to 1000",
    "FREQ=DAILY;INTERVAL=-1": "INTERVAL takes",
    "FREQ=DAILY;UNTIL=tomorrow": "UNTIL is a date",
    "FREQ=DAILY;UNTIL=20260230": "UNTIL is a date",
    "FREQ=DAILY;UNTIL=20261231T250000Z": "UNTIL is a date",
    "FREQ=DAILY;UNTIL=20261231Z": "UNTIL is a date",
    "FREQ=YEARLY;BYMONTH=13": "BYMONTH takes 1 to 12",
    "FREQ=YEARLY;BYMONTH=-1": "BYMONTH takes",
    "FREQ=MONTHLY;BYMONTHDAY=0": "BYMONTHDAY takes 1 to 31, or -1 to -31",
    "FREQ=MONTHLY;BYMONTHDAY=32": "BYMONTHDAY takes",
    "FREQ=MONTHLY;BYMONTHDAY=-32": "BYMONTHDAY takes",
    "FREQ=MONTHLY;BYMONTHDAY=1,,2": "BYMONTHDAY takes",
    "FREQ=WEEKLY;BYMONTHDAY=1": "does not go with FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=LUN": "BYDAY takes",
    "FREQ=MONTHLY;BYDAY=0MO": "BYDAY takes",
    "FREQ=WEEKLY;BYDAY=1MO": "MONTHLY or YEARLY",
    "FREQ=DAILY;BYDAY=1MO": "MONTHLY or YEARLY",
    "FREQ=MONTHLY;BYDAY=6MO": "at most 5",
    "FREQ=YEARLY;BYMONTH=3;BYDAY=6MO": "at most 5",
    "FREQ=YEARLY;BYDAY=54MO": "at most 53",
    "FREQ=MONTHLY;BYDAY=1MO,TU": "without plain days",
    "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=1": "without BYMONTHDAY",
    "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=0": "BYSETPOS takes 1 to 366",
    "FREQ=WEEKLY;BYSETPOS=1": "BYSETPOS chooses among days",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30": "no month of BYMONTH",
    "FREQ=YEARLY;BYMONTH=2,4;BYMONTHDAY=-31": "no month of BYMONTH",
    "FREQ=WEEKLY;WKST=XX": "a weekday is one of",
    "FREQ=WEEKLY;BYDAY=" + "MO," * 200 + "MO": "at most 500 characters",
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_rule_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(RecurrenceRefused, match=REFUSED[text]) as refused:
        rule_of(text)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0


def test_every_part_of_a_rule_is_read() -> None:
    rule = rule_of(
        "RRULE:FREQ=YEARLY;INTERVAL=2;UNTIL=20301231T170000Z;BYMONTH=12,3;BYDAY=-1FR,2MO;BYSETPOS=-1;WKST=SU"
    )
    assert rule == Rule(
        freq="YEARLY",
        interval=2,
        until=datetime(2030, 12, 31, 17, tzinfo=UTC),
        months=(3, 12),
        days=(Weekday(0, 2), Weekday(4, -1)),
        positions=(-1,),
        week_start=6,
    )
    assert rule_of("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=-1,15,15").month_days == (-1, 15)


def test_a_rule_may_be_written_in_small_letters_and_with_empty_parts() -> None:
    assert rule_of(" freq=weekly;byday=mo; ") == rule_of("FREQ=WEEKLY;BYDAY=MO")


def test_the_last_day_of_a_rule_lasts_to_its_end() -> None:
    assert rule_of("FREQ=DAILY;UNTIL=20261231").until == wall("2026-12-31T23:59:59")
    assert rule_of("FREQ=DAILY;UNTIL=20261231T080000").until == wall("2026-12-31T08:00")


def test_a_rule_without_extras_is_written_without_them() -> None:
    assert text_of(rule_of("FREQ=WEEKLY;INTERVAL=1;WKST=MO;BYDAY=FR,MO")) == "FREQ=WEEKLY;BYDAY=MO,FR"


@given(rule=rules(), until=st.one_of(st.none(), st.datetimes(wall("2026-01-01"), wall("2030-01-01"))))
def test_a_rule_comes_back_from_its_text(rule: Rule, until: datetime | None) -> None:
    ended = replace(rule, until=until.replace(microsecond=0), count=None) if until else rule
    in_utc = replace(ended, until=ended.until.replace(tzinfo=UTC)) if ended.until else ended
    assert rule_of(text_of(ended)) == ended
    assert rule_of(f"RRULE:{text_of(in_utc)}") == in_utc


@given(st.text(st.sampled_from("FREQ=DAILYWKMONTHBY;,0123456789+-SUPINTERVALCOUNTZT\u0660\u00b2 "), max_size=60))
def test_any_text_is_a_rule_or_is_refused(text: str) -> None:
    try:
        rule = rule_of(text)
    except RecurrenceRefused:
        return
    assert rule_of(text_of(rule)) == rule
