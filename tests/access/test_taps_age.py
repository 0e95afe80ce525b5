"""What a tap's age, number and repetition do to it: nothing old, kept or told twice ever opens (D7, D8)."""

from access.effects import Lease
from tests.support.transcript import Player, play


def test_a_tap_is_fresh_until_it_is_five_seconds_old() -> None:
    play("""
        >> +6000 tap in anna old=5000
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
    """)


def test_a_tap_older_than_that_is_stale_and_answered_wait() -> None:
    play("""
        >> +6000 tap in anna old=5001
        << log device in online
        << log front refuses anna: stale
        << answer in 1 wait
    """)


def test_a_reader_that_heard_no_beacon_proves_no_age() -> None:
    play("""
        >> +0 tap in anna unheard
        << log device in online
        << log front refuses anna: stale
        << answer in 1 wait
    """)


def test_stale_is_said_before_unknown() -> None:
    play("""
        >> +0 tap in stranger unheard
        << log device in online
        << log front refuses tag-stranger: stale
        << answer in 1 wait
    """)


def test_a_repeated_number_decides_nothing_and_is_acknowledged() -> None:
    play(
        """
        >> +0 tap in anna
        << ack in b1 1
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +2000 tap in anna seq=1
        << ack in b1 1
        << tally repeated=1
        >> +3600000 tap in anna seq=1
        << ack in b1 1
        << tally repeated=2
        """,
        show="ack tally",
    )


def test_a_number_of_another_boot_is_another_number() -> None:
    play("""
        >> +0 tap in anna boot=x
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +2000 tap in anna boot=y seq=1
        << log front grants anna: booking
        << lease front 3000 for 1-4 of k1
        << answer in 1 granted known
    """)


def test_a_retained_tap_is_passed_over_whoever_sent_it() -> None:
    played = play("""
        >> +5000 tap in anna retained
        >> +0 tap side-in anna retained
    """)
    assert played.state.refusals == {"retained-tap": 2}


def test_one_tap_a_second_at_one_reader() -> None:
    play("""
        >> +0 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +999 tap in sara
        << answer in 2 wait
        >> +1 tap in sara
        << log front grants sara: standing
        << lease front 3000 for 1-4 of k1
        << answer in 3 granted known
    """)


def test_two_badges_of_one_person_are_two_taps() -> None:
    play("""
        >> +0 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +1000 tap in anna-two
        << log front grants anna: booking
        << lease front 3000 for 1-4 of k1
        << answer in 2 granted known
    """)


def test_a_makers_tap_opens_only_where_the_door_takes_it() -> None:
    play("""
        >> +0 subscribed makers
        >> +3000 tap wall anna
        << log device wall online
        << log front refuses anna: age-unproved
        >> +0 tap side-in anna
        << log device side-in online
        << log side grants anna: booking
        << lease side 3000 for 1-5 of k1
        << log entered anna side hall 1-5 estimated
    """)


def test_a_makers_tap_right_after_our_subscription_may_be_old() -> None:
    play("""
        >> +0 subscribed makers
        >> +2999 tap side-in anna
        << log device side-in online
        << log side refuses anna: stale
        >> +1000 tap side-in sara
        << log side grants sara: standing
        << lease side 3000 for 1-4 of k1
        << log entered sara side hall 1-4 estimated
        >> +5000 subscribed makers
        >> +0 tap side-in anna
        << log side refuses anna: stale
    """)


def test_before_any_subscription_a_makers_tap_may_be_old() -> None:
    play("""
        >> +9000 tap side-in anna
        << log device side-in online
        << log side refuses anna: stale
    """)


def test_a_makers_tap_right_after_its_reader_came_or_went_may_be_old() -> None:
    play("""
        >> +0 subscribed makers
        >> +5000 link side-in online
        << log device side-in online
        >> +2999 tap side-in anna
        << log side refuses anna: stale
        >> +5000 link side-in offline
        << log device side-in offline ~hall
        >> +10000 tap side-in bruno
        << log device side-in online
        << log side refuses bruno: stale
        >> +3000 tap side-in sara
        << log side grants sara: standing
        << lease side 3000 for 1-7 of k1
        << log entered sara side hall 1-7 estimated
    """)


def test_a_makers_reader_heard_for_the_first_time_is_believed() -> None:
    play("""
        >> +0 subscribed makers
        >> +60000 tap side-in anna
        << log device side-in online
        << log side grants anna: booking
        << lease side 3000 for 1-3 of k1
        << log entered anna side hall 1-3 estimated
    """)


def test_a_card_that_lies_on_a_makers_reader_opens_once() -> None:
    player = Player()
    player.do("subscribed makers")
    player.do("+5000 tap side-in anna")
    for _ in range(30):
        player.do("+500 tap side-in anna")
    assert sum(isinstance(effect, Lease) for effect in player.effects) == 1
    player.do("+3000 tap side-in anna")
    assert sum(isinstance(effect, Lease) for effect in player.effects) == 2


def test_while_a_card_lies_there_another_may_be_shown() -> None:
    play("""
        >> +0 subscribed makers
        >> +5000 tap side-in anna
        << log device side-in online
        << log side grants anna: booking
        << lease side 3000 for 1-3 of k1
        << log entered anna side hall 1-3 estimated
        >> +700 tap side-in anna
        >> +400 tap side-in sara
        << log side grants sara: standing
        << lease side 3000 for 1-5 of k1
        << log entered sara side hall 1-5 estimated
    """)
