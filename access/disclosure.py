"""What may be said of many without saying anything of a few (P7): which sums of a table can be published.

The method is local recoding under a minimum frequency rule (L. Willenborg and T. de Waal, *Elements of Statistical
Disclosure Control*, Springer 2001, chapters 1 and 6; A. Hundepool and others, *Statistical Disclosure Control*, Wiley
2012, chapter 4). A cell of fewer than ``LEAST`` people is not said (primary suppression), and neither are those that
it is joined with (secondary suppression). What results is a *partition*: blocks of cells, disjoint, of ``LEAST`` people
or more each. A sum is said only where it is that of whole blocks.

**How cells are joined.** All of a table is one block to begin with. It is cut where its keys first differ, the first
name from the others, if both sides have enough people; then each side is cut in the same way, until nothing can be cut
any more. Where the cuts lie is known beforehand: it follows from the order of the keys, which must not depend on who
is in them. Put what is expected to be large first.

**Why that holds against every combination.** Whatever is said is a sum of blocks, so whoever adds, subtracts and
compares all of it knows at best each block's sum. Let a block have several cells and the sum S. If all S were in any
one of its cells and nobody in the others, no cut would differ: those around the block look at sums that have not
changed, and within it every cut would have an empty side. So of each of its cells, whoever knows all that is said *and
this method* cannot tell whether it is 0 or S, which is ``LEAST`` or more: it is neither known nor known to be small.
The same goes for every sum of cells that cuts a block. Which margins, sub-tables or totals are shown does not matter.

**Zeros** are cells of fewer than ``LEAST`` people and treated as such: a zero that is shown tells that nobody is there,
and makes what its neighbours may be narrower. What cannot have anybody (a programme that is not held at a site) is no
cell at all.

**Quantities** (hours) go with their people: a cell has the people behind each quantity, a *population*, and a block
must have enough of each. Populations of two cells may share people, who count once. None stands for a population that
is empty for everybody to know (no session was held yet): it protects nobody.

**Finer divisions** of a block (by age, by who completed) are partitions of its own people. Of two of them that cross,
the cells of the crossing are never said, and each can be as large as the smaller of its margins.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

LEAST = 5
"""Fewer people than these are not spoken of (domain, rules: funder report)."""

Key = tuple[str, ...]
"""Names a cell from the general to the particular: a site, a programme of it. All of a table's are as long."""
Population = frozenset[str] | None
"""Whoever stands behind a quantity of a cell; None: it is known to everybody that there is nobody."""
Cells = Mapping[Key, Sequence[Population]]
"""A table: its cells in the order in which they are cut, each with as many populations."""
Block = frozenset[Key]
"""Cells that are said only together."""


@dataclass(frozen=True, slots=True)
class Partition:
    """A table's cells in blocks, in order; none where even all together are too few: then nothing is said."""

    blocks: tuple[Block, ...]

    def within(self, cells: Iterable[Key]) -> tuple[Block, ...] | None:
        """The blocks that these cells are exactly; None where they cut one, or are none, so that nothing is said."""
        wanted = frozenset(cells)
        whole = tuple(block for block in self.blocks if block <= wanted)
        return whole if wanted and frozenset[Key]().union(*whole) == wanted else None

    def sum_of(self, cells: Collection[Key], values: Mapping[Key, int]) -> int | None:
        """What may be said of these cells together; None: nothing."""
        return None if self.within(cells) is None else sum(values[cell] for cell in cells)

    @property
    def joined(self) -> tuple[Block, ...]:
        """The blocks of several cells."""
        return tuple(block for block in self.blocks if len(block) > 1)


def partition(cells: Cells, least: int = LEAST) -> Partition:
    """The blocks of a table, each of ``least`` people or more of every population."""
    keys = tuple(cells)
    return Partition(tuple(_cut(keys, 0, cells, least)) if keys and _enough(keys, cells, least) else ())


def _cut(keys: Sequence[Key], depth: int, cells: Cells, least: int) -> Iterator[Block]:
    """The blocks of keys that are alike before ``depth``."""
    first = [key for key in keys if key[: depth + 1] == keys[0][: depth + 1]]
    rest = [key for key in keys if key[: depth + 1] != keys[0][: depth + 1]]
    if len(keys) == 1:
        yield frozenset(keys)
    elif not rest:
        yield from _cut(first, depth + 1, cells, least)
    elif _enough(first, cells, least) and _enough(rest, cells, least):
        yield from _cut(first, depth + 1, cells, least)
        yield from _cut(rest, depth, cells, least)
    else:
        yield frozenset(keys)


def people_of(keys: Iterable[Key], cells: Cells) -> tuple[Population, ...]:
    """The populations of several cells together, each person once."""
    return tuple(_together(some) for some in zip(*(cells[key] for key in keys), strict=True))


def _together(some: Iterable[Population]) -> Population:
    known = [one for one in some if one is not None]
    return frozenset[str]().union(*known) if known else None


def _enough(keys: Iterable[Key], cells: Cells, least: int) -> bool:
    return all(people is None or len(people) >= least for people in people_of(keys, cells))
