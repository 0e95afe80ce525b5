"""Bookings that nobody came for: released by time itself, and never from under somebody (domain: no-show release)."""

import pytest

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS
from access.events import ReplicaArrived
from access.replica import Drop, Put, apply
from access.step import next_deadline
from tests.support.core_site import NINE, held, person, rome
from tests.support.settling import ALIVE, NO_SHOW, UNPROVED, playing, settled, site_of, until


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


def test_who_is_let_in_at_the_last_moment_has_the_time_to_open_the_door() -> None:
    player = playing(held("anna", "k1"))
    until(player, "09:14", ALIVE)
    assert settled(player, "+59000 tap in anna", "+1000 tick") == []
    assert settled(player, "+500 door front opens") == ["log checked-in k1 badge anna"]


def test_who_was_let_in_at_the_last_moment_and_did_not_open_has_not_come() -> None:
    player = playing(held("anna", "k1"))
    until(player, "09:14", ALIVE)
    settled(player, "+59000 tap in anna", "+1000 tick")
    assert until(player, "09:16", ALIVE) == [NO_SHOW]


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
