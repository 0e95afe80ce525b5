"""The end of the day, the checkpoint, and what time alone does."""

from dataclasses import replace

from access.effects import Append
from access.events import Ticked
from access.facts import Checkpoint, DayClosed, Left, Refusals
from access.step import next_deadline, step
from access.timed import close_day, is_due
from access.turn import Turn
from tests.support.core_site import NINE, at, begun, rome
from tests.support.transcript import Player, play

FOUR_MS = rome("2026-06-02 04:00") - NINE


def _closing(player: Player) -> list[str]:
    return [line for line in player.do("tick") if "day-closed" in line or "checkpoint" in line]


def test_at_four_whoever_has_not_left_is_closed_by_system() -> None:
    player = Player()
    for line in ("tap in anna", "+500 door front opens", "+1000 tap in bruno"):
        player.do(line)
    player.mono_ms = FOUR_MS - 1
    assert _closing(player) == []
    player.mono_ms += 1
    closing = _closing(player)
    assert closing[0] == "log day-closed ~anna ~bruno"
    assert closing[1].startswith("log checkpoint")
    assert player.state.occupancy.total() == 0
    assert player.state.day_ends_ms == rome("2026-06-03 04:00")
    assert _closing(player) == []


def test_a_day_of_nobody_leaves_only_its_checkpoint() -> None:
    turn = Turn(begun(), at(FOUR_MS))
    close_day(turn)
    assert [type(effect.fact) for effect in turn.effects if isinstance(effect, Append)] == [Checkpoint]


def test_a_day_that_was_only_estimated_is_closed_too() -> None:
    turn = Turn(begun(), at(FOUR_MS))
    turn.log(Left("front", "hall", ""))
    close_day(turn)
    assert [type(effect.fact) for effect in turn.effects if isinstance(effect, Append)] == [Left, DayClosed, Checkpoint]
    assert not turn.occupancy.estimated


def test_a_clock_that_nobody_trusts_ends_no_day() -> None:
    player = Player()
    player.mono_ms, player.trusted = FOUR_MS + 5_000, False
    assert _closing(player) == []
    assert not is_due(next_deadline(player.state), player.now)
    player.trusted = True
    assert is_due(next_deadline(player.state), player.now)
    assert len(_closing(player)) == 2


def test_refused_messages_are_told_at_most_once_a_minute_and_kept_meanwhile() -> None:
    player = Player(show="tally")
    assert player.do("refused bad-json") == ["tally bad-json=1"]
    assert player.do("+1000 tick") == ["log refused-messages {'bad-json': 1}", "tally"]
    assert player.do("refused bad-json") == ["tally bad-json=1"]
    assert player.do("+59000 tick") == []
    assert player.do("refused bad-json") == ["tally bad-json=2"]
    assert player.do("+1000 tick") == ["log refused-messages {'bad-json': 2}", "tally"]


def test_refusals_of_an_earlier_run_are_told_at_the_first_tick() -> None:
    state = replace(begun(), refusals={"bad-json": 7})
    _, effects = step(state, Ticked("n"), at(0))
    assert Append(1, Refusals({"bad-json": 7})) in effects


def test_beacons_go_out_every_five_seconds() -> None:
    play(
        """
        >> +4999 tick
        >> +1 tick
        << beacon n3
        >> +5000 tick
        << beacon n4
        """,
        show="beacon",
    )


def test_the_core_asks_for_its_next_tick_on_each_clock() -> None:
    player = Player()
    assert next_deadline(player.state).mono_ms == 1_000
    assert next_deadline(player.state).day_ms is None
    assert next_deadline(player.state).wall_ms == rome("2026-06-02 02:00")
    player.mono_ms = rome("2026-06-02 02:00") - NINE
    player.do("tick")
    assert next_deadline(player.state).wall_ms == rome("2026-06-02 04:00")
    player.do("presence s3 yes")
    player.do("+10 presence s3 no")
    assert next_deadline(player.state).day_ms == player.mono_ms + 300_000


def test_a_deadline_is_due_when_one_of_its_moments_has_come() -> None:
    player = Player()
    deadline = next_deadline(player.state)
    assert not is_due(deadline, at(999))
    assert is_due(deadline, at(1_000))
    player.do("presence s3 yes")
    player.do("presence s3 no")
    player.mono_ms = 300_000
    player.do("tick")
    later = next_deadline(player.state)
    assert not is_due(later, at(300_500))


def test_a_door_held_open_is_a_deadline_too() -> None:
    player = Player()
    player.do("tick")
    player.do("+500 door front opens")
    player.mono_ms = 30_000
    player.do("tick")
    assert next_deadline(player.state).mono_ms == 30_500
