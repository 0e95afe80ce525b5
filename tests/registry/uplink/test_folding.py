"""Folding a batch of rows: projections as the core folds them, and poison that changes none."""

import json

import pytest

from access import occupancy
from access.facts import DayClosed, DeskMoved, DoorMoved, Entered, Fact, Left, Started
from access.log import Row
from registry.uplink.folding import Folded, dumped, fold_rows, loaded
from tests.support.log_rows import START_MS, raw_rows, rows_of

ANNA, BRUNO = Entered("anna", "front", "hall", "1-1"), Entered("bruno", "front", "lab", "1-2", True)


def folded(*facts: Fact) -> Folded:
    return fold_rows(Folded(), rows_of(*facts))[0]


@pytest.mark.parametrize(
    ("facts", "stays"),
    [
        ((), []),
        ((Started("1"),), []),
        ((ANNA,), ["anna"]),
        ((ANNA, BRUNO), ["anna", "bruno"]),
        ((ANNA, BRUNO, Left("front", "hall", "", "anna")), ["bruno"]),
        ((ANNA, Left("front", "hall", "")), ["anna"]),
        ((ANNA, BRUNO, DayClosed(("anna", "bruno"))), []),
    ],
)
def test_occupancy_is_the_cores_own_fold(facts: tuple[Fact, ...], stays: list[str]) -> None:
    expected = occupancy.Occupancy()
    for number, fact in enumerate(facts, 1):
        expected = occupancy.fold(expected, fact, START_MS + number * 1_000)
    after = folded(*facts)
    assert after.occupancy == expected
    assert sorted(after.occupancy.stays) == stays
    assert after.last_event_ms == (START_MS + len(facts) * 1_000 if facts else None)


def test_a_batch_cut_anywhere_folds_alike() -> None:
    rows = rows_of(ANNA, BRUNO, DoorMoved("front", True, "forced"), DeskMoved("d1", "occupied"), ANNA)
    whole, told = fold_rows(Folded(), rows)
    for cut in range(len(rows) + 1):
        first, before = fold_rows(Folded(), rows[:cut])
        second, after = fold_rows(first, rows[cut:])
        assert (second, (*before, *after)) == (whole, told)


def test_what_is_stored_is_what_is_loaded() -> None:
    after = folded(ANNA, BRUNO, DoorMoved("front", True, "forced"), DeskMoved("d1", "occupied"))
    assert loaded(*dumped(after), after.last_event_ms, after.poisoned) == after
    for text in dumped(after):
        json.loads(text)


def test_a_poison_row_counts_and_changes_no_projection() -> None:
    body = ("entered", b'{"person":1}')
    whole, told = fold_rows(Folded(), raw_rows([("started", b'{"software":"1"}'), body]))
    assert [one.poison for one in told] == [False, True]
    assert (whole.poisoned, whole.occupancy) == (1, occupancy.Occupancy())
    assert whole.last_event_ms == START_MS + 1_000


def test_an_erased_row_is_no_poison_and_says_when_it_was() -> None:
    (row,) = rows_of(ANNA)
    erased = Row(row.epoch, row.seq, row.header, row.hash, None, None)
    whole, told = fold_rows(Folded(), [erased])
    assert (told[0].poison, told[0].kind, whole.poisoned) == (False, "entered", 0)
    assert (whole.last_event_ms, whole.occupancy) == (START_MS + 1_000, occupancy.Occupancy())


def test_each_row_keeps_its_kind_and_time() -> None:
    _, told = fold_rows(Folded(), rows_of(Started("1"), ANNA))
    assert [(one.kind, one.at_ms) for one in told] == [("started", START_MS + 1_000), ("entered", START_MS + 2_000)]
