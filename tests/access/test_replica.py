"""A replica is exactly one version of the registry's, its indexes follow from its records, and it never goes back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.diary import Diary, around
from access.records import RECORD_KINDS, Badge, Booking, Closure, Elsewhere, Opening, Pass, Person, Record
from access.replica import Change, Drop, Put, Replica, ReplicaRefused, apply, table
from access.staff import Staff
from tests.support.core_site import PEOPLE, badge, card, person, replica_of

IDS = st.sampled_from(["1", "2", "3", "4"])
WHO = st.sampled_from(["anna", "bruno"])
CARDS = st.lists(st.sampled_from([b"x", b"y"]), min_size=1, max_size=2).map(tuple)
BADGES = st.builds(Badge, IDS, WHO, CARDS, revoked=st.booleans())
RECORDS: st.SearchStrategy[Record] = st.one_of(
    BADGES,
    BADGES,
    BADGES,
    st.builds(Person, IDS, st.just("name"), st.just(frozenset({"hall"}))),
    st.builds(
        lambda i, who, desk, start: Booking(i, who, "hall", desk, start, start + 5), IDS, WHO, IDS, st.integers(0, 20)
    ),
    st.builds(
        lambda i, group, start: Booking(i, "", "hall", "1", start, start + 5, group=group), IDS, WHO, st.integers(0, 20)
    ),
    st.builds(lambda i, who, start: Pass(i, who, frozenset({"hall"}), start, start + 5), IDS, WHO, st.integers(0, 20)),
    st.builds(Elsewhere, WHO, st.just("cinisello"), st.integers(0, 20)),
    st.builds(Closure, IDS, st.integers(0, 3), st.integers(4, 9), st.just("why")),
    st.builds(Opening, IDS, st.integers(0, 6), st.just(0), st.just(60)),
    st.builds(Staff, IDS, WHO, WHO, st.just("operator"), st.just("$argon2id$")),
)
KINDS = st.sampled_from(sorted(RECORD_KINDS))
CHANGES = st.lists(RECORDS.map(Put) | BADGES.map(Put) | BADGES.map(Put) | st.builds(Drop, KINDS, IDS), max_size=25)
REACHED = dict.fromkeys(
    ("dropped", "replaced", "shared card", "nobody's card", "moved booking", "passes", "a group's"), 0
)


def _naive_owner(credential: bytes, badges: Sequence[Badge]) -> Badge | None:
    held = sorted((one for one in badges if credential in one.credentials), key=lambda one: one.id)
    used = [one for one in held if not one.revoked]
    REACHED["shared card"] += len(held) > 1
    if len({one.person for one in used}) > 1:
        REACHED["nobody's card"] += 1
        return None
    return next(iter(used or held), None)


def _check(replica: Replica) -> None:
    """Hold every index equal to what a scan over the records gives."""
    badges = tuple(replica.badges.values())
    credentials = {one for held in badges for one in held.credentials}
    owners = {one: owner for one in credentials if (owner := _naive_owner(one, badges)) is not None}
    assert dict(replica.badge_of) == owners
    _check_index(replica.of_holder, replica.bookings.values(), "holder")
    _check_index(replica.of_resource, replica.bookings.values(), "resource")
    _check_index(replica.passes_of, replica.passes.values(), "person")


def _check_index(index: Mapping[str, Diary[Any]], records: Iterable[Any], name: str) -> None:
    held = list(records)
    keys = {getattr(one, name) for one in held}
    assert set(index) == keys
    for key in keys:
        wanted = [one for one in held if getattr(one, name) == key]
        assert index[key].bookings == tuple(sorted(wanted, key=lambda one: (one.start_ms, one.id)))
        REACHED["passes"] += name == "person"
        REACHED["a group's"] += name == "holder" and any(one.group for one in wanted)


def _note(changes: Sequence[Change]) -> None:
    put: dict[tuple[type, str], Record] = {}
    for change in changes:
        if isinstance(change, Put):
            before = put.get((type(change.record), change.record.id))
            REACHED["replaced"] += before is not None
            REACHED["moved booking"] += isinstance(before, Booking) and before != change.record
            put[type(change.record), change.record.id] = change.record
        else:
            REACHED["dropped"] += any(ident == change.id for _, ident in put)


@given(CHANGES, st.lists(st.integers(1, 6), min_size=1, max_size=8))
def test_any_split_of_changes_into_steps_is_the_same_replica(changes: list[Change], sizes: list[int]) -> None:
    whole = apply(Replica(), "g", 99, changes)
    _note(changes)
    stepped, rest, version = Replica(), list(changes), 1
    for size in [*sizes, len(rest)]:
        step, rest = rest[:size], rest[size:]
        stepped, version = apply(stepped, "g", version, step), version + 1
        _check(stepped)
    assert apply(stepped, "g", 99, ()) == whole


@given(CHANGES)
def test_the_replica_before_a_step_is_left_as_it_was(changes: list[Change]) -> None:
    before = replica_of(*PEOPLE)
    apply(before, "g", 2, changes)
    assert before == replica_of(*PEOPLE)


@given(CHANGES)
def test_a_snapshot_of_a_replicas_records_is_that_replica(changes: list[Change]) -> None:
    replica = apply(Replica(), "g", 1, changes)
    again = apply(Replica(), "g", 1, map(Put, replica.records()))
    assert {again.badge_of[key] for key in again.badge_of} == {replica.badge_of[key] for key in replica.badge_of}
    assert again.of_holder == replica.of_holder
    assert again.bookings == replica.bookings


def test_the_changes_reached_every_case() -> None:
    if not all(REACHED.values()):
        test_any_split_of_changes_into_steps_is_the_same_replica()
    assert all(REACHED.values()), REACHED


def test_versions_never_go_back() -> None:
    with pytest.raises(ReplicaRefused, match="version 6 is older than 7"):
        apply(replica_of(version=7), "g", 6, ())
    assert apply(replica_of(version=7), "g", 7, ()).version == 7


def test_another_generation_needs_a_snapshot() -> None:
    with pytest.raises(ReplicaRefused, match="another generation"):
        apply(replica_of(version=7), "h", 8, ())
    assert apply(Replica(), "h", 8, ()).generation == "h"


def test_a_revoked_badge_gives_its_card_to_the_one_in_use() -> None:
    old, new = badge("old", "anna", revoked=True), Badge("new", "bruno", (card("old"),))
    assert replica_of(old).badge_of[card("old")] == old
    assert replica_of(new, old).badge_of[card("old")] == new
    assert apply(replica_of(new, old), "g", 2, [Drop("badge", "new")]).badge_of[card("old")] == old


def test_a_card_that_two_people_use_is_nobodys() -> None:
    both = replica_of(badge("card", "anna"), Badge("other", "bruno", (card("card"),)))
    assert card("card") not in both.badge_of
    assert apply(both, "g", 2, [Drop("badge", "other")]).badge_of[card("card")].person == "anna"


def test_a_card_that_one_person_has_twice_is_theirs() -> None:
    twice = replica_of(Badge("b", "anna", (card("card"),)), Badge("a", "anna", (card("card"),)))
    assert twice.badge_of[card("card")].id == "a"


def test_what_many_records_name_is_one_object() -> None:
    def word(*letters: str) -> str:
        return "".join(letters)

    start_ms = int("1780297200000")
    first, second = (
        Booking(str(n), word("an", "na"), word("ha", "ll"), word("d", "1"), start_ms + n - n, start_ms + n + 5)
        for n in range(2)
    )
    people = (Person(str(n), "name", frozenset({word("ha", "ll")})) for n in range(2))
    replica = replica_of(first, second, *people, Badge("b", word("an", "na"), ()))
    held = replica.bookings
    assert held["0"].person is held["1"].person is replica.badges["b"].person
    assert held["0"].zone is held["1"].zone
    assert held["0"].start_ms is held["1"].start_ms
    assert replica.persons["0"].zones is replica.persons["1"].zones
    assert (held["0"], held["1"]) == (first, second)


def test_what_was_never_there_can_be_dropped() -> None:
    assert apply(Replica(), "g", 1, [Drop("booking", "x"), Drop("badge", "x")]).version == 1


def test_tables_are_found_by_kind() -> None:
    assert table(replica_of(person("anna")), "person") == {"anna": person("anna")}


def test_a_booking_that_moves_to_another_person_leaves_the_first() -> None:
    first = Booking("k", "anna", "hall", "d", 0, 5)
    moved = apply(replica_of(first), "g", 2, [Put(Booking("k", "bruno", "hall", "d", 0, 5))])
    assert around(moved.of_holder.get("anna"), 0, 0) == ()
    assert [one.id for one in around(moved.of_holder["bruno"], 0, 0)] == ["k"]
