"""An evacuation holds the doors released as fire does; the core mirrors it, and explains what opens meanwhile."""

import pytest

from access.facts import Checkpoint, Fact
from access.stored import checkpoint
from access.turn import Turn
from tests.support.core_site import NINE, at, begun
from tests.support.transcript import Player, play

BARRED = """
    >> +0 evacuation on
    << log evacuation active
    >> +0 evacuation on
    >> +0 door gate opens
    << log door gate open free ~hall
    >> +0 door gate closes
    << log door gate not-open
    >> +0 evacuation off
    << log evacuation not-active
    >> +0 door gate opens
    << log door gate open forced ~hall
"""


def test_during_an_evacuation_an_opening_is_free_and_after_it_forced_again() -> None:
    play(BARRED)


def test_a_keeper_that_is_found_holding_the_latch_says_so() -> None:
    play(
        """
        >> +0 keeper k2 evacuation
        << log keeper present k2
        << log evacuation active
        >> +0 keeper k3
        << log keeper present k3
        << log evacuation not-active
        """
    )


def test_fire_that_ends_leaves_an_evacuation_as_it_is() -> None:
    player = Player()
    for line in ("evacuation on", "fire on", "fire off"):
        player.do(line)
    assert player.do("door gate opens") == ["log door gate open free ~hall"]


def test_nobody_who_passes_meanwhile_is_counted_as_gone() -> None:
    player = Player()
    for line in ("tap in anna", "door front opens", "+2000 door front closes", "evacuation on", "door front opens"):
        player.do(line)
    assert player.state.occupancy.total() == 1


@pytest.mark.parametrize("from_checkpoint", [False, True])
def test_a_restart_remembers_it(from_checkpoint: bool) -> None:
    player = Player()
    player.do("evacuation on")
    facts: list[Fact] = [effect.fact for effect in player.effects if hasattr(effect, "fact")]
    if from_checkpoint:
        facts = [checkpoint(Turn(player.state, player.now))]
        assert isinstance(facts[0], Checkpoint)
    again = begun(tuple((NINE, fact) for fact in facts), seq=player.state.seq, now=at(0))
    assert again.evacuation
    assert not again.fire
