"""A card at an out-reader: exit is never refused, and a late one still ends the stay it belongs to."""

from tests.support.core_site import NINE
from tests.support.transcript import Player, play


def _inside(show: str = "") -> Player:
    player = Player(show=show)
    for line in ("tap in anna", "+500 door front opens", "+500 door front closes"):
        player.do(line)
    return player


def test_a_known_card_ends_its_persons_stay_and_the_opening_tells_nothing_more() -> None:
    played = play("""
        >> +0 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +500 door front opens
        << log door front open grant
        << log entered anna front hall 1-3 not-estimated
        >> +500 door front closes
        << log door front not-open
        >> +60000 tick
        >> +0 tap out anna
        << log device out online
        << log front grants anna: leaving
        << log left front hall anna
        << answer out 1 granted
        >> +2000 door front opens
        << log door front open exit
    """)
    assert played.state.occupancy.total() == 0


def test_the_next_opening_by_the_handle_is_somebody_elses() -> None:
    play("""
        >> +0 tap out anna
        << log device out online
        << log front grants anna: leaving
        << log left front hall anna
        << answer out 1 granted
        >> +2000 door front opens
        << log door front open exit
        >> +500 door front closes
        << log door front not-open
        >> +500 door front opens
        << log door front open handle
        << log left front hall
    """)


def test_a_tap_at_an_open_door_explains_no_later_opening() -> None:
    play("""
        >> +0 door front opens
        << log door front open handle
        << log left front hall
        >> +500 tap out anna
        << log device out online
        << log front grants anna: leaving
        << log left front hall anna
        << answer out 1 granted
        >> +500 door front closes
        << log door front not-open
        >> +500 door front opens
        << log door front open handle
        << log left front hall
    """)


def test_a_turnstile_releases_for_any_fresh_card_known_or_not() -> None:
    play("""
        >> +0 tap gate-out anna
        << log device gate-out online
        << log gate grants anna: leaving
        << lease gate 3000 for 1-3 of k1
        << log left gate hall anna
        << answer gate-out 1 granted
        >> +1000 tap gate-out stranger
        << log gate grants tag-stranger: leaving
        << lease gate 3000 for 1-5 of k1
        << log left gate hall
        << answer gate-out 2 granted
        >> +500 door gate opens
        << log door gate open exit
        >> +5000 tap gate-out bruno
        << log gate grants bruno: leaving
        << lease gate 6000 for 1-8 of k1
        << log left gate hall bruno
        << answer gate-out 3 granted
    """)


def test_a_card_shown_twice_on_the_way_out_is_one_exit() -> None:
    played = play("""
        >> +0 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> +500 door front opens
        << log door front open grant
        << log entered anna front hall 1-3 not-estimated
        >> +500 door front closes
        << log door front not-open
        >> +5000 tap out anna
        << log device out online
        << log front grants anna: leaving
        << log left front hall anna
        << answer out 1 granted
        >> +1500 tap out anna
        << log front grants anna: leaving
        << answer out 2 granted
        >> +500 door front opens
        << log door front open exit
        >> +1500 tap out anna
        << log front grants anna: leaving
        << log left front hall anna
        << answer out 3 granted
    """)
    assert "hall" in played.state.occupancy.estimated


def test_another_card_on_the_way_out_is_another_exit() -> None:
    play("""
        >> +0 tap gate-out stranger
        << log device gate-out online
        << log gate grants tag-stranger: leaving
        << lease gate 3000 for 1-3 of k1
        << log left gate hall
        << answer gate-out 1 granted
        >> +1000 tap gate-out nobody
        << log gate grants tag-nobody: leaving
        << lease gate 3000 for 1-5 of k1
        << log left gate hall
        << answer gate-out 2 granted
        >> +1000 tap gate-out nobody
        << log gate grants tag-nobody: leaving
        << lease gate 3000 for 1-7 of k1
        << answer gate-out 3 granted
        >> +9000 tap gate-out nobody
        << log gate grants tag-nobody: leaving
        << lease gate 3000 for 1-8 of k1
        << log left gate hall
        << answer gate-out 4 granted
    """)


def test_a_turnstile_that_cannot_be_driven_says_wait() -> None:
    play("""
        >> +0 keeper-lost
        << log keeper not-present k1
        >> +0 tap gate-out anna
        << log device gate-out online
        << log gate grants anna: leaving
        << log grant-lapsed 1-4 gate the doorkeeper does not answer, so the lock cannot be driven
        << log left gate hall anna
        << answer gate-out 1 wait
    """)


def test_a_stale_card_releases_nothing() -> None:
    play("""
        >> +6000 tap gate-out stranger old=5001
        << log device gate-out online
        << log gate refuses tag-stranger: stale
        << answer gate-out 1 wait
        >> +1000 tap gate-out stranger unheard
        << log gate refuses tag-stranger: stale
        << answer gate-out 2 wait
    """)


def test_a_late_exit_of_a_known_age_ends_the_stay_that_began_before_it() -> None:
    player = _inside()
    player.do("+29000 tick")
    assert player.do("+6000 tap out anna old=6000") == [
        "log device out online",
        "log front refuses anna: stale",
        f"log left front hall anna {NINE + 30_000}",
        "answer out 1 wait",
    ]
    assert player.state.occupancy.stays == {}


def test_a_late_exit_from_before_the_stay_ends_nothing() -> None:
    player = Player()
    player.mono_ms = 20_000
    for line in ("tick", "tap in anna", "+500 door front opens"):
        player.do(line)
    player.do("tap out anna old=10000")
    assert set(player.state.occupancy.stays) == {"anna"}


def test_a_late_exit_of_no_known_age_ends_nothing() -> None:
    player = _inside()
    player.do("tap out anna unheard")
    assert set(player.state.occupancy.stays) == {"anna"}


def test_a_makers_out_reader_counts_where_the_door_takes_its_word() -> None:
    play("""
        >> +0 subscribed makers
        >> +3000 tap side-out anna
        << log device side-out online
        << log side grants anna: leaving
        << log left side hall anna
    """)


def test_who_leaves_without_having_entered_marks_the_count_estimated() -> None:
    played = play("""
        >> +0 tap out anna
        << log device out online
        << log front grants anna: leaving
        << log left front hall anna
        << answer out 1 granted
    """)
    assert played.state.occupancy.estimated == {"hall"}
