"""What is known of the devices themselves: births, wills, silence, batteries, heartbeats."""

from tests.support.transcript import Player, play


def test_any_live_message_proves_a_device_online() -> None:
    play("""
        >> +0 count counter 2 1
        << log device counter online
        << log count counter hall 2 1
        >> +0 heartbeat s1
        << log device s1 online
        >> +0 battery s2 80
        << log device s2 online
        >> +0 link reed online
        << log device reed online
        >> +0 refused too-large in
    """)


def test_only_a_counter_counts_and_each_message_once() -> None:
    played = play("""
        >> +0 count in 2 1
        >> +0 count counter 2 1
        << log device counter online
        << log count counter hall 2 1
        >> +0 count counter 2 1 seq=1
    """)
    assert played.state.refusals == {"not-its-role": 1, "repeated": 1}


def test_a_birth_asks_for_a_beacon_at_most_once_a_second() -> None:
    play(
        """
        >> +500 status in online
        << log device in online
        >> +100 tick
        >> +399 tick
        >> +1 tick
        << beacon n4
        >> +1000 tick
        >> +4000 tick
        << beacon n6
        """,
        show="beacon",
    )


def test_our_own_subscription_asks_for_a_beacon_too() -> None:
    play(
        """
        >> +1000 subscribed native
        >> +0 tick
        << beacon n2
        """,
        show="beacon",
    )


def test_a_will_tells_offline_and_its_zone_is_estimated() -> None:
    played = play("""
        >> +0 status in online conn=2
        << log device in online
        >> +0 status in offline conn=2
        << log device in offline ~hall
        >> +0 status in offline conn=2
    """)
    assert played.state.occupancy.estimated == {"hall"}


def test_the_will_of_an_older_connection_is_passed_over() -> None:
    played = play("""
        >> +0 status in online conn=2
        << log device in online
        >> +0 status in offline conn=1
        >> +0 status in online conn=1
        >> +0 status in offline boot=b0 conn=9
        >> +0 status nobody online
    """)
    assert played.state.refusals == {"older-status": 3, "unknown-device": 1}


def test_a_will_is_believed_where_no_birth_is_known() -> None:
    play("""
        >> +0 status in offline conn=3
        << log device in offline ~hall
    """)


def test_a_device_of_ours_is_silent_after_three_minutes_and_speaks_again() -> None:
    player = Player()
    player.do("heartbeat in")
    player.mono_ms = 179_999
    assert "log device in silent ~hall" not in player.do("tick")
    player.mono_ms = 180_000
    assert "log device in silent ~hall" in player.do("+1000 tick")
    assert player.do("heartbeat in") == ["log device in online"]


def test_a_device_that_never_spoke_since_the_start_is_silent_too() -> None:
    player = Player()
    player.do("heartbeat in")
    silent = player.do("+180000 tick")
    assert "log device s1 silent" in silent
    assert "log device counter silent ~hall" in silent
    assert "log device lock silent ~store ~hall" in silent
    assert "log device in silent ~hall" in silent
    assert not any(" s2 " in line or "side-in" in line for line in silent)
    assert not player.do("+180000 tick")


def test_a_makers_device_may_be_silent_for_a_day() -> None:
    player = Player()
    player.do("link s2 online")
    player.mono_ms = 26 * 3_600_000 - 1_000
    assert "log device s2 silent" not in player.do("tick")
    assert "log device s2 silent" in player.do("+1000 tick")


def test_a_device_that_is_offline_does_not_fall_silent() -> None:
    player = Player()
    player.do("status s1 offline")
    assert not any(" s1 " in line for line in player.do("+180000 tick"))


def test_what_the_broker_kept_proves_nobody_alive() -> None:
    played = play("""
        >> +0 presence s2 yes retained
        << log presence s2 d1 present not-age_known
        << log desk d1 occupied
        >> +0 contact reed open retained
        << log door gate open found ~hall
    """)
    assert "s2" not in played.state.devices


def test_a_battery_is_told_once_when_it_falls_to_the_limit() -> None:
    play("""
        >> +0 battery s2 16
        << log device s2 online
        >> +0 battery s2 15
        << log battery s2 15
        >> +0 battery s2 14
        >> +0 battery s2 90
        >> +0 battery s2 3
        << log battery s2 3
        >> +0 battery nobody 3
        >> +0 status s1 online battery=12
        << log battery s1 12
        << log device s1 online
        >> +0 heartbeat s3 battery=9
        << log device s3 online
        << log battery s3 9
    """)


def test_a_heartbeats_level_counts_when_all_before_it_was_taken() -> None:
    play("""
        >> +0 heartbeat s1 present yes last=0
        << log device s1 online
        << log presence s1 d1 present age_known
        << log desk d1 occupied
        >> +0 presence s1 no
        << log presence s1 d1 not-present age_known
        >> +0 heartbeat s1 present yes last=2
        >> +0 heartbeat s1 present yes last=1
        << log presence s1 d1 present age_known
    """)


def test_a_heartbeat_that_is_older_than_the_last_message_tells_no_level() -> None:
    play("""
        >> +0 presence s1 yes
        << log device s1 online
        << log presence s1 d1 present age_known
        << log desk d1 occupied
        >> +0 heartbeat s1 present no last=0
        >> +0 presence s1 yes seq=3
        >> +0 heartbeat s1 present no last=1
    """)


def test_a_heartbeats_contact_is_found_not_seen() -> None:
    play("""
        >> +0 heartbeat lock open yes
        << log device lock online
        << log door store open found ~store ~hall
        >> +0 heartbeat button open yes
        << log device button online
        << log door gate open found ~hall
        >> +0 heartbeat button open no
        << log door gate not-open
        >> +0 heartbeat in present yes
        << log device in online
        >> +0 heartbeat nobody
    """)


def test_links_of_unknown_devices_are_counted() -> None:
    played = play("""
        >> +0 link nobody online
        >> +0 battery nobody 5
        >> +0 refused too-large
        >> +0 refused too-large nobody
    """)
    assert played.state.refusals == {"unknown-device": 2, "too-large": 2}


def test_a_makers_reader_that_goes_marks_its_zone_estimated() -> None:
    play("""
        >> +0 link side-in online
        << log device side-in online
        >> +0 link side-in online
        >> +0 link side-in offline
        << log device side-in offline ~hall
        >> +0 link s2 offline
        << log device s2 offline
    """)
