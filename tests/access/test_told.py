"""What a log tells at a restart, of its newest kinds and of an earlier version's checkpoints."""

import json
from dataclasses import replace

import pytest

from access.clock import HOUR_MS, MINUTE_MS
from access.codec import decode_fact, encode_fact
from access.effects import Append
from access.facts import (
    CheckedIn,
    Checkpoint,
    DayClosed,
    DeskMoved,
    Fact,
    FreePassage,
    Judged,
    MinorsAlone,
    NoShow,
    Sensed,
    StaffCame,
    ZoneFilled,
)
from access.occupancy import Stay, Visit
from access.site import Policy
from access.state import PinTries
from access.stored import checkpoint
from access.turn import Turn
from tests.support.chance_bookings import PEOPLE, ruled_site
from tests.support.core_site import NINE, at, begun, replica_of, rome
from tests.support.transcript import Player

EARLIER = Checkpoint(
    {"stays": [["anna", "hall", NINE, True]], "anonymous": [["hall", -1]], "estimated": ["hall"]},
    {"lockdown": True, "fire": False, "doors": {}, "desks": {"d1": {"use": "vacant", "since_ms": 5, "levels": []}}},
)
BLOCK_MS = Policy().pin_block_ms
NEW: tuple[Fact, ...] = (
    CheckedIn("k1", "badge", "anna"),
    NoShow("k2", "d1"),
    NoShow("k3", "d1", unproved=True),
    StaffCame("sara"),
    ZoneFilled("hall", True, 40),
    MinorsAlone(("mia",), "curfew"),
    FreePassage("front", True),
    DayClosed(("anna",)),
)


@pytest.mark.parametrize("fact", NEW, ids=lambda fact: fact.KIND)
def test_the_new_facts_go_through_the_log(fact: Fact) -> None:
    assert decode_fact(fact.KIND, encode_fact(fact)) == fact


def test_a_checkpoint_of_an_earlier_version_is_read() -> None:
    state = begun(((NINE, EARLIER),))
    assert state.occupancy.stays == {"anna": Stay("hall", NINE, estimated=True)}
    assert state.lockdown
    assert not state.evacuation
    assert not state.checked_in | state.released | state.full
    assert not state.staff_came
    assert state.watch.since_ms == NINE


def test_what_followed_from_facts_is_as_the_log_left_it() -> None:
    state = begun(tuple((NINE, fact) for fact in NEW[:-1]))
    assert (state.checked_in, state.released) == (frozenset({"k1"}), frozenset({"k2", "k3"}))
    assert (state.staff_came, set(state.full), set(state.free)) == (True, {"hall"}, {"front"})
    assert (set(state.minors_alone), state.minors_why) == ({"mia"}, "curfew")


def test_what_is_over_is_over() -> None:
    over = (ZoneFilled("hall", False, 1), MinorsAlone(()), FreePassage("front", False), DayClosed(()))
    state = begun(tuple((NINE, fact) for fact in (*NEW[:-1], *over)))
    assert not state.staff_came
    assert state.minors_why == ""
    assert not state.full | state.free | state.minors_alone


def test_doors_and_zones_that_the_site_has_no_more_are_forgotten() -> None:
    state = begun(((NINE, FreePassage("old", True)), (NINE, ZoneFilled("old", True, 3))))
    assert not state.free | state.full


def _wrong_pins(times: int) -> Player:
    """Bruno at the gate, with a wrong PIN every two seconds."""
    player = Player(begun(site=ruled_site(), replica=replica_of(*PEOPLE)))
    for _ in range(times):
        player.do("+2000 tap gate-in bruno pin=9")
    return player


def _again(player: Player, later_ms: int, *, cut: bool) -> PinTries:
    """Bruno's tries after a restart, from the log itself or from a checkpoint of it."""
    facts = [effect.fact for effect in player.effects if isinstance(effect, Append)]
    tries = [fact for fact in facts if isinstance(fact, Judged)]
    log = [(NINE + 2_000 * number, fact) for number, fact in enumerate(tries, 1)]
    history = ((player.now.wall_ms, _through_bytes(checkpoint(Turn(player.state, player.now)))),) if cut else log
    now = at(player.mono_ms + later_ms)
    return begun(tuple(history), now=now, site=ruled_site()).pins["bruno"]


