"""What may be said of many (access.disclosure), against an attacker who solves for everything that is left out."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.disclosure import LEAST, Block, Key, Partition, Population, partition, people_of
from tests.support.differencing import bounds

Table = Mapping[Key, int]
SMALL = st.sampled_from([0, 0, 1, 2, 3, 4, 4, 5, 5, 6, 7, 9, 23])
"""Sizes of cells: mostly at the edge."""


def people(table: Table) -> dict[Key, tuple[Population]]:
    """So many in each cell, each person in one."""
    return {key: (frozenset(f"{key}-{n}" for n in range(many)),) for key, many in table.items()}


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Cells of sites, programmes and ages, of which some cannot have anybody."""
    sizes = [draw(st.integers(1, most)) for most in (2, 2, 3)]
    keys = [tuple(f"{n}" for n in key) for key in product(*(range(size) for size in sizes))]
    chosen = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=len(keys), unique=True))
    return {key: draw(SMALL) for key in chosen}


def margins(keys: Mapping[Key, object]) -> Iterator[frozenset[Key]]:
    """The cells and all the sums of a table that anybody could show: along every choice of its sides."""
    for sides in product((False, True), repeat=len(next(iter(keys)))):
        sums = defaultdict[Key, set[Key]](set)
        for key in keys:
            sums[tuple(name for name, is_kept in zip(key, sides, strict=True) if is_kept)].add(key)
        yield from map(frozenset, sums.values())


def published(table: Table, found: Partition) -> dict[frozenset[Key], int]:
    """Every margin that may be said, and each block."""
    sums = ((cells, found.sum_of(cells, table)) for cells in {*margins(table), *found.blocks})
    return {cells: said for cells, said in sums if said is not None}


def told(table: Table, said: Mapping[frozenset[Key], int]) -> list[frozenset[Key]]:
    """The sums of fewer than LEAST that an attacker knows, or knows to be under LEAST."""
    few = [cells for cells in margins(table) if sum(table[key] for key in cells) < LEAST]
    reached = [(cells, bounds(said, cells)) for cells in few]
    return [cells for cells, found in reached if found.known or (found.most is not None and found.most < LEAST)]


@settings(max_examples=80, deadline=None)
@given(tables())
def test_nobody_who_is_told_all_that_may_be_said_knows_of_a_few(table: Table) -> None:
    said = published(table, partition(people(table)))
    assert all(value >= LEAST for value in said.values())
    assert told(table, said) == []


MOST = 14
HIDDEN: Table = {
    ("cinisello", "junior"): 9,
    ("cinisello", "senior"): 12,
    ("matera", "junior"): 3,
    ("matera", "senior"): 14,
}


def test_the_attacker_finds_what_is_left_out_alone() -> None:
    """Only the cell of three is not said, and all the sums are."""
    said = {cells: sum(HIDDEN[key] for key in cells) for cells in margins(HIDDEN)}
    alone = {cells: value for cells, value in said.items() if value >= LEAST}
    assert told(HIDDEN, alone) == [frozenset({("matera", "junior")})]
    assert told(HIDDEN, published(HIDDEN, partition(people(HIDDEN)))) == []


@settings(max_examples=40, deadline=None)
@given(tables())
def test_the_attacker_gains_by_each_small_sum_that_is_said_as_well(table: Table) -> None:
    said = published(table, partition(people(table)))
    small = [cells for cells in margins(table) if sum(table[key] for key in cells) < LEAST]
    for cells in small[:1]:
        assert cells in told(table, {**said, cells: sum(table[key] for key in cells)})


def test_a_zero_that_is_shown_tells_of_its_neighbours() -> None:
    table: Table = {("a",): 0, ("b",): 4, ("c",): 1}
    said = published(table, partition(people(table)))
    assert told(table, said) == []
    assert frozenset({("b",)}) in told(table, {**said, frozenset({("a",)}): 0, frozenset({("a",), ("c",)}): 1})


