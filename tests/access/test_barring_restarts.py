"""Who was barred is barred after a restart, an old copy lets nobody in, a signed file is taken once (D9, S10)."""

import pytest

from access.denials import Denial, Origin
from access.events import DenyAsked, ReplicaArrived, RevocationsTold
from access.facts import DenialLifted, Denied, RevocationsRead
from access.reasons import Reason
from access.state import SiteState
from access.stored import checkpoint
from access.turn import Turn
from tests.support.barred import facts, history, people, playing, reason, revoked
from tests.support.core_site import NINE, at, begun


@pytest.mark.parametrize("by_checkpoint", [False, True])
def test_after_a_restart_all_is_barred_that_was(by_checkpoint: bool) -> None:
    player = playing()
    player.do("told-denied person bruno 9")
    player.do("told-denied badge carla 6")
    player.take(DenyAsked("anna", "sara", "lost"))
    player.take(ReplicaArrived(people(version=8)))
    told = ((NINE, checkpoint(Turn(player.state, player.now))),) if by_checkpoint else history(player)
    again = playing(told, people(version=8))
    assert again.state.denials == player.state.denials
    assert set(again.state.denials) == {("person", "bruno"), ("badge", "anna")}
    assert [reason(again, name) for name in ("anna", "bruno", "sara")] == ["denied", "denied", "standing"]


def test_what_was_answered_while_nobody_ran_is_lifted_at_the_start() -> None:
    player = playing()
    player.do("told-denied badge anna 7")
    again = playing(history(player), people(version=7))
    again.do("begun v2")
    assert facts(again) == [DenialLifted("badge", "anna")]
    assert reason(again) == Reason.BOOKING


def test_a_replica_put_back_from_an_old_copy_lets_nobody_in_until_a_later_one_comes() -> None:
    player = playing()
    player.take(ReplicaArrived(revoked(9)))
    again = playing(history(player), people(version=5))
    assert reason(again) == Reason.UNKNOWN_BADGE
    again.take(ReplicaArrived(people(version=8)))
    assert reason(again) == Reason.UNKNOWN_BADGE
    assert again.state.refusals["older-replica"] == 1
    again.take(ReplicaArrived(revoked(9)))
    assert [reason(again, name) for name in ("anna", "bruno")] == [Reason.BADGE_REVOKED, Reason.BOOKING]


def test_a_replica_of_a_new_history_is_taken_at_a_start_whatever_its_number() -> None:
    player = playing()
    player.take(ReplicaArrived(people(version=9)))
    assert reason(playing(history(player), people(version=2, generation="new"))) == Reason.BOOKING


def file_of(version: int, *names: str, generation: str = "g") -> RevocationsTold:
    """A signed file that was read."""
    listed = tuple(Denial("badge", name, Origin.USB, generation, version) for name in names)
    return RevocationsTold(generation, version, listed, "sara")


def test_a_signed_file_is_taken_once_and_none_that_is_older() -> None:
    player = playing()
    for told in (file_of(9, "anna"), file_of(9, "anna", "bruno"), file_of(8, "bruno")):
        player.take(told)
    assert facts(player) == [Denied("badge", "anna", "usb", "g", 9), RevocationsRead("g", 9, 1, "sara")]
    assert player.state.refusals["older-revocations"] == 2
    player.take(file_of(10, "bruno"))
    assert [reason(player, name) for name in ("anna", "bruno")] == [Reason.DENIED, Reason.DENIED]


def test_which_file_was_taken_last_is_known_after_a_restart() -> None:
    player = playing()
    player.take(file_of(9, "anna"))
    for told in (history(player), ((NINE, checkpoint(Turn(player.state, player.now))),)):
        again = playing(told)
        again.take(file_of(9, "bruno"))
        assert again.state.refusals["older-revocations"] == 1
        assert again.state.revocations == ("g", 9)


def test_a_checkpoint_of_before_denials_is_read() -> None:
    state: SiteState = begun()
    stored = checkpoint(Turn(state, at(0)))
    for name in ("denials", "revocations", "applied"):
        del stored.site[name]
    again = begun(((NINE, stored),))
    assert (again.denials, again.revocations) == ({}, ("", 0))
