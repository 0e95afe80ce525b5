"""What the doorkeeper, the registry's link, staff and the broker's connection tell."""

from access.effects import Append
from access.events import ReplicaArrived
from access.facts import ReplicaApplied
from access.replica import Replica
from access.step import step
from tests.support.core_site import PEOPLE_REPLICA, at, begun
from tests.support.transcript import play


def test_a_run_says_that_it_begins_and_with_what() -> None:
    play("""
        >> +0 begun hubout-1
        << log started hubout-1
    """)


def test_a_keepers_run_is_told_once_and_its_end_too() -> None:
    play("""
        >> +0 keeper k1
        >> +0 keeper-lost
        << log keeper not-present k1
        >> +0 keeper-lost
        >> +0 keeper k2 fire
        << log keeper present k2
        << log fire active
        >> +0 keeper k2
        << log fire not-active
    """)


def test_a_lines_moves_are_logged_for_the_doors_of_this_site() -> None:
    played = play("""
        >> +0 line front released lease grant=1-9
        << log line front released lease 1-9
        >> +0 line nowhere released lease
    """)
    assert played.state.doors["front"].released


def test_what_the_keeper_says_of_doors_elsewhere_changes_nothing() -> None:
    play("""
        >> +0 door nowhere opens
        >> +0 rex nowhere
        >> +0 lease-refused nowhere why grant=1-1
    """)


def test_a_later_replica_is_applied_and_told_and_an_older_one_refused() -> None:
    played = play("""
        >> +0 replica 1
        >> +0 replica 4
        << log replica g 4
        >> +0 replica 3
        >> +0 replica 4
    """)
    assert played.state.replica.version == 4
    assert played.state.refusals == {"older-replica": 1}


def test_a_registry_that_begins_anew_is_followed() -> None:
    anew = Replica("another", 1)
    state, effects = step(begun(replica=PEOPLE_REPLICA), ReplicaArrived(anew), at(0))
    assert state.replica is anew
    assert effects == (Append(1, ReplicaApplied("another", 1)),)
