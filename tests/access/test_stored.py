"""A restart: the log's facts since the last checkpoint give the site again; what is waited for is waited for anew."""

import json

from access.clock import HOUR_MS
from access.codec import canonical, decode_fact, encode_fact
from access.cursor import Cursor
from access.desk import Use
from access.effects import Append
from access.facts import Checkpoint, DeskMoved, DoorMoved, Entered, FireChanged, HeldOpen, LockdownSet, Sensed
from access.stored import checkpoint
from access.turn import Turn
from tests.support.core_site import NINE, SITE, at, begun, rome
from tests.support.transcript import Player, play

ENTERED = Entered("anna", "front", "hall", "1-1")
FOUR = rome("2026-06-02 04:00")


def test_a_first_start_knows_nothing_and_asks_for_nothing() -> None:
    state = begun()
    assert (state.seq, state.occupancy.total(), state.lockdown, state.fire) == (0, 0, False, False)
    assert state.desks["d1"].use is Use.UNKNOWN
    assert state.doors["front"].open is None
    assert state.day_ends_ms == FOUR
    assert set(state.heard) == set(SITE.devices)


def test_people_desks_doors_lockdown_and_fire_are_as_the_log_left_them() -> None:
    state = begun(
        (
            (NINE - 9_000, ENTERED),
            (NINE - 8_000, LockdownSet(True, "sara", "drill")),
            (NINE - 7_000, FireChanged(True)),
            (NINE - 6_000, Sensed("s1", "d1", True)),
            (NINE - 6_000, DeskMoved("d1", "occupied")),
            (NINE - 5_000, DoorMoved("gate", True, "forced")),
            (NINE - 5_000, DoorMoved("of another time", True, "forced")),
            (NINE - 5_000, DeskMoved("of another time", "vacant")),
        )
    )
    assert set(state.occupancy.stays) == {"anna"}
    assert state.lockdown
    assert state.fire
    assert (state.desks["d1"].use, state.desks["d1"].since_ms) == (Use.OCCUPIED, NINE - 6_000)
    assert (state.doors["gate"].open, state.doors["gate"].forced) == (True, True)
    assert set(state.doors) == set(SITE.doors)
    assert set(state.desks) == set(SITE.desks)


def test_what_is_left_of_a_hold_goes_on() -> None:
    facts = (
        (NINE - 200_000, Sensed("s3", "d2", True)),
        (NINE - 200_000, DeskMoved("d2", "occupied")),
        (NINE - 100_000, Sensed("s3", "d2", False)),
    )
    assert begun(facts).desks["d2"].vacant_due_ms == 200_000
    assert begun(facts, now=at(HOUR_MS)).desks["d2"].vacant_due_ms == HOUR_MS
    assert begun(facts, now=at(-HOUR_MS)).desks["d2"].vacant_due_ms == -HOUR_MS + 300_000


def test_a_desk_that_was_not_occupied_or_is_not_empty_waits_for_nothing() -> None:
    for levels in ((True,), (False, None), (None,)):
        facts = [(NINE, Sensed("s3", "d2", level)) for level in levels]
        assert begun(tuple(facts)).desks["d2"].vacant_due_ms is None


def test_a_hold_that_was_running_at_the_checkpoint_ends() -> None:
    player = Player()
    player.do("presence s3 yes")
    player.do("presence s3 no")
    stored = checkpoint(Turn(player.state, player.now))
    again = begun(((NINE, stored),), now=at(1_000))
    assert (again.desks["d2"].use, again.desks["d2"].vacant_due_ms) == (Use.OCCUPIED, 300_000)


def test_a_door_that_stands_open_alarms_after_a_restart_too() -> None:
    play(
        """
        >> +29000 tick
        >> +1000 tick
        << log held-open front held
        >> +0 door front closes
        << log door front not-open
        << log held-open front not-held
        """,
        begun(((NINE - 1, DoorMoved("front", True, "handle")),)),
    )


def test_an_alarm_of_a_door_held_open_ends_after_a_restart_too() -> None:
    opened = ((NINE - 2, DoorMoved("front", True, "handle")), (NINE - 1, HeldOpen("front", True)))
    play(
        """
        >> +30000 tick
        >> +0 keeper k1 front=shut
        << log door front not-open
        << log held-open front not-held
        """,
        begun(opened),
    )


def test_a_checkpoint_goes_through_bytes_unchanged() -> None:
    player = Player()
    for line in ("tap in anna", "+500 door front opens", "presence s2 unknown", "presence s3 yes", "lockdown on"):
        player.do(line)
    stored = checkpoint(Turn(player.state, player.now))
    again = decode_fact(stored.KIND, encode_fact(stored))
    assert isinstance(again, Checkpoint)
    assert canonical(json.loads(encode_fact(stored))) == encode_fact(again)
    state = begun(((NINE, again),))
    assert state.occupancy == player.state.occupancy
    assert state.desks["d1"].levels == {"s2": None}
    assert state.desks["d2"].use is Use.OCCUPIED
    assert state.doors["front"].open
    assert state.doors["gate"].open is None
    assert state.lockdown


def test_nothing_older_than_the_checkpoint_is_needed() -> None:
    player = Player()
    for line in ("tap in anna", "+500 door front opens"):
        player.do(line)
    stored = checkpoint(Turn(player.state, player.now))
    assert begun(((NINE, stored),)).occupancy == begun(((NINE, ENTERED), (NINE, stored))).occupancy


def test_a_day_that_ended_while_nobody_ran_is_closed_at_the_first_tick() -> None:
    state = begun(((NINE, ENTERED),), now=at(FOUR - NINE + HOUR_MS))
    assert state.day_ends_ms == FOUR
    player = Player(state)
    player.mono_ms = FOUR - NINE + HOUR_MS
    assert "log day-closed ~anna" in player.do("tick")


def test_a_clock_that_nobody_trusts_shortens_no_day() -> None:
    long_ago = at(-400 * 24 * HOUR_MS, trusted=False)
    assert begun(((NINE, ENTERED),), now=long_ago).day_ends_ms == FOUR


def test_a_log_from_the_future_does_not_keep_the_day_from_ending() -> None:
    assert begun(((NINE + 400 * 24 * HOUR_MS, ENTERED),)).day_ends_ms == FOUR


def test_holes_are_waited_for_anew_and_devices_of_another_time_are_forgotten() -> None:
    old = Cursor("b", 3, frozenset({5}), hole_ms=None)
    state = begun(cursors={"in": (old, Cursor("a", 9, hole_ms=None)), "gone": (old,)}, now=at(7))
    assert state.cursors == {"in": (Cursor("b", 3, frozenset({5}), 7), Cursor("a", 9))}


def test_no_grant_of_an_earlier_run_waits() -> None:
    player = Player()
    player.do("tap in anna")
    log = tuple((NINE, effect.fact) for effect in player.effects if isinstance(effect, Append))
    again = Player(begun(log, seq=player.state.seq))
    assert again.do("+500 door front opens") == ["log door front open handle", "log left front hall"]
