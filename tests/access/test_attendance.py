"""Attendance of one person at one session: what a coordinator would expect, case by case."""

from dataclasses import replace

import pytest

from access.attendance import (
    Attended,
    ClosedStay,
    Closing,
    Mark,
    OpenStay,
    RollCall,
    Rounding,
    Session,
    SessionState,
    Terms,
    attended,
    held_minutes,
)
from access.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from access.spans import Span
from tests.support.core_site import rome

DAY = "2026-06-01"
NOON = rome(f"{DAY} 12:00")
MORNING = Session(
    "s", rome(f"{DAY} 09:00"), rome(f"{DAY} 13:00"), breaks=(Span(rome(f"{DAY} 10:45"), rome(f"{DAY} 11:00")),)
)
"""Four hours with a quarter of an hour's break: 225 minutes."""
STRICT = Terms()
KIND = Terms(late_ms=10 * MINUTE_MS, early_ms=5 * MINUTE_MS)


def clock(text: str) -> int:
    return rome(f"{DAY} {text}")


def stay(times: str, closed: Closing = Closing.EXIT) -> ClosedStay:
    """A stay written ``09:00-13:00``."""
    start, end = times.split("-")
    return ClosedStay(clock(start), clock(end), closed)


def of(*times: str, terms: Terms = STRICT, session: Session = MORNING) -> Attended:
    return attended(session, [stay(one) for one in times], [], terms, clock("23:00"))


@pytest.mark.parametrize(
    ("times", "minutes"),
    [
        ("", 0),
        ("09:00-13:00", 225),
        ("08:00-20:00", 225),
        ("09:30-13:00", 195),
        ("09:00-12:59", 224),
        # The break is nobody's presence, whether they are in or out.
        ("09:00-10:45 11:00-13:00", 225),
        ("09:00-10:50 10:55-13:00", 225),
        ("10:45-11:00", 0),
        # In, out and in again.
        ("09:00-09:20 09:50-10:00 12:00-14:00", 90),
        # At two sites at once: once.
        ("09:00-12:00 11:30-13:00", 225),
        ("09:00-10:00 09:00-10:00", 60),
        # Before it and after it is not there.
        ("07:00-09:00", 0),
        ("13:00-15:00", 0),
        # Gone before the start and back long after it.
        ("08:00-08:59 12:00-13:00", 60),
        # Out as they came in.
        ("10:00-10:00", 0),
    ],
)
def test_presence_is_stays_within_the_session_without_breaks(times: str, minutes: int) -> None:
    found = of(*times.split())
    assert (found.delivered_minutes, found.recognised_minutes) == (225, minutes)


@pytest.mark.parametrize(
    ("times", "minutes", "tolerated"),
    [
        ("09:10-13:00", 225, True),
        ("09:10:00.001-13:00", 214, False),
        ("09:00-12:55", 225, True),
        ("09:00-12:54:59.999", 219, False),
        ("09:10-12:55", 225, True),
        ("09:00-13:00", 225, False),
        # A tolerance is of the edges: a long way to the coffee machine is time away.
        ("09:00-10:00 10:03-13:00", 222, False),
        # Who came in time, and was out and back within the tolerance, has been there since the start.
        ("09:02-09:04 09:09-13:00", 225, True),
        ("09:02-09:04 09:11-13:00", 218, True),
        ("09:00-12:50 12:52-12:56 12:58-13:00", 223, True),
        # Who had gone before the start did not come within the tolerance after it.
        ("08:30-08:58 09:30-13:00", 195, False),
        ("08:30-09:00 09:30-13:00", 195, False),
        # Seconds at an edge count as having come, and no more than that.
        ("09:05-09:06", 6, True),
        ("12:58-12:59", 2, True),
    ],
)
def test_the_tolerance_holds_at_the_two_edges(times: str, minutes: int, tolerated: bool) -> None:
    found = of(*times.split(), terms=KIND)
    assert found.recognised_minutes == minutes
    assert (Mark.TOLERATED in found.marks) == tolerated


@pytest.mark.parametrize(
    ("rounding", "unit", "times", "minutes"),
    [
        (Rounding.DOWN, 1, "09:00-09:44:59.999", 44),
        (Rounding.NEAREST, 1, "09:00-09:44:29.999", 44),
        (Rounding.NEAREST, 1, "09:00-09:44:30", 45),
        (Rounding.UP, 1, "09:00-09:44:00.001", 45),
        (Rounding.UP, 1, "09:00-09:44", 44),
        (Rounding.DOWN, 30, "09:00-09:59", 30),
        (Rounding.NEAREST, 30, "09:00-09:44:59", 30),
        (Rounding.NEAREST, 30, "09:00-09:45", 60),
        (Rounding.UP, 30, "09:00-09:30:01", 60),
        (Rounding.UP, 30, "", 0),
        # The rounding is of the session's sum, not of each stay.
        (Rounding.DOWN, 30, "09:00-09:20 09:30-09:50", 30),
        # 225 minutes are no whole halves of an hour: who missed nothing has all of them, and nobody has more.
        (Rounding.DOWN, 30, "09:00-13:00", 225),
        (Rounding.DOWN, 30, "09:00-12:59", 210),
        (Rounding.UP, 30, "09:00-12:59", 225),
        (Rounding.NEAREST, 7, "09:00-09:03:30", 7),
        (Rounding.NEAREST, 7, "09:00-09:03:29", 0),
    ],
)
def test_minutes_are_rounded_once_a_session(rounding: Rounding, unit: int, times: str, minutes: int) -> None:
    terms = Terms(unit_minutes=unit, rounding=rounding)
    assert of(*times.split(), terms=terms).recognised_minutes == minutes


