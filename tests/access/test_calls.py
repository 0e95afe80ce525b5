"""Staff call on a reader: the next card there is read for them and not judged, once, and nowhere else."""

from access.call import Call, may_be_called
from access.calls import LONGEST_MS, MOST
from access.events import CallsTold
from tests.support.core_site import SITE
from tests.support.transcript import Player, play

OPENS = "opens free booking, opens front booking, opens gate booking, opens side booking, not store no-booking"


def test_the_next_card_at_the_reader_is_read_and_the_one_after_it_is_judged() -> None:
    play(
        """
        >> +2000 called c1@in
        << heard c1
        >> +2000 tap in stranger
        << log device in online
        << log badge-read c1 in tag-stranger
        << card c1 as nobody
        << answer in 1 wait
        >> +2000 tap in stranger
        << log front refuses tag-stranger: unknown-badge
        << answer in 2 denied
        """
    )


def test_a_card_that_the_site_knows_opens_nothing_and_says_what_it_would_open() -> None:
    player = play(
        """
        >> +2000 called c1@in
        << heard c1
        >> +2000 tap in anna
        << log device in online
        << log badge-read c1 in anna
        << card c1 as anna: OPENS
        << answer in 1 wait
        """.replace("OPENS", OPENS)
    )
    assert player.state.occupancy.stays == {}


def test_at_another_reader_nothing_is_read() -> None:
    play(
        """
        >> +2000 called c1@in
        << heard c1
        >> +2000 tap store-in stranger
        << log device store-in online
        << log store refuses tag-stranger: unknown-badge
        << answer store-in 1 denied
        >> +2000 tap in anna-two
        << log device in online
        << log badge-read c1 in anna-two
        << card c1 as anna-two: OPENS
        << answer in 1 wait
        """.replace("OPENS", OPENS)
    )


def test_an_exit_answers_no_call() -> None:
    assert not may_be_called(SITE, "out")
    assert not may_be_called(SITE, "s1")
    assert not may_be_called(SITE, "nowhere")
    play(
        """
        >> +2000 called c1@gate-out c2@s1 c3@nowhere
        >> +2000 tap gate-out anna
        << log device gate-out online
        << log gate grants anna: leaving
        << lease gate 3000 for 1-3 of k1
        << log left gate hall anna
        << answer gate-out 1 granted
        """
    )


def test_a_tap_that_may_be_old_answers_no_call_and_the_call_waits_on() -> None:
    play(
        """
        >> +2000 called c1@in
        << heard c1
        >> +2000 tap in stranger unheard
        << log device in online
        << log front refuses tag-stranger: stale
        << answer in 1 wait
        >> +2000 tap in stranger
        << log badge-read c1 in tag-stranger
        << card c1 as nobody
        << answer in 2 wait
        """
    )


def test_a_repeated_tap_and_one_at_the_same_second_answer_no_call() -> None:
    player = play(
        """
        >> +2000 called c1@in
        << heard c1
        >> +2000 tap in anna seq=4 retained
        >> +0 tap in stranger seq=5
        << log device in online
        << log badge-read c1 in tag-stranger
        << card c1 as nobody
        << answer in 5 wait
        >> +5000 called c2@in
        << heard c2
        >> +0 tap in stranger seq=5
        """
    )
    assert list(player.state.calls.waiting) == ["in"]


def test_a_call_ends_by_itself_and_never_lasts_longer_than_a_minute() -> None:
    player = Player()
    player.take(CallsTold((Call("c1", "in", player.mono_ms + 10 * LONGEST_MS),)))
    assert player.state.calls.waiting["in"].until_ms == player.mono_ms + LONGEST_MS
    player.do(f"+{LONGEST_MS} tick")
    assert "log front grants anna: booking" in player.do("tap in anna")


def test_what_was_answered_is_not_asked_for_again_while_the_registry_lists_it() -> None:
    play(
        """
        >> +2000 called c1@in
        << heard c1
        >> +2000 tap in stranger
        << log device in online
        << log badge-read c1 in tag-stranger
        << card c1 as nobody
        << answer in 1 wait
        >> +1000 called c1@in c2@gate-in
        << heard c2
        >> +1000 tap in stranger
        << log front refuses tag-stranger: unknown-badge
        << answer in 2 denied
        >> +1000 called c3@in
        << heard c3
        """
    )


def test_a_call_that_the_registry_no_longer_lists_is_over() -> None:
    player = play(
        """
        >> +2000 called c1@in c2@gate-in
        << heard c1
        << heard c2
        >> +1000 called c2@gate-in
        >> +1000 called
        """
    )
    assert player.state.calls.waiting == {}
    assert "log front grants anna: booking" in player.do("+1000 tap in anna")


def test_of_two_calls_at_one_reader_the_first_holds() -> None:
    play(
        """
        >> +2000 called c1@in c2@in
        << heard c1
        >> +2000 tap in stranger
        << log device in online
        << log badge-read c1 in tag-stranger
        << card c1 as nobody
        << answer in 1 wait
        """
    )


def test_a_registry_that_calls_without_end_is_heard_so_far() -> None:
    player = Player()
    many = tuple(Call(f"c{number}", "nowhere", 60_000) for number in range(MOST))
    player.take(CallsTold((*many, Call("late", "in", 60_000))))
    assert player.state.calls.waiting == {}


def test_in_lockdown_a_card_can_be_read_and_would_open_nothing() -> None:
    player = Player()
    for line in ("lockdown on", "called c1@in"):
        player.do(line)
    said = player.do("+1000 tap in anna")
    assert "log badge-read c1 in anna" in said
    assert not any("opens" in line or line.startswith("lease") for line in said)
