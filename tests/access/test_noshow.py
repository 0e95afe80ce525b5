"""Bookings that nobody came for: released by time itself, and never from under somebody (domain: no-show release)."""

import pytest

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS, Now
from access.effects import Append
from access.events import ReplicaArrived
from access.facts import Fact, NoShow, Started
from access.records import Booking, Record
from access.replica import Drop, Put, Replica, apply
from access.state import SiteState
from access.step import next_deadline
from access.stored import checkpoint
from access.turn import Turn
from tests.support.core_site import NINE, badge, begun, held, person, replica_of, rome
from tests.support.transcript import Player

NO_SHOW, UNPROVED = "log no-show k1 d2 not-unproved", "log no-show k1 d2 unproved"


def site_of(*records: Record, version: int = 1) -> Replica:
    """Anna with her badge, and these."""
    return replica_of(person("anna"), badge("anna"), *records, version=version)


def playing(*records: Record, desk: str = "no") -> Player:
    """The site from nine on, whose desk's sensor has said this."""
    player = Player(begun(replica=site_of(*records)))
    if desk:
        player.do(f"presence s3 {desk}")
    return player


def settled(player: Player, *lines: str) -> list[str]:
    """What is settled by these lines."""
    return [told for line in lines for told in player.do(line) if told.split()[1] in {"checked-in", "no-show"}]


def until(player: Player, clock: str, *each_minute: str) -> list[str]:
    """What is settled up to a moment of the day, these lines said each minute."""
    found = []
    while player.now.wall_ms < rome(f"2026-06-01 {clock}"):
        found += settled(player, "+60000 tick", *each_minute)
    return found


ALIVE = "heartbeat s3 present no"


def test_a_booking_is_released_at_its_moment_and_not_a_millisecond_before() -> None:
    player = playing(held("anna", "k1"))
    assert until(player, "09:14", ALIVE) == []
    assert settled(player, "+59999 tick") == []
    assert next_deadline(player.state).wall_ms == rome("2026-06-01 09:15")
    assert settled(player, "+1 tick") == [NO_SHOW]
    assert player.state.released == {"k1"}
    assert until(player, "11:30", ALIVE) == []


def test_a_released_booking_lets_nobody_in_until_it_is_given_back() -> None:
    player = playing(held("anna", "k1"))
    until(player, "09:15", ALIVE)
    assert player.do("tap in anna")[1] == "log front refuses anna: booking-released"
    given_back = site_of(held("anna", "k1", release_ms=None), version=2)
    player.take(ReplicaArrived(given_back))
    assert player.do("+2000 tap in anna")[0] == "log front grants anna: booking"


def test_the_next_release_is_a_deadline_and_so_is_the_next_day() -> None:
    player = playing(held("anna", "k1", "10:00"), held("anna", "k2", "09:30", "10:00"))
    assert next_deadline(player.state).wall_ms == rome("2026-06-01 09:30")
    until(player, "10:20", ALIVE)
    assert next_deadline(player.state).wall_ms == rome("2026-06-02 02:00")


def test_a_booking_of_a_room_needs_no_sensor() -> None:
    player = playing(held("anna", "k1", resource="room"), desk="")
    assert until(player, "09:15") == ["log no-show k1 room not-unproved"]


def test_a_sensor_that_does_not_know_keeps_a_booking_to_its_end() -> None:
    player = playing(held("anna", "k1"), desk="unknown")
    assert until(player, "10:59") == []
    assert settled(player, "+60000 tick") == [UNPROVED]


def test_a_sensor_that_fell_silent_keeps_a_booking_until_it_speaks() -> None:
    player = playing(held("anna", "k1"))
    assert until(player, "09:40") == []
    assert settled(player, "presence s3 no", "+60000 tick") == [NO_SHOW]


def test_one_sensor_of_two_is_not_enough() -> None:
    player = playing(held("anna", "k1", resource="d1"), desk="")
    assert until(player, "09:20", "presence s1 no") == []
    assert until(player, "09:22", "presence s1 no", "presence s2 no") == ["log no-show k1 d1 not-unproved"]


def test_a_level_that_the_broker_kept_is_no_evidence() -> None:
    player = playing(held("anna", "k1", resource="d1"), desk="")
    player.do("presence s2 no retained")
    assert until(player, "09:20", "presence s1 no") == []
    assert settled(player, "presence s2 no", "+60000 tick") == ["log no-show k1 d1 not-unproved"]


def test_a_desk_that_was_just_left_is_held_before_it_is_released() -> None:
    player = playing(held("anna", "k0", "09:00", "09:10", release_ms=None), held("anna", "k1", "09:10"))
    player.do("presence s3 yes")
    until(player, "09:09", "heartbeat s3 present yes")
    player.do("presence s3 no")
    assert player.state.checked_in == set()
    assert until(player, "09:24", ALIVE) == []
    assert until(player, "09:25", ALIVE) == [NO_SHOW]


def test_a_desk_in_its_hold_is_not_released() -> None:
    two_minutes = held("anna", "k1", "09:10", release_ms=rome("2026-06-01 09:12"))
    player = playing(held("anna", "k0", "09:00", "09:10", release_ms=None), two_minutes)
    player.do("presence s3 yes")
    until(player, "09:11", "heartbeat s3 present yes")
    player.do("presence s3 no")
    assert until(player, "09:15", ALIVE) == []
    assert until(player, "09:16", ALIVE) == [NO_SHOW]


