"""What is kept of a batch that could not be stored, and what must not be."""

from hypothesis import given
from hypothesis import strategies as st

from access import events as e
from access.replica import Replica, apply
from access.stamp import Card
from gateway.log.kept import KEPT_AT_MOST, kept_of

TAP = e.Tapped("side-in", Card(b"c" * 32, "tag"))
OPEN = e.OpenAsked("front", "sara", "a visitor")
SEEN = e.KeeperSawContact("front", open=True)
TOLD = st.sampled_from([TAP, OPEN, SEEN, e.Ticked("n"), e.KeeperLost(), e.Begun("x"), e.Refused("bad-json")])


def replica(version: int) -> e.ReplicaArrived:
    return e.ReplicaArrived(apply(Replica(), "g", version, ()))


def test_what_would_open_a_door_is_given_up_and_the_rest_stays_in_order() -> None:
    assert kept_of([e.Begun("x"), SEEN, TAP, OPEN, e.Ticked("n"), e.KeeperLost()]) == (
        [e.Begun("x"), SEEN, e.KeeperLost()],
        2,
    )


def test_of_replicas_the_last_one_is_kept_in_its_place() -> None:
    first, second = replica(1), replica(2)
    assert kept_of([first, SEEN, second, e.KeeperLost()]) == ([SEEN, second, e.KeeperLost()], 0)


def test_a_confirmation_of_the_replica_is_not_kept_for_it_would_be_older_than_it_says() -> None:
    assert kept_of([e.ReplicaConfirmed(20), SEEN]) == ([SEEN], 0)


def test_of_too_many_the_oldest_go_but_never_the_runs_beginning() -> None:
    many = [e.KeeperSawExit(f"d{n}") for n in range(KEPT_AT_MOST + 9)]
    kept, given_up = kept_of([e.Begun("x"), *many])
    assert len(kept) == KEPT_AT_MOST
    assert kept[0] == e.Begun("x")
    assert kept[1:] == many[10:]
    assert given_up == 10


@given(st.lists(TOLD, max_size=30))
def test_nothing_vanishes_uncounted_and_nothing_kept_opens(said: list[e.Event]) -> None:
    kept, given_up = kept_of(said)
    ticks = sum(isinstance(event, e.Ticked) for event in said)
    assert len(kept) + given_up + ticks == len(said)
    assert not any(isinstance(event, e.Tapped | e.OpenAsked) for event in kept)
    assert kept_of(kept) == (kept, 0)
