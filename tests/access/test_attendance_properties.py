"""Attendance held equal to a count of every tenth of a minute, and what no further stay may change."""

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

from hypothesis import given, settings
from hypothesis import strategies as st

from access.attendance import ClosedStay, Closing, Mark, OpenStay, RollCall, Rounding, Session, Terms, attended
from access.spans import Span

TICK_MS = 6_000
START, TICKS = 1_000, 300
"""A session of half an hour, in ticks of a tenth of a minute."""
NOW = START + TICKS + 40
Case = tuple[Session, list[OpenStay | ClosedStay], list[RollCall], Terms]
CASES = (
    "came late and in time",
    "came too late",
    "came at the last moment of it",
    "went early",
    "went too early",
    "out and in again",
    "two at once",
    "in a break at an edge",
    "all of it",
    "nothing of it",
    "rounded",
    "open",
    "visit",
)
REACHED = dict.fromkeys(CASES, 0)


def in_turn(ticks: list[int]) -> list[list[int]]:
    """Stays one after the other, from an even number of the ticks."""
    ordered = sorted(ticks)
    return [ordered[n : n + 2] for n in range(0, len(ordered) - 1, 2)]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A session, and stays that begin and end near its edges, its tolerances, its breaks and each other."""
    late, early = draw(st.sampled_from([0, 0, 30, 100])), draw(st.sampled_from([0, 0, 20, 100]))
    edges = [0, late, late, TICKS - early, TICKS - early, TICKS, 100, 150]
    about = st.builds(int.__add__, st.sampled_from(edges), st.sampled_from([-11, -1, 0, 0, 0, 1, 7]))
    tick = st.one_of(about, about, st.integers(-20, TICKS + 20)).map(lambda found: START + found)
    spans = st.tuples(tick, tick).map(sorted)
    visits = st.lists(tick, min_size=2, max_size=6, unique=True).map(in_turn)
    days = st.one_of(visits, visits, st.builds(list.__add__, visits, st.lists(spans, max_size=2)), st.just([]))
    breaks = tuple(Span(a * TICK_MS, b * TICK_MS) for a, b in draw(st.lists(spans, max_size=2)))
    off_site = draw(st.sampled_from([False, False, False, True]))
    session = Session("s", START * TICK_MS, (START + TICKS) * TICK_MS, breaks=breaks, off_site=off_site)
    stays: list[OpenStay | ClosedStay] = [
        ClosedStay(a * TICK_MS, b * TICK_MS, draw(st.sampled_from(Closing))) for a, b in draw(days)
    ]
    if draw(st.integers(0, 4)) == 0:
        stays.append(OpenStay(draw(tick) * TICK_MS))
    calls = [RollCall("s", a * TICK_MS, b * TICK_MS) for a, b in draw(days)] if off_site else []
    unit, rounding = draw(st.sampled_from([1, 1, 5, 15])), draw(st.sampled_from(Rounding))
    return session, stays, calls, Terms(late * TICK_MS, early * TICK_MS, unit, rounding)


def reckoned(case: Case, now_ms: int = NOW * TICK_MS) -> int:
    session, stays, calls, terms = case
    return attended(session, stays, calls, terms, now_ms).recognised_minutes


def there_at(case: Case) -> list[bool]:
    """Whether somebody is there at each tick of the session, by asking every stay."""
    session, stays, calls, _ = case
    spans = [(one.start_ms, one.end_ms if isinstance(one, ClosedStay) else NOW * TICK_MS) for one in stays]
    if session.off_site:
        spans = [(one.from_ms or 0, one.to_ms or 0) for one in calls]
    return [any(a <= t * TICK_MS < b for a, b in spans) for t in range(START, START + TICKS)]


def counted(case: Case) -> tuple[int, int, int]:
    """Ticks of the session, ticks counted, and recognised minutes, tick by tick."""
    session, _, _, terms = case
    there = there_at(case)
    comings = [t for t in range(TICKS) if there[t] and (t == 0 or not there[t - 1])]
    goings = [t + 1 for t in range(TICKS) if there[t] and (t == TICKS - 1 or not there[t + 1])]
    late, early = terms.late_ms // TICK_MS, terms.early_ms // TICK_MS
    since = max((t for t in comings if t <= late), default=0)
    until = min((t for t in goings if t >= TICKS - early), default=TICKS)
    taught = [not any(b.start_ms <= (START + t) * TICK_MS < b.end_ms for b in session.breaks) for t in range(TICKS)]
    ticks = sum(taught[t] and (there[t] or t < since or t >= until) for t in range(TICKS))
    units = Fraction(ticks * TICK_MS, 60_000 * terms.unit_minutes)
    whole = {Rounding.DOWN: floor(units), Rounding.NEAREST: floor(units + Fraction(1, 2)), Rounding.UP: ceil(units)}
    delivered = sum(taught) * TICK_MS // 60_000
    minutes = delivered if ticks == sum(taught) else min(delivered, whole[terms.rounding] * terms.unit_minutes)
    note(case, there, comings, goings)
    return sum(taught), ticks, minutes


def note(case: Case, there: list[bool], comings: list[int], goings: list[int]) -> None:
    session, stays, _, terms = case
    late, early = terms.late_ms // TICK_MS, terms.early_ms // TICK_MS
    REACHED["came late and in time"] += bool(comings) and 0 < comings[0] <= late
    REACHED["came at the last moment of it"] += bool(comings) and 0 < comings[0] == late
    REACHED["came too late"] += bool(comings) and comings[0] > late > 0
    REACHED["went early"] += bool(goings) and TICKS > goings[-1] >= TICKS - early
    REACHED["went too early"] += bool(goings) and goings[-1] < TICKS - early < TICKS
    REACHED["out and in again"] += len(comings) > 1
    REACHED["in a break at an edge"] += any(b.start_ms <= session.start_ms < b.end_ms for b in session.breaks)
    REACHED["all of it"] += all(there)
    REACHED["nothing of it"] += not any(there)
    REACHED["open"] += any(isinstance(one, OpenStay) for one in stays) and any(there)
    REACHED["visit"] += session.off_site and any(there)


@settings(max_examples=300)
@given(cases())
def test_attendance_equals_a_count_of_every_tick(case: Case) -> None:
    taught, ticks, minutes = counted(case)
    found = attended(*case, NOW * TICK_MS)
    assert (found.delivered_minutes, found.recognised_minutes) == (taught * TICK_MS // 60_000, minutes)
    assert 0 <= found.recognised_minutes <= found.delivered_minutes
    assert sum(one.end_ms - one.start_ms for one in found.present) == sum(there_at(case)) * TICK_MS
    REACHED["rounded"] += minutes != ticks * TICK_MS // 60_000
    REACHED["two at once"] += Mark.OVERLAPPING in found.marks


@given(cases(), st.data())
def test_one_more_stay_never_lowers_what_is_recognised(case: Case, data: st.DataObject) -> None:
    session, stays, calls, terms = case
    _, others, other_calls, _ = data.draw(cases())
    assert reckoned((session, [*stays, *others], [*calls, *other_calls], terms)) >= reckoned(case)


@given(cases(), st.data())
def test_a_stay_cut_in_two_without_a_gap_changes_nothing(case: Case, data: st.DataObject) -> None:
    session, stays, calls, terms = case
    halves: list[OpenStay | ClosedStay] = []
    for one in stays:
        end_ms = one.end_ms if isinstance(one, ClosedStay) else NOW * TICK_MS
        cut_ms = data.draw(st.integers(min(one.start_ms, end_ms), end_ms))
        halves += [ClosedStay(one.start_ms, cut_ms), replace(one, start_ms=cut_ms)]
    before, after = attended(*case, NOW * TICK_MS), attended(session, halves, calls, terms, NOW * TICK_MS)
    assert (after.recognised_minutes, after.present) == (before.recognised_minutes, before.present)


@given(cases(), st.integers(0, 40))
def test_more_tolerance_never_lowers_what_is_recognised(case: Case, more: int) -> None:
    session, stays, calls, terms = case
    kinder = replace(terms, late_ms=terms.late_ms + more * TICK_MS, early_ms=terms.early_ms + more * TICK_MS)
    assert reckoned((session, stays, calls, kinder)) >= reckoned(case)


@given(cases(), st.integers(START - 30, NOW))
def test_time_going_on_never_lowers_what_is_recognised(case: Case, earlier: int) -> None:
    assert reckoned(case, earlier * TICK_MS) <= reckoned(case)


def test_the_cases_reached_every_one_that_matters() -> None:
    if not all(REACHED.values()):
        test_attendance_equals_a_count_of_every_tick()
    assert all(REACHED.values()), REACHED
