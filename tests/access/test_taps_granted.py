"""What a grant does beyond counting: pulses, a keeper that is away, staff's own opening, lockdown, changed rights."""

from dataclasses import replace

from access.effects import Append, Lease
from access.facts import Judged
from access.records import Badge
from access.replica import Drop, Put, apply
from tests.support.core_site import PEOPLE_REPLICA, begun, card
from tests.support.transcript import play


def test_some_people_need_longer() -> None:
    play("""
        >> +0 tap in bruno
        << log device in online
        << log front grants bruno: booking
        << lease front 6000 for 1-3 of k1
        << answer in 1 granted known
        >> +11000 door front opens
        << log door front open grant
        << log entered bruno front hall 1-3 not-estimated
    """)


def test_nobody_gets_more_than_the_lease_allows() -> None:
    site = begun().site
    slow = replace(site, doors={**site.doors, "front": replace(site.doors["front"], pulse_ms=8_000)})
    played = play("", begun(site=slow))
    played.do("tap in bruno")
    assert [effect.pulse_ms for effect in played.effects if isinstance(effect, Lease)] == [10_000]


def test_without_a_keeper_a_grant_lapses_and_the_reader_says_wait() -> None:
    play("""
        >> +0 keeper-lost
        << log keeper not-present k1
        >> +0 keeper-lost
        >> +0 tap in anna
        << log device in online
        << log front grants anna: booking
        << log grant-lapsed 1-4 front the doorkeeper does not answer, so the lock cannot be driven
        << answer in 1 wait known
        >> +0 keeper k2
        << log keeper present k2
        >> +1500 tap in anna
        << log front grants anna: booking
        << lease front 3000 for 1-7 of k2
        << answer in 2 granted known
    """)


def test_an_unbooked_badge_is_refused_and_told_only_what_it_may_know() -> None:
    play("""
        >> +0 tap in carla
        << log device in online
        << log front refuses carla: too-early
        << answer in 1 denied known
        >> +1000 tap in stranger
        << log front refuses tag-stranger: unknown-badge
        << answer in 2 denied
        >> +1000 tap in orphan
        << log front refuses tag-orphan: unknown-badge
        << answer in 3 denied
    """)


def test_staff_open_by_hand_and_nobody_is_counted() -> None:
    played = play("""
        >> +0 open front
        << log front grants sara: override
        << lease front 3000 for 1-2 of k1
        >> +1000 door front opens
        << log door front open override ~hall
        >> +0 open nowhere
        >> +0 open free
        << log free grants sara: override
    """)
    assert not played.state.occupancy.stays
    assert "hall" in played.state.occupancy.estimated


def test_an_opening_by_hand_is_no_forced_door_and_lets_those_in_who_tapped() -> None:
    play("""
        >> +0 open gate
        << log gate grants sara: override
        << lease gate 3000 for 1-2 of k1
        >> +500 tap gate-in anna
        << log device gate-in online
        << log gate grants anna: booking
        << lease gate 3000 for 1-4 of k1
        << answer gate-in 1 granted known
        >> +500 door gate opens
        << log door gate open override ~hall
        << log entered anna gate hall 1-4 not-estimated
    """)


def test_an_opening_by_hand_without_a_keeper_is_expected_no_more() -> None:
    play("""
        >> +0 keeper-lost
        << log keeper not-present k1
        >> +0 open gate
        << log gate grants sara: override
        << log grant-lapsed 1-3 gate the doorkeeper does not answer, so the lock cannot be driven
        >> +1000 door gate opens
        << log door gate open forced ~hall
    """)


def test_lockdown_refuses_everybody_and_is_told_once() -> None:
    play("""
        >> +0 lockdown on
        << log lockdown active sara drill
        >> +0 lockdown on
        >> +0 tap in sara
        << log device in online
        << log front refuses sara: lockdown
        << answer in 1 denied known
        >> +1000 tap out sara
        << log device out online
        << log front grants sara: leaving
        << log left front hall sara
        << answer out 1 granted
        >> +0 open front
        << log front grants sara: override
        << lease front 3000 for 1-8 of k1
        >> +0 lockdown off
        << log lockdown not-active sara drill
        >> +1000 tap in sara
        << log front grants sara: standing
        << lease front 3000 for 1-10 of k1
        << answer in 2 granted known
    """)


def test_a_device_that_is_no_reader_lets_nobody_in() -> None:
    played = play("""
        >> +0 tap s1 anna
    """)
    assert played.state.refusals == {"not-a-reader": 1}


def test_every_step_of_rights_counts_from_the_next_tap_on() -> None:
    revoked = apply(PEOPLE_REPLICA, "g", 2, [Put(Badge("anna", "anna", (card("anna"),), revoked=True))])
    dropped = apply(PEOPLE_REPLICA, "g", 2, [Drop("badge", "anna")])
    reasons = []
    for replica in (PEOPLE_REPLICA, revoked, dropped):
        played = play("", begun(replica=replica))
        played.do("tap in anna")
        reasons += [e.fact.reason for e in played.effects if isinstance(e, Append) and isinstance(e.fact, Judged)]
    assert reasons == ["booking", "badge-revoked", "unknown-badge"]