def _through_bytes(fact: Checkpoint) -> Checkpoint:
    again = decode_fact(fact.KIND, encode_fact(fact))
    assert isinstance(again, Checkpoint)
    return again


@pytest.mark.parametrize("cut", [False, True])
def test_a_block_does_not_vanish_by_a_restart_and_lasts_what_is_left_of_it(cut: bool) -> None:
    player = _wrong_pins(3)
    until_ms = player.mono_ms + BLOCK_MS
    assert player.state.pins["bruno"] == PinTries(0, until_ms)
    assert _again(player, MINUTE_MS, cut=cut) == PinTries(0, until_ms)
    assert (_again(player, HOUR_MS, cut=cut).blocked_until_ms or 0) < player.mono_ms + HOUR_MS
    # A clock that went back does not make it longer.
    assert _again(player, -HOUR_MS, cut=cut).blocked_until_ms == player.mono_ms - HOUR_MS + BLOCK_MS


@pytest.mark.parametrize("cut", [False, True])
def test_wrong_pins_are_counted_on_after_a_restart(cut: bool) -> None:
    assert _again(_wrong_pins(2), MINUTE_MS, cut=cut) == PinTries(2)


def test_a_badge_that_is_no_more_is_forgotten_at_the_days_end() -> None:
    player = _wrong_pins(2)
    player.mono_ms = rome("2026-06-02 04:00") - NINE
    player.do("tick")
    assert set(player.state.pins) == {"bruno"}
    player.do("replica 2")
    player.mono_ms = rome("2026-06-03 04:00") - NINE
    player.do("tick")
    assert not player.state.pins


def test_a_right_pin_forgets_the_wrong_ones() -> None:
    player = _wrong_pins(2)
    player.do("+2000 tap gate-in bruno pin=1234")
    log = tuple((NINE, effect.fact) for effect in player.effects if isinstance(effect, Append))
    assert begun(log, site=ruled_site()).pins == player.state.pins == {}


def test_no_try_counts_while_a_badge_is_blocked() -> None:
    player = _wrong_pins(6)
    assert player.state.pins["bruno"] == _wrong_pins(3).state.pins["bruno"]
    assert _again(player, 0, cut=False) == player.state.pins["bruno"]


def test_a_checkpoint_tells_all_that_a_restart_needs_and_nothing_of_a_pin() -> None:
    player = _wrong_pins(3)
    for line in ("visit v1 store sara", "presence s2 yes retained", "+2000 tap in sara", "+500 door front opens"):
        player.do(line)
    stored = _through_bytes(checkpoint(Turn(player.state, player.now)))
    again = begun(((player.now.wall_ms, stored),), now=player.now, site=ruled_site())
    assert again.occupancy == player.state.occupancy
    assert again.occupancy.visits == {"v1": Visit("store", NINE + 6_000, "sara")}
    assert again.desks["d1"].kept == {"s2"}
    assert again.staff_came
    alone = replace(player.state, minors_alone=frozenset({"mia"}), minors_why="curfew")
    state = begun(((player.now.wall_ms, checkpoint(Turn(alone, player.now))),))
    assert (set(state.minors_alone), state.minors_why) == ({"mia"}, "curfew")
    assert "1234" not in json.dumps(stored.site)


def test_the_replica_is_as_old_at_a_start_as_the_shell_says() -> None:
    assert begun(now=at(5_000)).confirmed_ms == 5_000


def test_a_level_that_is_confirmed_begins_no_hold_anew() -> None:
    facts: tuple[tuple[int, Fact], ...] = (
        (NINE - 200_000, Sensed("s3", "d2", True)),
        (NINE - 200_000, DeskMoved("d2", "occupied")),
        (NINE - 100_000, Sensed("s3", "d2", False, age_known=False)),
        (NINE - 50_000, Sensed("s3", "d2", False)),
    )
    assert begun(facts[:3]).desks["d2"].kept == {"s3"}
    assert begun(facts).desks["d2"].vacant_due_ms == 200_000
    assert not begun(facts).desks["d2"].kept
