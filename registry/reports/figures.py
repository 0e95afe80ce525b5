"""What was counted becomes what may be said: each table is cut once, figures are sums of blocks (access.disclosure)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from access.disclosure import LEAST, Block, Cells, Key, Partition, Population, partition
from registry.attendance.desk_visits import KINDS as HELP
from registry.attendance.visit_kinds import VISITS
from registry.reports.facts import BANDS, Facts
from registry.reports.report import Figure, Of, Report, Row, Table, Unsaid

SAID_AGES = tuple(reversed(BANDS))
KINDS = ("desk", "room", "zone")
Figures = Callable[[frozenset[Key]], tuple[Figure, ...]]
"""What a table says of some of its cells together."""


def report(facts: Facts, made_ms: int) -> Report:
    """A period's report."""
    names = {"site": dict(facts.sites), "programme": {name: one.name for name, one in facts.programmes.items()}}
    names["municipality"] = dict(facts.municipalities)
    tables = (people(facts), service(facts), helped(facts), visits(facts), use(facts), peaks(facts))
    return Report(facts.period, made_ms, names, tables)


def people(facts: Facts) -> Table:
    """People by programme, site and age, who completed, hours held and attended. One partition is for all of them: what
    is said of hours and of people of the same cells could otherwise be compared.
    """
    enrolled = {key: frozenset[str]().union(*bands.values()) for key, bands in facts.enrolled.items()}
    cells = {key: (enrolled.get(key), _attending(facts, key)) for key in _in_order(facts, {*enrolled, *facts.sessions})}
    found = partition(cells)
    counts = {key: len(enrolled.get(key, ())) for key in cells}
    attended = {key: sum(facts.attended.get(key, {}).values()) for key in cells}
    divided = {block: _ages(facts, block) for block in found.blocks}
    finished = {block: _completed(block, enrolled, facts.completed) for block in found.blocks}

    def figures(of: frozenset[Key]) -> tuple[Figure, ...]:
        blocks = found.within(of)
        ages = [
            _age(band, of, facts, None if blocks is None else [divided[one] for one in blocks]) for band in SAID_AGES
        ]
        done = UNSAID if blocks is None else _summed(finished[one] for one in blocks)
        held = sum(facts.sessions.get(key, 0) for key in of)
        return (_said(found, of, counts), *ages, done, held, _said(found, of, attended))

    columns = ("people", *(f"age{band}" for band in SAID_AGES), "completed", "delivered", "attended")
    return Table("people", ("site", "programme"), columns, tuple(_rows(cells, found, figures)))


UNSAID = Unsaid.FEW


def _in_order(facts: Facts, keys: Collection[Key]) -> list[Key]:
    """Sites by name of their id; their programmes as they come: by seats. Nothing of it depends on who is in them."""
    programmes = list(facts.programmes)
    return sorted(keys, key=lambda key: (key[0], programmes.index(key[1])))


def _attending(facts: Facts, key: Key) -> Population:
    return frozenset(facts.attended.get(key, {})) if key in facts.sessions else None


def _ages(facts: Facts, block: Block) -> tuple[Mapping[Key, int], Partition]:
    """How many of a block are of each age that its programmes have, and how that is cut."""
    bands = [facts.enrolled[key] for key in block if key in facts.enrolled]
    there = [band for band in BANDS if any(band in some for some in bands)]
    ages: dict[Key, tuple[Population, ...]] = {
        (band,): (frozenset[str]().union(*(some.get(band, ()) for some in bands)),) for band in there
    }
    return {key: len(some[0] or ()) for key, some in ages.items()}, partition(ages)


def _age(
    band: str, of: frozenset[Key], facts: Facts, blocks: Sequence[tuple[Mapping[Key, int], Partition]] | None
) -> Figure:
    if not any(band in facts.enrolled.get(key, {}) for key in of):
        return Unsaid.NONE
    if blocks is None:
        return Unsaid.FEW
    return _summed(_said(found, {(band,)}, counts) for counts, found in blocks if (band,) in counts)


def _completed(block: Block, enrolled: Mapping[Key, frozenset[str]], completed: frozenset[str]) -> Figure:
    """How many of a block completed; said only where as many as count did, and as many did not."""
    everybody = frozenset[str]().union(*(enrolled.get(key, ()) for key in block))
    sides: Cells = {("completed",): (everybody & completed,), ("not",): (everybody - completed,)}
    return _said(partition(sides), {("completed",)}, {("completed",): len(everybody & completed)})


def service(facts: Facts) -> Table:
    """Hours that Digital Angels gave, to teams and to citizens."""
    return _minutes("service", ("ledger",), "given", {(name,): some for name, some in facts.service.items()})


