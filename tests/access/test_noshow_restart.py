"""No-show release over restarts: nobody is settled twice, and a site that was off proves nothing of anybody."""

import pytest

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS, Now
from access.effects import Append
from access.facts import Fact, NoShow, Started
from access.records import Booking
from access.state import SiteState
from access.step import next_deadline
from access.stored import checkpoint
from access.turn import Turn
from tests.support.core_site import NINE, begun, held
from tests.support.settling import ALIVE, NO_SHOW, UNPROVED, playing, settled, site_of, until
from tests.support.transcript import Player


def restarted(player: Player, log: list[tuple[int, Fact]], later_ms: int) -> Player:
    """The site started again, so much later."""
    now = Now(player.now.wall_ms + later_ms, player.mono_ms + later_ms, player.mono_ms + later_ms)
    state: SiteState = begun(tuple(log), now=now, seq=player.state.seq, replica=player.state.replica)
    return Player(state, at_ms=player.mono_ms + later_ms)


def log_of(player: Player) -> list[tuple[int, Fact]]:
    """What it logged."""
    return [(NINE, effect.fact) for effect in player.effects if isinstance(effect, Append)]


def test_after_a_restart_people_have_their_time_anew() -> None:
    player = playing(held("anna", "k1"))
    until(player, "09:10", ALIVE)
    again = restarted(player, log_of(player), 2 * MINUTE_MS)
    assert until(again, "09:26", ALIVE) == []
    assert settled(again, "+60000 tick") == [NO_SHOW]


def test_a_run_that_began_before_the_booking_gives_no_more_time() -> None:
    player = playing(held("anna", "k1", "09:30"))
    until(player, "09:10", ALIVE)
    again = restarted(player, log_of(player), 2 * MINUTE_MS)
    assert until(again, "09:45", ALIVE) == [NO_SHOW]


def test_what_was_settled_before_a_restart_is_not_settled_again() -> None:
    player = playing(held("anna", "k1"), held("anna", "k2", resource="d1"))
    player.do("presence s1 yes")
    assert until(player, "09:15", ALIVE) == [NO_SHOW]
    again = restarted(player, log_of(player), MINUTE_MS)
    assert (again.state.checked_in, again.state.released) == (frozenset({"k2"}), frozenset({"k1"}))
    assert until(again, "11:10", ALIVE) == []


def test_a_booking_that_passed_while_nobody_ran_proves_nothing() -> None:
    player = playing(held("anna", "k1", "12:00", "13:00"))
    again = restarted(player, log_of(player), 2 * DAY_MS)
    facts = [one.fact for one in again.effects if isinstance(one, Append)]
    assert NoShow("k1", "d2", unproved=True) in facts


def test_so_many_bookings_are_settled_in_one_tick_and_the_rest_in_the_next() -> None:
    many = [held("anna", f"k{number}", "12:00", "13:00", resource=f"room-{number}") for number in range(450)]
    player = playing(*many)
    again = restarted(player, log_of(player), 2 * DAY_MS)
    counts = [sum(isinstance(one, Append) and isinstance(one.fact, NoShow) for one in again.effects)]
    while len(again.state.released) < len(many):
        assert next_deadline(again.state).wall_ms <= again.now.wall_ms + 1
        counts.append(len(settled(again, "+1 tick")))
    assert counts == [200, 200, 50]


BEFORE = (held("anna", "k0", "07:00", "08:59"), held("anna", "k1", "08:00", "10:00"))


@pytest.mark.parametrize("cut", [False, True])
def test_who_came_before_this_log_began_it_cannot_tell_so_such_a_booking_runs_to_its_end(cut: bool) -> None:
    player = playing(*BEFORE)
    assert until(player, "09:30", ALIVE) == []
    stored = checkpoint(Turn(player.state, player.now))
    again = restarted(player, [(player.now.wall_ms, stored)] if cut else log_of(player), MINUTE_MS)
    assert until(again, "09:59", ALIVE) == []
    assert until(again, "10:01", ALIVE) == [UNPROVED]
    assert again.state.released == {"k1"}


def test_whoever_is_here_for_a_booking_from_before_this_log_has_come() -> None:
    player = playing(*BEFORE)
    assert settled(player, "tap in anna", "+500 door front opens") == ["log checked-in k1 badge anna"]


@pytest.mark.parametrize(("days", "settled_then"), [(39, True), (41, False)])
def test_a_log_that_began_with_the_clock_of_1970_settles_no_more_than_forty_days(days: int, settled_then: bool) -> None:
    start_ms = NINE - days * DAY_MS
    passed = Booking("k1", "anna", "hall", "d2", start_ms, start_ms + HOUR_MS, release_ms=start_ms + MINUTE_MS)
    player = Player(begun(((0, Started("1")),), replica=site_of(passed)))
    facts = [one.fact for one in player.effects if isinstance(one, Append)]
    assert (NoShow("k1", "d2", unproved=True) in facts) is settled_then
