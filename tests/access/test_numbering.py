"""Numbered messages through the core: each once, gaps told, holes given up in time."""

from access.cursor import Cursor
from tests.support.core_site import begun
from tests.support.transcript import Player, play


def test_every_number_is_acknowledged_up_to_the_first_hole() -> None:
    play(
        """
        >> +0 presence s3 yes
        << ack s3 b1 1
        << log device s3 online
        << log presence s3 d2 present age_known
        << log desk d2 occupied
        >> +0 presence s3 no seq=3
        << ack s3 b1 1
        << log presence s3 d2 not-present age_known
        >> +0 presence s3 yes seq=2
        << ack s3 b1 3
        >> +0 presence s3 yes seq=2
        << ack s3 b1 3
        """,
        show="ack",
    )


def test_a_hole_is_given_up_after_a_minute_and_told_as_a_gap() -> None:
    play(
        """
        >> +0 tap in anna
        << ack in b1 1
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +2000 tap in stranger seq=4
        << ack in b1 1
        << log front refuses tag-stranger: unknown-badge
        << answer in 4 denied
        >> +59999 tick
        >> +1000 tick
        << ack in b1 4
        << log device-gap in b1 2 3 ~hall
        >> +0 tap in anna seq=3
        << ack in b1 4
        """,
        show="ack",
    )


def test_a_hole_that_is_filled_is_no_gap() -> None:
    play("""
        >> +0 presence s3 yes seq=2
        << log device s3 online
        << log presence s3 d2 present age_known
        << log desk d2 occupied
        >> +30000 presence s3 yes seq=1
        >> +60000 tick
        << log refused-messages {'overtaken': 1}
    """)


def test_a_gap_of_a_desk_sensor_makes_no_count_estimated() -> None:
    played = play("""
        >> +0 presence s3 yes seq=2
        << log device s3 online
        << log presence s3 d2 present age_known
        << log desk d2 occupied
        >> +61000 tick
        << log device-gap s3 b1 1 1
    """)
    assert not played.state.occupancy.estimated


def test_a_gap_of_a_reader_makes_its_zones_estimated() -> None:
    played = play("""
        >> +0 tap store-in stranger seq=2
        << log device store-in online
        << log store refuses tag-stranger: unknown-badge
        << answer store-in 2 denied
        >> +61000 tick
        << log device-gap store-in b1 1 1 ~store ~hall
    """)
    assert played.state.occupancy.estimated == {"hall", "store"}


def test_more_than_a_device_keeps_is_given_up_at_once() -> None:
    play("""
        >> +0 presence s3 yes seq=300
        << log device-gap s3 b1 1 44
        << log device s3 online
        << log presence s3 d2 present age_known
        << log desk d2 occupied
        >> +0 presence s3 no seq=301
        << log device-gap s3 b1 45 45
        << log presence s3 d2 not-present age_known
        >> +0 presence s3 no seq=44
    """)


def test_a_refused_message_gives_its_number_back_and_stands_in_no_ones_way() -> None:
    play(
        """
        >> +0 refused bad-uid in seq=1
        << ack in b1 1
        << tally bad-uid=1
        >> +0 refused bad-uid in seq=1
        << ack in b1 1
        << tally bad-uid=2
        >> +0 tap in anna
        << ack in b1 2
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 2 granted known
        """,
        show="ack tally",
    )


def test_four_boots_of_a_device_are_remembered() -> None:
    player = Player()
    for boot in "abcde":
        player.do(f"presence s3 yes boot={boot}")
    assert [cursor.boot for cursor in player.state.cursors["s3"]] == ["e", "d", "c", "b"]
    player.do("presence s3 yes boot=c seq=2")
    assert [cursor.boot for cursor in player.state.cursors["s3"]] == ["c", "e", "d", "b"]


def test_a_hole_from_before_a_restart_is_given_up_a_minute_after_it() -> None:
    old = Cursor("b1", 3, frozenset({5}), hole_ms=10**9)
    play(
        """
        >> +59999 tick
        >> +1000 tick
        << ack in b1 5
        << log device-gap in b1 4 4 ~hall
        """,
        begun(cursors={"in": (old,), "gone-from-the-site": (old,)}),
        show="ack",
    )


def test_a_boot_known_from_before_a_restart_decides_nothing_twice() -> None:
    played = play(
        """
        >> +0 tap in anna seq=3
        >> +0 tap in anna seq=4
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 4 granted known
        """,
        begun(cursors={"in": (Cursor("b1", 3),)}),
    )
    assert played.state.refusals == {"repeated": 1}


def test_holes_of_several_boots_are_each_given_up() -> None:
    player = Player()
    player.do("presence s3 yes boot=a seq=2")
    player.do("+1000 presence s3 no boot=b seq=3")
    gaps = [line for line in player.do("wait 120000") if "device-gap" in line]
    assert gaps == ["log device-gap s3 a 1 1", "log device-gap s3 b 1 2"]