SHAPES = (
    (("a",), ("b",)),
    (("a",), ("b",), ("c",)),
    (("a", "1"), ("a", "2"), ("b", "1")),
    (("a", "1"), ("a", "2"), ("b", "1"), ("b", "2")),
)


@pytest.mark.parametrize("keys", SHAPES, ids=str)
def test_whoever_knows_the_method_as_well_cannot_tell_a_joined_cell_from_none_or_from_all(
    keys: tuple[Key, ...],
) -> None:
    """Every table of so many people is tried, and those are compared of which the same is published."""
    fits = defaultdict[tuple[tuple[Block, int], ...], list[Table]](list)
    for counts in product(range(MOST + 1), repeat=len(keys)):
        table = dict(zip(keys, counts, strict=True))
        if sum(counts) <= MOST:
            blocks = partition(people(table)).blocks
            fits[tuple((block, sum(table[key] for key in block)) for block in blocks)].append(table)
    joined = [
        (some, key, total) for said, some in fits.items() for block, total in said for key in block if block != {key}
    ]
    for some, key, total in joined:
        assert {0, total} <= {table[key] for table in some}
    assert len(joined) >= 10 * len(keys)


@pytest.mark.parametrize(
    ("table", "blocks"),
    [
        ({("a",): 5}, [{("a",)}]),
        ({("a",): 4}, []),
        ({("a",): 2, ("b",): 2}, []),
        ({}, []),
        ({("a",): 9, ("b",): 5, ("c",): 4}, [{("a",)}, {("b",), ("c",)}]),
        ({("a",): 5, ("b",): 5, ("c",): 5}, [{("a",)}, {("b",)}, {("c",)}]),
        ({("a",): 4, ("b",): 5, ("c",): 9}, [{("a",), ("b",), ("c",)}]),
        ({("a", "1"): 4, ("a", "2"): 40, ("b", "1"): 5}, [{("a", "1"), ("a", "2")}, {("b", "1")}]),
        ({("a", "1"): 9, ("a", "2"): 40, ("b", "1"): 4}, [{("a", "1"), ("a", "2"), ("b", "1")}]),
        ({("b", "1"): 9, ("a", "2"): 6, ("a", "1"): 5}, [{("b", "1")}, {("a", "2")}, {("a", "1")}]),
    ],
)
def test_a_table_is_cut_where_both_sides_have_enough(table: Table, blocks: list[set[Key]]) -> None:
    assert list(partition(people(table)).blocks) == [frozenset(block) for block in blocks]


def test_a_block_has_enough_people_of_each_population_and_counts_each_person_once() -> None:
    many, few = frozenset("abcdefgh"), frozenset("abcd")
    assert partition({("x",): (many, few)}).blocks == ()
    twice: dict[Key, tuple[Population, ...]] = {("x",): (few,), ("y",): (few,)}
    assert partition(twice).blocks == ()
    other: dict[Key, tuple[Population, ...]] = {("x",): (few,), ("y",): (frozenset("de"),)}
    assert partition(other).blocks == (frozenset({("x",), ("y",)}),)
    assert people_of([("x",), ("y",)], other) == (frozenset("abcde"),)


def test_what_everybody_knows_to_be_nobody_needs_no_others() -> None:
    many = frozenset("abcdefgh")
    cells: dict[Key, tuple[Population, ...]] = {("x",): (many, None), ("y",): (many, many)}
    assert len(partition(cells).blocks) == 2
    assert people_of([("x",)], cells) == (many, None)


def test_a_sum_is_said_of_whole_blocks_alone() -> None:
    table: Table = {("a",): 9, ("b",): 5, ("c",): 4}
    found = partition(people(table))
    joined: Block = frozenset({("b",), ("c",)})
    assert found.joined == (joined,)
    assert found.sum_of([("a",), ("b",), ("c",)], table) == 18
    assert found.sum_of(joined, table) == 9
    assert found.sum_of([("a",), ("b",)], table) is None
    assert found.sum_of([], table) is None
    assert found.within(table) == (frozenset({("a",)}), joined)
