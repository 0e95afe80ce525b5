"""Barred before the replica says so, until it does: by the lane, by staff, after a restart (guarantees D9, S10)."""

from dataclasses import replace

from access import denials
from access.denials import Denial, Origin
from access.events import DenialsTold, DenyAsked, ReplicaArrived
from access.facts import DenialLifted, Denied
from access.reasons import Reason
from access.replica import Put, Replica, apply
from tests.support.barred import facts, people, playing, reason, revoked
from tests.support.core_site import PEOPLE, badge, begun, person, replica_of
from tests.support.transcript import play


def test_the_lane_bars_at_once_and_the_version_that_says_so_lifts_it() -> None:
    play(
        """
        >> +2000 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        >> told-denied badge anna 7
        << log denied badge anna lane g 7
        >> +2000 tap in anna
        << log front refuses anna: denied
        << answer in 2 denied known
        >> +2000 tap in anna-two
        << log front grants anna: booking
        << lease front 3000 for 1-6 of k1
        << answer in 3 granted known
        """,
        begun(replica=people()),
    )


def test_no_older_version_lifts_a_denial_and_the_one_it_names_does() -> None:
    player = playing()
    player.do("told-denied badge anna 7")
    player.take(ReplicaArrived(people(version=6)))
    assert reason(player) == Reason.DENIED
    player.take(ReplicaArrived(people(version=5)))
    assert reason(player) == Reason.DENIED
    player.take(ReplicaArrived(people(version=7)))
    assert reason(player) == Reason.BOOKING
    assert facts(player)[-1] == DenialLifted("badge", "anna")
    assert player.state.denials == {}


def test_a_person_a_booking_and_a_pass_are_barred_each_by_itself() -> None:
    player = playing()
    player.do("told-denied booking anna-nine 7")
    assert [reason(player, who) for who in ("anna", "bruno")] == [Reason.NO_BOOKING, Reason.BOOKING]
    player.do("told-denied person anna 8")
    assert [reason(player, who) for who in ("anna", "anna-two", "bruno")] == ["denied", "denied", "booking"]


def test_what_the_replica_refuses_itself_or_does_not_hold_is_no_news() -> None:
    player = playing(replica=revoked(5))
    for line in ("badge anna 7", "badge nobody 8", "person ghost 9", "closure c 9", "badge bruno 5", "badge bruno 4"):
        player.do(f"told-denied {line}")
    assert player.state.denials == {}
    assert facts(player) == []


def test_said_again_it_is_no_news_and_a_later_one_lasts_longer() -> None:
    player = playing()
    for version in (7, 7, 6, 9):
        player.do(f"told-denied badge anna {version}")
    assert [fact.version for fact in facts(player) if isinstance(fact, Denied)] == [7, 9]
    player.take(ReplicaArrived(people(version=8)))
    assert reason(player) == Reason.DENIED


def test_staff_bar_a_badge_with_their_name_until_the_registry_has_revoked_it() -> None:
    player = playing()
    player.take(DenyAsked("anna", "sara", "lost"))
    assert facts(player) == [Denied("badge", "anna", "staff", "g", 5, "sara", "lost")]
    for version in (5, 6, 90):
        player.take(ReplicaArrived(people(version=version)))
        assert reason(player) == Reason.DENIED
    player.take(ReplicaArrived(revoked(91)))
    assert facts(player)[-1] == DenialLifted("badge", "anna")
    assert reason(player) == Reason.BADGE_REVOKED


def test_staff_bar_all_badges_of_a_person_at_once() -> None:
    player = playing(replica=people(replace(badge("anna-two"), person="anna")))
    player.take(DenyAsked("", "sara", "left", "anna"))
    assert facts(player) == [Denied("badge", one, "staff", "g", 5, "sara", "left") for one in ("anna", "anna-two")]
    assert [reason(player, who) for who in ("anna", "anna-two", "bruno")] == ["denied", "denied", "booking"]
    player.take(DenyAsked("", "sara", "left", "ghost"))
    assert len(facts(player)) == 2


def test_the_lane_does_not_shorten_what_staff_said_and_staff_outlast_the_lane() -> None:
    player = playing()
    player.do("told-denied badge bruno 7")
    for name in ("anna", "bruno", "bruno"):
        player.take(DenyAsked(name, "sara", "lost"))
    player.do("told-denied badge anna 7")
    player.take(ReplicaArrived(people(version=8)))
    assert [reason(player, name) for name in ("anna", "bruno")] == [Reason.DENIED, Reason.DENIED]
    assert [str(one.origin) for one in player.state.denials.values()] == ["staff", "staff"]


def test_a_badge_that_staff_barred_and_the_registry_forgot_is_gone_for_it() -> None:
    player = playing()
    player.take(DenyAsked("anna", "sara", "lost"))
    without = [one for one in PEOPLE if one != badge("anna")]
    player.take(ReplicaArrived(apply(Replica(), "g", 6, map(Put, without))))
    assert player.state.denials == {}
    assert reason(player) == Reason.UNKNOWN_BADGE


def test_a_restored_registry_gives_no_revoked_badge_back_and_is_told_of_it() -> None:
    """Staff said that its history begins anew; it forgot the revocation, and this site did not (S10)."""
    player = playing(replica=revoked(9))
    player.take(ReplicaArrived(people(version=2, generation="new")))
    assert facts(player)[-1] == Denied("badge", "anna", "restored", "new", 2)
    assert reason(player) == Reason.DENIED
    player.take(ReplicaArrived(revoked(3, "new")))
    assert facts(player)[-1] == DenialLifted("badge", "anna")


def test_in_a_new_history_badges_that_were_barred_stay_so_and_other_denials_are_over() -> None:
    player = playing()
    for line in ("badge anna 9", "person bruno 9", "booking carla-half 9"):
        player.do(f"told-denied {line}")
    player.take(ReplicaArrived(people(version=2, generation="new")))
    assert [one.name for one in player.state.denials.values()] == ["badge/anna"]
    assert [reason(player, name) for name in ("anna", "bruno")] == [Reason.DENIED, Reason.BOOKING]


def test_the_lane_of_a_new_history_bars_before_its_snapshot_has_come() -> None:
    player = playing()
    player.do("told-denied badge anna 3 generation=new")
    player.take(ReplicaArrived(people(version=6)))
    assert reason(player) == Reason.DENIED
    player.take(ReplicaArrived(people(version=4, generation="new")))
    assert reason(player) == Reason.BOOKING


def test_so_many_denials_are_held_and_what_is_beyond_is_counted() -> None:
    names = [f"p{number}" for number in range(denials.MOST + 3)]
    player = playing(replica=replica_of(*(person(name) for name in names), version=5))
    told = tuple(Denial("person", name, Origin.LANE, "g", 7) for name in names)
    player.take(DenialsTold(told))
    assert len(player.state.denials) == denials.MOST
    assert player.state.refusals["denials-full"] == 3
    player.take(DenialsTold((replace(told[0], version=8),)))
    assert player.state.denials["person", "p0"].version == 8


def test_leaving_is_nobodys_to_deny() -> None:
    player = playing()
    player.take(DenyAsked("anna", "sara", "lost"))
    said = player.do("+2000 tap gate-out anna")
    assert "log gate grants anna: leaving" in said
    assert any(line.startswith("lease gate") for line in said)
