"""Visitors without a badge: counted, on the muster list with their host, and ended by the day's end at the latest."""

import pytest

from access.codec import decode_fact, encode_fact
from access.effects import Append
from access.events import VisitAsked
from access.facts import Fact, Left, VisitBegan, VisitEnded
from access.occupancy import Occupancy, Visit, fold, from_stored, to_stored
from access.step import step_all
from access.visits import MOST_VISITS
from tests.support.core_site import NINE, at, begun, rome
from tests.support.transcript import Player, play

CAME, GONE = VisitBegan("v1", "hall", "sara", "a form"), VisitEnded("v1", "sara")
BY_HANDLE = Left("front", "hall", "")


def after(*facts: Fact) -> Occupancy:
    """The occupancy after these facts, a second apart."""
    occupancy = Occupancy()
    for second, fact in enumerate(facts):
        occupancy = fold(occupancy, fact, second * 1_000)
    return occupancy


def test_a_host_lets_a_visitor_in_and_out() -> None:
    play(
        """
        >> visit v1 hall sara a form
        << log visit v1 hall sara a form
        >> +5000 visit-over v1 bruno
        << log visit-ended v1 bruno
        """
    )


def test_a_visitor_is_on_the_muster_list_with_host_and_time() -> None:
    player = Player()
    player.do("+5000 visit v1 store sara")
    assert player.state.occupancy.visits == {"v1": Visit("store", NINE + 5_000, "sara")}
    assert (player.state.occupancy.headcount("store"), player.state.occupancy.total()) == (1, 1)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("visit v2 cellar sara", "unknown-zone"),
        ("visit v1 hall sara", "repeated-visit"),
        ("visit-over v2 sara", "unknown-visit"),
    ],
)
def test_what_cannot_be_a_visit_is_counted_and_changes_nothing(line: str, why: str) -> None:
    player = Player()
    player.do("visit v1 hall sara")
    before = player.state.occupancy
    assert player.do(line) == []
    assert player.state.occupancy == before
    assert player.state.refusals == {why: 1}


def test_so_many_visits_run_at_once_and_no_more() -> None:
    asked = [VisitAsked(f"v{number}", "hall", "sara") for number in range(MOST_VISITS + 1)]
    state, effects = step_all(begun(), asked, at(0))
    visits = [one for one in effects if isinstance(one, Append) and isinstance(one.fact, VisitBegan)]
    assert len(visits) == MOST_VISITS
    assert state.refusals == {"too-many-visits": 1}


@pytest.mark.parametrize(
    ("facts", "hall"),
    [
        ((CAME,), 1),
        ((CAME, GONE), 0),
        # Who has no badge leaves by the handle as nobody: it is one exit, however often it is told.
        ((CAME, BY_HANDLE), 0),
        ((CAME, BY_HANDLE, GONE), 0),
        ((CAME, VisitBegan("v2", "hall", "sara"), BY_HANDLE, GONE), 1),
        ((CAME, BY_HANDLE, BY_HANDLE, GONE), 0),
        ((CAME, GONE, VisitEnded("v1", "sara")), 0),
        ((VisitEnded("v9", "sara"), CAME), 1),
    ],
)
def test_headcounts_with_visitors(facts: tuple[Fact, ...], hall: int) -> None:
    assert after(*facts).headcount("hall") == after(*facts).total() == hall


def test_visits_are_closed_by_system_at_the_days_end() -> None:
    player = Player()
    player.do("visit v2 hall sara")
    player.do("visit v1 hall sara")
    player.mono_ms = rome("2026-06-02 04:00") - NINE
    told = [line for line in player.do("tick") if "visit" in line.split()[1]]
    assert told == ["log visit-ended v1 system", "log visit-ended v2 system"]
    assert player.state.occupancy.total() == 0


def test_visits_are_stored_and_what_was_stored_before_there_were_any_is_read() -> None:
    here = after(CAME)
    assert from_stored(to_stored(here)) == here
    assert from_stored({"stays": [["anna", "hall", 1, False]], "anonymous": [], "estimated": []}).visits == {}


def test_visits_go_through_the_log() -> None:
    for fact in (CAME, GONE, VisitBegan("v", "hall", "sara")):
        assert decode_fact(fact.KIND, encode_fact(fact)) == fact


def test_a_restart_knows_the_visits() -> None:
    state = begun(((NINE, CAME), (NINE + 1_000, VisitBegan("v2", "store", "sara")), (NINE + 2_000, GONE)))
    assert state.occupancy.visits == {"v2": Visit("store", NINE + 1_000, "sara")}