@pytest.mark.parametrize("line", ["tap in anna", "presence s3 yes"])
def test_who_comes_when_it_has_ended_has_not_come_for_it(line: str) -> None:
    standing = person("anna", standing=frozenset({"hall"}))
    player = playing(standing, held("anna", "k1"))
    player.moment = {"trusted": False}
    until(player, "11:00", ALIVE)
    for said in (line, "+500 door front opens"):
        assert settled(player, said) == []
    player.moment = {}
    assert until(player, "11:02") == [UNPROVED]


def test_who_sits_there_behind_a_kept_level_is_not_released() -> None:
    player = playing(held("anna", "k1", resource="d1"), desk="")
    player.do("presence s2 yes retained")
    assert until(player, "10:59", "presence s1 no") == []


def test_an_unsure_clock_releases_nothing() -> None:
    player = playing(held("anna", "k1"))
    player.moment = {"unsure_ms": 10 * MINUTE_MS + 1}
    assert until(player, "09:30", ALIVE) == []
    assert next_deadline(player.state).wall_ms > player.now.wall_ms
    player.moment = {}
    assert until(player, "09:44", ALIVE) == []
    assert until(player, "09:45", ALIVE) == [NO_SHOW]


def restarted(player: Player, log: list[tuple[int, Fact]], later_ms: int) -> Player:
    """The site started again, so much later."""
    now = Now(player.now.wall_ms + later_ms, player.mono_ms + later_ms, player.mono_ms + later_ms)
    state: SiteState = begun(tuple(log), now=now, seq=player.state.seq, replica=player.state.replica)
    again = Player(state)
    again.mono_ms = player.mono_ms + later_ms
    return again


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
    assert settled(again, "+1000 tick") == [UNPROVED]


def test_a_booking_from_before_this_log_is_not_ours() -> None:
    player = playing(held("anna", "k1", release_ms=NINE - 1))
    until(player, "10:00", ALIVE)
    stored = checkpoint(Turn(player.state, player.now))
    again = restarted(player, [(player.now.wall_ms, stored)], MINUTE_MS)
    assert until(player, "11:10", ALIVE) == until(again, "11:10", ALIVE) == []


@pytest.mark.parametrize(("days", "settled_then"), [(39, True), (41, False)])
def test_a_log_that_began_with_the_clock_of_1970_settles_no_more_than_forty_days(days: int, settled_then: bool) -> None:
    start_ms = NINE - days * DAY_MS
    passed = Booking("k1", "anna", "hall", "d2", start_ms, start_ms + HOUR_MS, release_ms=start_ms + MINUTE_MS)
    player = Player(begun(((0, Started("1")),), replica=site_of(passed)))
    facts = [one.fact for one in player.effects if isinstance(one, Append)]
    assert (NoShow("k1", "d2", unproved=True) in facts) is settled_then


def test_a_booking_that_comes_late_gives_its_people_time_to_come() -> None:
    player = playing(desk="no")
    until(player, "09:40", ALIVE)
    player.take(ReplicaArrived(site_of(held("anna", "k1"), version=2)))
    assert until(player, "09:54", ALIVE) == []
    assert settled(player, "+60000 tick") == [NO_SHOW]


def test_a_booking_that_the_replica_drops_is_settled_no_more() -> None:
    player = playing(held("anna", "k1"), held("anna", "k2", "10:00"))
    player.take(ReplicaArrived(apply(player.state.replica, "g", 2, [Drop("booking", "k1")])))
    assert until(player, "09:59", ALIVE) == []
    moved = Put(held("anna", "k2", "10:30"))
    player.take(ReplicaArrived(apply(player.state.replica, "g", 3, [moved])))
    assert until(player, "10:44", ALIVE) == []
    assert until(player, "10:45", ALIVE) == ["log no-show k2 d2 not-unproved"]


def test_what_was_settled_long_ago_is_forgotten_at_a_days_end_and_stays_settled() -> None:
    player = playing(held("anna", "k1"))
    until(player, "09:16", ALIVE)
    for day in range(2, 12):
        assert player.state.released == ({"k1"} if day < 11 else set()), day
        player.mono_ms = rome(f"2026-06-{day:02} 04:00") - NINE
        assert settled(player, "tick") == []
    assert player.state.watch.settled_ms > NINE
    player.mono_ms += HOUR_MS
    assert settled(player, "tick") == []


def test_a_clock_that_went_far_ahead_and_back_forgets_nothing() -> None:
    player = playing(held("anna", "k1", "12:00", "13:00"))
    player.moment = {"wall_ms": NINE + 2_000 * DAY_MS, "trusted": False}
    player.do("+1000 tick")
    player.moment = {"wall_ms": NINE - 3 * DAY_MS}
    player.do("+1000 tick")
    player.moment = {}
    player.mono_ms = rome("2026-06-01 12:14") - NINE
    assert settled(player, "tick") == []
    assert settled(player, "+60000 tick", ALIVE, "+60000 tick") == [NO_SHOW]