def visits(facts: Facts) -> Table:
    """Entries without a badge and their hours, by site and what they were for."""
    return _counted("visits", "visit", VISITS, facts.opened, facts.visits)


def helped(facts: Facts) -> Table:
    """Visits at the citizens' desk and their hours, by site and what they were for."""
    return _counted("helped", "help", HELP, tuple(facts.sites), facts.helped)


def _counted(
    name: str, axis: str, kinds: Sequence[str], sites: Sequence[str], held: Mapping[Key, Mapping[str, int]]
) -> Table:
    there: dict[Key, Mapping[str, int]] = {(site, kind): held.get((site, kind), {}) for site in sites for kind in kinds}
    cells: Cells = {key: (frozenset(f"{key}{visit}" for visit in some),) for key, some in there.items()}
    found = partition(cells)
    counts = {key: len(some) for key, some in there.items()}
    minutes = {key: sum(some.values()) for key, some in there.items()}

    def figures(of: frozenset[Key]) -> tuple[Figure, ...]:
        return _said(found, of, counts), _said(found, of, minutes)

    return Table(name, ("site", axis), ("visits", "visited"), tuple(_rows(cells, found, figures)))


def use(facts: Facts) -> Table:
    """Hours for which desks, rooms and zones were booked, and for which those who booked came.

    What was booked and not used is their difference: it is cut as well.
    """
    keys = sorted(facts.places, key=lambda key: (key[0], KINDS.index(key[1])))
    came, not_came = ({key: one.get(key, {}) for key in keys} for one in (facts.used, facts.unused))
    cells: Cells = {key: (frozenset(came[key]) | frozenset(not_came[key]),) for key in keys}
    found = partition(cells)
    booked = {key: sum(came[key].values()) + sum(not_came[key].values()) for key in keys}
    used = {block: _used([came[key] for key in block], [not_came[key] for key in block]) for block in found.blocks}

    def figures(of: frozenset[Key]) -> tuple[Figure, ...]:
        blocks = found.within(of)
        return _said(found, of, booked), UNSAID if blocks is None else _summed(used[one] for one in blocks)

    return Table("use", ("site", "place"), ("booked", "used"), tuple(_rows(cells, found, figures)))


def _used(came: Sequence[Mapping[str, int]], not_came: Sequence[Mapping[str, int]]) -> Figure:
    sides = {("used",): came, ("unused",): not_came}
    cells: Cells = {key: (frozenset[str]().union(*some),) for key, some in sides.items()}
    return _said(partition(cells), {("used",)}, {("used",): sum(sum(one.values()) for one in came)})


def peaks(facts: Facts) -> Table:
    """The most people who were at each site at once."""
    rows = [Row(Of.CELL, ((site,),), (_peak(facts.peaks.get(site, 0)),)) for site in facts.opened]
    return Table("peaks", ("site",), ("peak",), tuple(rows))


def _peak(most: int) -> Figure:
    return most if most >= LEAST else Unsaid.FEW


def _minutes(name: str, axes: tuple[str, ...], column: str, there: Mapping[Key, Mapping[str, int]]) -> Table:
    cells: Cells = {key: (frozenset(some),) for key, some in there.items()}
    found = partition(cells)
    sums = {key: sum(some.values()) for key, some in there.items()}
    return Table(name, axes, (column,), tuple(_rows(cells, found, lambda of: (_said(found, of, sums),))))


def _said(found: Partition, of: Collection[Key], values: Mapping[Key, int]) -> Figure:
    total = found.sum_of(of, values)
    return Unsaid.FEW if total is None else total


def _summed(parts: Iterable[Figure]) -> Figure:
    total = 0
    for part in parts:
        if isinstance(part, Unsaid):
            return Unsaid.FEW
        total += part
    return total


def _rows(cells: Cells, found: Partition, figures: Figures) -> Iterator[Row]:
    """A row for each cell, for what is said only together, for all of a site and of a programme, and for all."""
    keys = list(cells)
    shown = set[frozenset[Key]]()

    def row(kind: Of, some: Collection[Key]) -> Iterator[Row]:
        of = frozenset(some)
        if of and of not in shown:
            shown.add(of)
            yield Row(kind, tuple(key for key in keys if key in of), figures(of))

    for key in keys:
        yield from row(Of.CELL, [key])
    for side, kind in enumerate((Of.SITE, Of.PROGRAMME)):
        for name in dict.fromkeys(key[side] for key in keys if len(key) > 1):
            yield from row(kind, [key for key in keys if key[side] == name])
    everything = frozenset(keys)
    for block in found.joined:
        if block != everything:
            yield from row(Of.TOGETHER, block)
    yield from row(Of.ALL, keys)
