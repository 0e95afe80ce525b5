"""Facts of a period as tests make them up, and what somebody knows who reads the reports made of them."""

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import strategies as st

from access.disclosure import Key
from registry.reports.facts import Facts, Programme
from registry.reports.periods import Period
from registry.reports.report import Report, Table, Unsaid

SITES = {"cinisello": "Cinisello Balsamo", "matera": "Matera"}
PROGRAMMES = {"senior": Programme("Senior", 21, 30), "lab": Programme("Lab"), "junior": Programme("Junior", 16, 20)}
FIRST = Period(2026, 1)
SIZES = st.sampled_from([0, 0, 1, 2, 3, 4, 4, 5, 5, 6, 8, 14])
"""How many are in a cell: mostly at the edge."""
Atom = tuple[str, ...]
"""People who are alike in all that a table tells of: site, programme, age, whether they completed."""
Known = dict[frozenset[Atom], int]


@st.composite
def facts(draw: st.DrawFn, period: Period = FIRST) -> Facts:
    """A period with few people here and there, of whom some attended, and some completed."""
    keys = draw(st.lists(st.sampled_from(list(product(SITES, PROGRAMMES))), min_size=1, max_size=4, unique=True))
    enrolled = dict[Key, dict[str, frozenset[str]]]()
    for site, programme in keys:
        some = {band: draw(SIZES) for band in PROGRAMMES[programme].bands}
        enrolled[site, programme] = {
            band: frozenset(f"{site}-{programme}-{band}-{n}" for n in range(many)) for band, many in some.items()
        }
    everybody = sorted(who for bands in enrolled.values() for some in bands.values() for who in some)
    share = draw(st.integers(0, 4))
    completed = frozenset(who for n, who in enumerate(everybody) if share and n % 4 < share)
    held = draw(st.lists(st.sampled_from(keys), unique=True))
    each = draw(st.integers(1, 3))
    attended: dict[Key, dict[str, int]] = {
        key: {
            who: 60 + n
            for n, who in enumerate(sorted(frozenset[str]().union(*enrolled[key].values())))
            if n % each == 0
        }
        for key in held
    }
    return Facts(period, SITES, PROGRAMMES, enrolled, completed, dict.fromkeys(held, 600), attended)


def atoms(of: Facts) -> dict[Atom, int]:
    """How many people are alike in all that a report tells of."""
    return {
        (site, programme, band, done): len(some & of.completed) if done else len(some - of.completed)
        for (site, programme), bands in of.enrolled.items()
        for band, some in bands.items()
        for done in ("completed", "")
    }


def told_of_people(report: Report, there: Mapping[Atom, int]) -> Known:
    """What a report says of how many people there are, as sums of atoms."""
    known: Known = {}
    for cells, column, figure in said(report.tables[0]):
        if column not in {"delivered", "attended"}:
            known[frozenset(atom for atom in there if atom[:2] in cells and _in(column, atom))] = figure
    return known


def told_of_hours(report: Report) -> Known:
    """What a report says of minutes attended, as sums of cells."""
    return {cells: figure for cells, column, figure in said(report.tables[0]) if column == "attended"}


def said(table: Table) -> Iterator[tuple[frozenset[Key], str, int]]:
    """The figures of a table that are said: of which cells, in which column."""
    for row in table.rows:
        for column, figure in zip(table.columns, row.figures, strict=True):
            if not isinstance(figure, Unsaid):
                yield frozenset(row.cells), column, figure


def _in(column: str, atom: Atom) -> bool:
    if column.startswith("age"):
        return atom[2] == column.removeprefix("age")
    return column == "people" or atom[3] == column


def small(there: Mapping[Atom, int], least: int) -> list[frozenset[Atom]]:
    """Every margin of a table that fewer than ``least`` are in."""
    found = set[frozenset[Atom]]()
    for sides in product((False, True), repeat=4):
        sums: dict[Atom, set[Atom]] = {}
        for atom in there:
            sums.setdefault(tuple(x for x, kept in zip(atom, sides, strict=True) if kept), set()).add(atom)
        found |= {frozenset(some) for some in sums.values()}
    return [some for some in found if sum(there[atom] for atom in some) < least]
