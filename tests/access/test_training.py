"""How far somebody is with a module, and from when on a mandatory one is overdue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.clock import DAY_MS
from access.training import Module, Progress, Work, overdue, overdue_from_ms, progress
from tests.support.core_site import NINE

SAFETY = Module("safety", due_ms=NINE, required_minutes=240)
MENTORS = Module("mentors", due_ms=NINE + DAY_MS, required_sessions=2)
REACHED = dict.fromkeys(("complete", "overdue", "to come", "undated", "voluntary"), 0)


def work(session: str, minutes: int, of: int = 120, module: str = "safety", day: int = 0) -> Work:
    return Work(module, session, NINE + day * DAY_MS, of, minutes)


def test_minutes_of_a_module_add_up_over_its_sessions() -> None:
    rows = [work("a", 120, day=-3), work("b", 60, day=-2), work("x", 120, module="mentors")]
    assert progress(SAFETY, rows) == Progress("safety", 180, 1, 60, 0, None)


def test_the_session_that_completes_a_module_says_since_when() -> None:
    rows = [work("c", 120, day=-1), work("a", 120, day=-3), work("b", 120, day=-2)]
    found = progress(SAFETY, rows)
    assert (found.complete, found.done_ms, found.minutes) == (True, NINE - 2 * DAY_MS, 360)


@pytest.mark.parametrize(("minutes", "sessions"), [(96, 1), (95, 0), (0, 0), (120, 1)])
def test_a_session_is_attended_from_its_share_on(minutes: int, sessions: int) -> None:
    found = progress(MENTORS, [work("a", minutes, module="mentors")])
    assert (found.sessions, found.missing_sessions) == (sessions, 2 - sessions)


def test_nobody_attends_a_session_by_staying_away_whatever_its_share() -> None:
    lenient = Module("m", required_sessions=1, session_percent=0)
    assert progress(lenient, [work("a", 0, module="m"), work("b", 0, of=0, module="m")]).sessions == 0
    assert progress(lenient, [work("a", 1, module="m")]).complete


def test_a_session_counts_once_by_its_best_row() -> None:
    rows = [work("a", 30), work("a", 120), work("a", 60)]
    assert (progress(SAFETY, rows).minutes, progress(SAFETY, rows).sessions) == (120, 1)


def test_a_module_may_ask_for_minutes_and_for_sessions() -> None:
    both = Module("safety", required_minutes=100, required_sessions=2)
    assert not progress(both, [work("a", 120, day=1)]).complete
    assert progress(both, [work("a", 120, day=1), work("b", 100, day=2)]).done_ms == NINE + 2 * DAY_MS
    assert progress(both, [work("a", 40, of=40, day=1), work("b", 40, of=40, day=2)]).missing_minutes == 20


def test_a_module_that_asks_for_nothing_is_complete() -> None:
    assert progress(Module("m"), []) == Progress("m", 0, 0, 0, 0, None)
    assert progress(Module("m"), []).complete


def test_the_earliest_date_of_what_is_not_complete_is_the_gate() -> None:
    assert overdue_from_ms([MENTORS, SAFETY], []) == NINE
    assert overdue_from_ms([MENTORS, SAFETY], [work("a", 120), work("b", 120)]) == NINE + DAY_MS


def test_completing_late_lifts_the_gate() -> None:
    late = [work("a", 120, day=5), work("b", 120, day=6)]
    assert overdue_from_ms([SAFETY], late[:1]) == NINE
    assert overdue_from_ms([SAFETY], late) is None


def test_neither_voluntary_nor_undated_modules_are_ever_overdue() -> None:
    free = Module("free", mandatory=False, due_ms=0, required_minutes=1)
    undated = Module("undated", required_minutes=1)
    assert overdue_from_ms([free, undated], []) is None
    assert overdue([free, undated], [], NINE) == ()


def test_a_module_is_overdue_from_its_date_on_and_named_by_age() -> None:
    assert overdue([MENTORS, SAFETY], [], NINE - 1) == ()
    assert overdue([MENTORS, SAFETY], [], NINE) == ("safety",)
    assert overdue([MENTORS, SAFETY], [], NINE + DAY_MS) == ("safety", "mentors")
    assert overdue([MENTORS, SAFETY], [work("a", 240)], NINE + DAY_MS) == ("mentors",)


modules = st.builds(
    Module,
    st.sampled_from("abc"),
    st.sampled_from([True, True, False]),
    st.sampled_from([None, 1, 5, 9]),
    st.sampled_from([0, 30, 60]),
    st.sampled_from([0, 1, 2]),
)
works = st.builds(
    Work,
    st.sampled_from("abc"),
    st.sampled_from("stuv"),
    st.integers(0, 9),
    st.just(40),
    st.sampled_from([0, 31, 32, 40]),
)


@given(st.lists(modules, max_size=3, unique_by=lambda module: module.id), st.lists(works, max_size=8), works)
def test_the_gate_is_when_the_first_module_becomes_overdue_and_work_only_lifts_it(
    asked: list[Module], rows: list[Work], more: Work
) -> None:
    gate = overdue_from_ms(asked, rows)
    moments = [at for at in range(11) if overdue(asked, rows, at)]
    assert (moments[0] if moments else None) == gate
    after = overdue_from_ms(asked, [*rows, more])
    assert after is None or (gate is not None and after >= gate)
    for module in asked:
        found = progress(module, rows)
        assert found.complete == (not found.missing_minutes and not found.missing_sessions)
        assert (found.done_ms is not None) <= found.complete
        REACHED["complete"] += found.done_ms is not None and (module.required_minutes or module.required_sessions) > 0
        REACHED["undated"] += module.due_ms is None and module.mandatory and not found.complete
        REACHED["voluntary"] += not module.mandatory and not found.complete
    REACHED["overdue"] += gate is not None
    REACHED["to come"] += gate == 9


def test_the_modules_reached_every_case() -> None:
    if not all(REACHED.values()):
        test_the_gate_is_when_the_first_module_becomes_overdue_and_work_only_lifts_it()
    assert all(REACHED.values()), REACHED
