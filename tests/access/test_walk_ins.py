"""Walk-ins in the core: a free desk is given, door and desks go by it, a restart knows it, the replica stays."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.clock import HOUR_MS, MINUTE_MS, Now
from access.desk import DeskShown, Use
from access.effects import Append
from access.events import CheckpointAsked, ReplicaArrived, WalkInAsked
from access.facts import Fact, WalkedIn
from access.plan import desks_at
from access.records import Booking, Closure, Opening
from access.replica import Put, Replica, apply
from access.state import SiteState
from access.step import step
from access.stored import begin
from access.walk_ins import MOST_WALK_INS, REFUSED, may_have, with_walk_ins
from tests.support.core_site import NINE, ROME, begun
from tests.support.live_site import NINE_MS, NOW, booking, desk_uses, fresh, replica
from tests.support.transcript import play

UNTIL = NINE_MS + HOUR_MS
ASKED = WalkInAsked("w1", "p1", "d01", UNTIL, "Paola")
GIVEN = WalkedIn("w1", "p1", "sala", "d01", NINE_MS, UNTIL, "Paola")


def site(held: Replica | None = None, **uses: Use) -> SiteState:
    state = fresh(held=held)
    return replace(state, desks={**state.desks, **desk_uses(d01=Use.VACANT, d02=Use.VACANT), **desk_uses(**uses)})


def told(state: SiteState, asked: WalkInAsked = ASKED, now: Now = NOW) -> tuple[SiteState, list[Fact]]:
    after, effects = step(state, asked, now)
    return after, [one.fact for one in effects if isinstance(one, Append)]


def shown(state: SiteState, at_ms: int = NINE_MS) -> DeskShown:
    held = with_walk_ins(state.replica, state.walk_ins, at_ms)
    return desks_at(held, {"d01": Use.VACANT}, at_ms, frozenset(), frozenset(), zone=ROME, lies_in={})["d01"].shown


def test_a_free_desk_is_given_logged_and_held_by_them_until_its_end() -> None:
    after, facts = told(site())
    assert facts == [GIVEN]
    assert [shown(after), shown(after, UNTIL)] == [DeskShown.BOOKED, DeskShown.FREE]
    diary = with_walk_ins(after.replica, after.walk_ins, NINE_MS).of_holder["p1"]
    assert [one.id for one in diary.bookings] == ["w1"]


def test_the_replica_stays_the_registrys_own() -> None:
    before = site()
    after, _ = told(before)
    assert after.replica is before.replica
    assert with_walk_ins(after.replica, {}, NINE_MS) is after.replica
    assert with_walk_ins(after.replica, after.walk_ins, UNTIL) is after.replica


@pytest.mark.parametrize(
    "held",
    [
        replica(booking("d01", "p2", NINE_MS - HOUR_MS, NINE_MS + HOUR_MS)),
        replica(booking("d01", "p2", UNTIL - MINUTE_MS, UNTIL + HOUR_MS)),
        apply(replica(), "g1", 413, [Put(Closure("c", NINE_MS - 1, UNTIL, "rotta", resource="d01"))]),
        apply(replica(), "g1", 413, [Put(Opening("o", 6, 0, 60, resource="sala"))]),
        apply(replica(), "g1", 413, [Put(replace(replica().persons["p1"], suspended=True))]),
        apply(replica(), "g1", 413, [Put(replace(replica().persons["p1"], zones=frozenset({"lab"})))]),
        apply(replica(), "g1", 413, [Put(replace(replica().persons["p1"], training_due_ms=NINE_MS))]),
        apply(replica(), "g1", 413, [Put(replace(replica().persons["p1"], valid_until_ms=NINE_MS))]),
        apply(replica(), "g1", 413, [Put(Booking("w1", "p1", "sala", "d02", NINE_MS, UNTIL))]),
    ],
    ids=["booked", "booked-soon", "broken", "zone-rests", "suspended", "another-zone", "untrained", "ended", "known"],
)
def test_a_desk_that_is_not_free_or_not_for_them_is_not_given(held: Replica) -> None:
    after, facts = told(site(held))
    assert (facts, after.refusals.get(REFUSED), after.walk_ins) == ([], 1, {})


@pytest.mark.parametrize(
    "asked",
    [
        replace(ASKED, desk="d99"),
        replace(ASKED, person="nobody"),
        replace(ASKED, until_ms=NINE_MS),
        replace(ASKED, until_ms=NINE_MS + 2 * HOUR_MS + 1),
        replace(ASKED, desk="d03"),
    ],
    ids=["no-desk", "no-person", "over", "too-long", "unknown-use"],
)
def test_what_makes_no_sense_is_counted_and_changes_nothing(asked: WalkInAsked) -> None:
    after, facts = told(site(), asked)
    assert (facts, after.refusals.get(REFUSED)) == ([], 1)


def test_an_occupied_desk_and_an_unsure_clock_give_none() -> None:
    assert told(site(d01=Use.OCCUPIED))[1] == []
    unsure = replace(NOW, unsure_ms=HOUR_MS)
    assert told(site(), now=unsure)[1] == []


def test_a_desk_that_was_given_is_not_given_again() -> None:
    after, _ = told(site())
    assert told(after, replace(ASKED, booking="w2", person="p2"))[1] == []
    assert told(after, replace(ASKED, booking="w3", person="p2", desk="d02"))[1] != []


def test_there_are_not_too_many() -> None:
    many = {f"w{n}x": Booking(f"w{n}x", "p2", "sala", "d08", NINE_MS, UNTIL) for n in range(MOST_WALK_INS)}
    assert told(replace(site(), walk_ins=many))[1] == []


def test_when_the_registry_has_it_it_is_the_sites_own_no_more() -> None:
    after, _ = told(site())
    theirs = apply(after.replica, "g1", 413, [Put(Booking("w1", "p1", "sala", "d01", NINE_MS, UNTIL))])
    arrived, _ = step(after, ReplicaArrived(theirs), NOW)
    assert with_walk_ins(arrived.replica, arrived.walk_ins, NINE_MS) is arrived.replica


def test_a_restart_knows_it_from_its_fact_and_from_a_checkpoint() -> None:
    after, facts = told(site())
    _, effects = step(after, CheckpointAsked(), NOW)
    stored = [one.fact for one in effects if isinstance(one, Append)]
    for history in (facts, stored, [*facts, *stored]):
        logged = ((NINE_MS, fact) for fact in history)
        again = begin(after.site, after.replica, 1, 9, logged, {}, {}, NOW)
        assert again.walk_ins == after.walk_ins


@given(st.integers(0, 3 * HOUR_MS), st.integers(0, 3 * HOUR_MS), st.integers(1, 3 * HOUR_MS))
def test_no_walk_in_ever_overlaps_a_booking_of_its_desk(until_ms: int, start_ms: int, length_ms: int) -> None:
    theirs = booking("d01", "p2", NINE_MS + start_ms, NINE_MS + start_ms + length_ms)
    _, facts = told(site(replica(theirs)), replace(ASKED, until_ms=NINE_MS + until_ms))
    given_now = [one for one in facts if isinstance(one, WalkedIn)]
    assert all(one.end_ms <= theirs.start_ms for one in given_now)
    assert bool(given_now) == (0 < until_ms <= min(start_ms, 2 * HOUR_MS))


def test_who_may_have_a_desk_is_asked_before_too() -> None:
    person = replica().persons["p1"]
    assert may_have(person, "sala", NINE_MS)
    assert not may_have(replace(person, valid_from_ms=NINE_MS + 1), "sala", NINE_MS)


def test_the_door_lets_them_in_on_it_and_not_after_its_end() -> None:
    given_ms = Booking("w1", "carla", "hall", "d1", NINE, NINE + HOUR_MS)
    play(
        """
        >> +0 tap in carla
        << log device in online
        << log front grants carla: booking
        << lease front 3000 for 1-3 of k1
        << answer in 1 granted known
        """,
        replace(begun(), walk_ins={"w1": given_ms}),
    )
    over = replace(given_ms, start_ms=NINE - HOUR_MS, end_ms=NINE)
    play(
        """
        >> +0 tap in carla
        << log device in online
        << log front refuses carla: too-early
        << answer in 1 denied known
        """,
        replace(begun(), walk_ins={"w1": over}),
    )