@pytest.mark.parametrize("state", [SessionState.CANCELLED, SessionState.PLANNED])
def test_a_session_that_was_not_delivered_counts_for_nothing(state: SessionState) -> None:
    found = of("09:00-13:00", session=replace(MORNING, state=state))
    assert found == Attended("s", 0, 0)


def test_a_stay_closed_by_system_counts_and_is_marked() -> None:
    found = attended(MORNING, [stay("09:00-13:00", Closing.SYSTEM)], [], STRICT, clock("23:00"))
    assert (found.recognised_minutes, found.marks) == (225, frozenset({Mark.BY_SYSTEM}))


def test_a_stay_ended_by_coming_in_elsewhere_is_an_exit_like_any() -> None:
    stays = [stay("09:00-10:00", Closing.TRANSFER), stay("10:00-13:00")]
    found = attended(MORNING, stays, [], STRICT, clock("23:00"))
    assert (found.recognised_minutes, found.marks) == (225, frozenset())
    assert found.present == (Span(clock("09:00"), clock("13:00")),)


def test_a_stay_of_another_time_of_day_marks_nothing() -> None:
    others: list[OpenStay | ClosedStay] = [
        stay("09:00-13:00"),
        stay("14:00-18:00", Closing.SYSTEM),
        stay("07:00-09:00", Closing.SYSTEM),
        OpenStay(clock("19:00")),
    ]
    found = attended(MORNING, others, [], STRICT, clock("23:00"))
    assert found.marks == set()


def test_an_open_stay_counts_up_to_now() -> None:
    found = attended(MORNING, [OpenStay(clock("09:00"))], [], STRICT, clock("09:40"))
    assert (found.recognised_minutes, found.marks) == (40, frozenset({Mark.STILL_OPEN}))
    assert attended(MORNING, [OpenStay(clock("09:00"))], [], STRICT, clock("20:00")).recognised_minutes == 225
    assert attended(MORNING, [OpenStay(clock("09:00"))], [], STRICT, clock("08:00")) == Attended("s", 225, 0)


def test_stays_at_two_sites_at_once_are_shown_as_what_they_are() -> None:
    assert of("09:00-12:00", "11:30-13:00").marks == {Mark.OVERLAPPING}
    assert of("09:00-12:00", "12:00-13:00").marks == set()
    assert of("09:00-13:30", "13:10-14:00").marks == set()


def test_presence_is_told_as_it_was_before_tolerance_and_breaks() -> None:
    found = of("08:10-10:50", "10:55-12:58", terms=KIND)
    assert found.present == (Span(clock("09:00"), clock("10:50")), Span(clock("10:55"), clock("12:58")))


VISIT = replace(MORNING, id="visit", off_site=True, breaks=())


@pytest.mark.parametrize(
    ("call", "minutes"),
    [
        (RollCall("visit"), 240),
        (RollCall("visit", from_ms=clock("09:30")), 210),
        (RollCall("visit", to_ms=clock("12:00")), 180),
        (RollCall("visit", clock("08:00"), clock("10:00")), 60),
        (RollCall("another"), 0),
    ],
)
def test_a_visit_counts_by_its_roll_call(call: RollCall, minutes: int) -> None:
    found = attended(VISIT, [], [call], STRICT, clock("23:00"))
    assert (found.delivered_minutes, found.recognised_minutes) == (240, minutes)
    assert (Mark.ROLL_CALL in found.marks) == (call.session == "visit")


def test_a_roll_call_has_the_tolerances_of_a_badge() -> None:
    found = attended(VISIT, [], [RollCall("visit", from_ms=clock("09:10"))], KIND, clock("23:00"))
    assert (found.recognised_minutes, found.marks) == (240, frozenset({Mark.ROLL_CALL, Mark.TOLERATED}))


def test_a_badge_says_nothing_of_a_visit_nor_a_roll_call_of_a_session_at_the_site() -> None:
    assert attended(VISIT, [stay("09:00-13:00")], [], STRICT, clock("23:00")) == Attended("visit", 240, 0)
    assert attended(MORNING, [], [RollCall("s")], STRICT, clock("23:00")) == Attended("s", 225, 0)


@pytest.mark.parametrize(
    ("night", "minutes"), [("2026-03-29", 180), ("2026-10-25", 300), ("2026-06-01", 240), ("2028-02-29", 240)]
)
def test_a_session_over_a_change_of_the_clocks_has_the_length_it_had(night: str, minutes: int) -> None:
    session = Session("night", rome(f"{night} 00:30"), rome(f"{night} 04:30"))
    found = attended(session, [ClosedStay(session.start_ms, session.end_ms)], [], STRICT, session.end_ms)
    assert (found.delivered_minutes, found.recognised_minutes) == (minutes, minutes)


def test_breaks_are_taken_out_once_and_only_within_the_session() -> None:
    breaks = (
        Span(clock("08:00"), clock("09:10")),
        Span(clock("10:00"), clock("10:20")),
        Span(clock("10:10"), clock("10:30")),
        Span(clock("12:50"), clock("14:00")),
    )
    assert held_minutes(replace(MORNING, breaks=breaks)) == 190
    assert of("09:00-13:00", session=replace(MORNING, breaks=breaks)).recognised_minutes == 190


def test_a_session_of_nothing_delivers_nothing() -> None:
    empty = replace(MORNING, breaks=(Span(clock("09:00"), clock("13:00")),))
    assert of("09:00-13:00", session=empty).delivered_minutes == 0
    odd = Session("odd", 0, HOUR_MS + 59 * SECOND_MS)
    assert attended(odd, [ClosedStay(0, 2 * HOUR_MS)], [], STRICT, 0) == Attended("odd", 60, 60, (Span(0, odd.end_ms),))
