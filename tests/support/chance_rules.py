"""Rules and series by chance, mostly where months end, weeks turn, years leap and clocks change."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from hypothesis import assume
from hypothesis import strategies as st

from registry.recurrence.engine import named
from registry.recurrence.occurrences import Series
from registry.recurrence.rule import FREQUENCIES, Rule, Weekday, rule_of, text_of
from registry.recurrence.wall import Length, RecurrenceRefused

ROME = ZoneInfo("Europe/Rome")
HOUR = Length(ms=3_600_000)
T = TypeVar("T")
_MONTH_DAYS = st.sampled_from([1, 2, 10, 13, 15, 28, 29, 30, 31, -1, -2, -28, -29, -30, -31])
_NTHS = st.sampled_from([1, 2, 4, 5, -1, -2, -5])
_POSITIONS = st.sampled_from([1, 2, 3, -1, -2])
_EDGES = ("2023-12-25", "2024-02-20", "2024-12-23", "2025-03-25", "2026-01-28", "2026-03-26", "2026-10-20")


def wall(text: str) -> datetime:
    """A wall time from its ISO text."""
    return datetime.fromisoformat(text)


def _few(values: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    """A few of them, each once."""
    return st.sets(values, min_size=1, max_size=4).map(tuple)


def _any(values: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    """None of them, or a few."""
    return st.one_of(st.just(()), _few(values))


def starts() -> st.SearchStrategy[datetime]:
    """Wall times at half past two, which clocks skip and repeat, and at nine, near the edges of years and seasons."""
    days = st.builds(
        lambda edge, days: datetime.fromisoformat(edge) + timedelta(days=days),
        st.sampled_from(_EDGES),
        st.integers(0, 14),
    )
    return st.builds(lambda day, minutes: day + timedelta(minutes=minutes), days, st.sampled_from([150, 540]))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Any accepted rule without an UNTIL, its lists as ``rule_of`` orders them."""
    freq = draw(st.sampled_from(FREQUENCIES))
    month_days = draw(_any(_MONTH_DAYS)) if freq != "WEEKLY" else ()
    numbered = freq in {"MONTHLY", "YEARLY"} and not month_days and draw(st.booleans())
    weekdays = st.builds(Weekday, st.integers(0, 6), _NTHS if numbered else st.none())
    rule = Rule(
        freq=freq,
        interval=draw(st.sampled_from([1, 1, 1, 2, 3, 5])),
        count=draw(st.one_of(st.none(), st.integers(1, 30))),
        months=draw(_any(st.integers(1, 12))),
        month_days=month_days,
        days=draw(_few(weekdays) if numbered else _any(weekdays)),
        week_start=draw(st.integers(0, 6)),
    )
    if rule.months or rule.month_days or rule.days:
        rule = replace(rule, positions=draw(_any(_POSITIONS)))
    try:
        return rule_of(text_of(rule))
    except RecurrenceRefused:
        assume(condition=False)
        raise


@st.composite
def series(draw: st.DrawFn) -> Series:
    """A series in Rome whose start is a time of its rule, an hour long, with COUNT, UNTIL or neither."""
    rule, wanted = draw(rules()), draw(starts())
    start = next(named(rule, wanted), None)
    assume(start is not None and start < wanted + timedelta(days=1500))
    assert start is not None
    if rule.count is None and draw(st.booleans()):
        rule = replace(rule, until=start + timedelta(days=draw(st.integers(0, 700))))
    return Series(start, HOUR, ROME, rule)
