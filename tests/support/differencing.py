"""An attacker: whoever knows sums of some unknowns, none of them negative, and asks what another sum can be.

Exact linear programming over fractions (the two-phase simplex with Bland's rule), which no rounding can deceive. What
whole numbers can be lies within what is found.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

Atom = TypeVar("Atom", bound=Hashable)
Row = list[Fraction]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a sum can be at least and at most (None: anything)."""

    least: Fraction
    most: Fraction | None

    @property
    def known(self) -> bool:
        """Whether it can be one number alone."""
        return self.least == self.most


def bounds(said: Mapping[frozenset[Atom], int], of: Iterable[Atom]) -> Bounds:
    """What the sum of these atoms can be, for whoever was told each of those sums."""
    wanted = frozenset(of)
    atoms = sorted(frozenset[Atom]().union(wanted, *said), key=repr)
    rows = _independent(
        [[Fraction(atom in some) for atom in atoms] + [Fraction(value)] for some, value in said.items()]
    )
    costs = [Fraction(atom in wanted) for atom in atoms]
    least = _greatest(rows, [-cost for cost in costs])
    assert least is not None, "no sum is negative without end"
    return Bounds(-least, _greatest(rows, costs))


def _independent(rows: Sequence[Row]) -> list[Row]:
    """The same sums without those that follow from the others, each with its value last, and none negative."""
    kept: list[Row] = []
    for row in rows:
        rest = list(row)
        for other in kept:
            lead = next(j for j, value in enumerate(other) if value)
            if rest[lead]:
                factor = rest[lead] / other[lead]
                rest = [value - factor * known for value, known in zip(rest, other, strict=True)]
        if any(rest[:-1]):
            kept.append(rest)
        else:
            assert not rest[-1], "these sums contradict one another"
    return [row if row[-1] >= 0 else [-value for value in row] for row in kept]


def _greatest(rows: Sequence[Row], costs: Row) -> Fraction | None:
    """The greatest costs·x with these sums and x at least 0; None: there is none. What is asked can be so."""
    n, m = len(costs), len(rows)
    table = [[*row[:-1], *(Fraction(i == j) for j in range(m)), row[-1]] for i, row in enumerate(rows)]
    basis = [n + i for i in range(m)]
    ahead = [Fraction(0)] * n + [Fraction(-1)] * m
    assert _climbed(table, basis, ahead, n + m) == 0, "these sums contradict one another"
    for i, column in enumerate(basis):
        if column >= n:
            entering = next((j for j in range(n) if table[i][j]), None)
            if entering is not None:
                _pivot(table, basis, i, entering)
    kept = [i for i, column in enumerate(basis) if column < n]
    table = [[*table[i][:n], table[i][-1]] for i in kept]
    return _climbed(table, [basis[i] for i in kept], costs, n)


def _climbed(table: list[Row], basis: list[int], costs: Row, width: int) -> Fraction | None:
    while True:
        gains = [costs[j] - sum(costs[c] * row[j] for c, row in zip(basis, table, strict=True)) for j in range(width)]
        entering = next((j for j, gain in enumerate(gains) if gain > 0), None)
        if entering is None:
            return sum((costs[c] * row[-1] for c, row in zip(basis, table, strict=True)), Fraction(0))
        limits = [(row[-1] / row[entering], basis[i], i) for i, row in enumerate(table) if row[entering] > 0]
        if not limits:
            return None
        _pivot(table, basis, min(limits)[2], entering)


def _pivot(table: list[Row], basis: list[int], leaving: int, entering: int) -> None:
    by = table[leaving][entering]
    table[leaving] = [value / by for value in table[leaving]]
    for i, row in enumerate(table):
        if i != leaving and row[entering]:
            factor = row[entering]
            table[i] = [value - factor * other for value, other in zip(row, table[leaving], strict=True)]
    basis[leaving] = entering
