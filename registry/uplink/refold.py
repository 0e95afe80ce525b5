"""What the registry knew at an earlier row of a site's log, told from the log itself: there a new branch grows out."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, bindparam, func, insert, or_, select

from access.facts import Checkpoint
from access.log import Row, read_header
from registry.prepared import Prepared
from registry.sites.overview import Overview
from registry.tables import core as t
from registry.uplink.folding import Folded, fold_rows, loaded
from registry.uplink.histories import Histories, Part

PAGE = 1_000
AT_ONCE = 500


def hashes(connection: Connection, site: str, numbers: Collection[int]) -> dict[tuple[int, int], bytes]:
    """The hashes of a site's rows of these numbers, in whatever branch, by (epoch, seq)."""
    wanted = sorted(numbers)[:AT_ONCE]
    if not wanted:
        return {}
    size = 1 << (len(wanted) - 1).bit_length()
    wanted += wanted[-1:] * (size - len(wanted))
    rows, gone = _among(size)
    asked = {"site": site, **{f"of_{index}": one for index, one in enumerate(wanted)}}
    found = {(epoch, seq): sha256(bytes(header)).digest() for epoch, seq, header in rows.on(connection, asked)}
    return found | {(epoch, last): bytes(head) for epoch, last, head in gone.on(connection, asked)}


@cache
def _among(size: int) -> tuple[Prepared, Prepared]:
    """What asks for rows, and for gaps, of so many numbers: gateways greet often where the line is bad."""
    e, g, numbers = t.event.c, t.gap.c, [bindparam(f"of_{index}", type_=BigInteger) for index in range(size)]
    rows = select(e.epoch, e.seq, e.header).where(e.site == bindparam("site"), e.seq.in_(numbers))
    gone = select(g.epoch, g.last, g.head).where(g.site == bindparam("site"), g.last.in_(numbers))
    return Prepared(rows), Prepared(gone)


def standing_at(connection: Connection, site: str, held: Histories, part: Part) -> Folded:
    """The folds up to ``part``: as they are kept, or folded from the last checkpoint before it.

    What no checkpoint holds, as which devices are online, is then what the branch says of it last.
    """
    b = t.branch.c
    kept = connection.execute(select(t.branch).where(b.site == site, b.epoch == part.base_epoch)).one()
    folded = loaded(kept.occupancy, kept.overview, kept.last_event_ms, kept.poisoned, gapped=kept.gapped)
    if kept.seq == part.base_seq:
        return folded
    if part.base_seq == 0:
        return Folded()
    rows = _rows_of(site, held, part)
    start = _last_checkpoint(connection, rows)
    found = _fold_from(connection, rows, start, _seed(folded) if start else Folded())
    return replace(found, gapped=_gap_since(connection, site, held, part, start))


def _gap_since(connection: Connection, site: str, held: Histories, part: Part, start: int) -> bool:
    """Whether rows between ``start`` and ``part`` are no more."""
    g = t.gap.c
    pieces = held.line(part.base_epoch, part.base_seq)
    within = or_(*((g.epoch == own) & (g.first > max(after, start)) & (g.first <= upto) for own, after, upto in pieces))
    return connection.execute(select(g.first).where(g.site == site, within).limit(1)).scalar() is not None


def _rows_of(site: str, held: Histories, part: Part) -> ColumnElement[bool]:
    """Which rows of the event table make the log up to ``part``."""
    e = t.event.c
    pieces = held.line(part.base_epoch, part.base_seq)
    return and_(
        e.site == site, or_(*(and_(e.epoch == own, e.seq > after, e.seq <= upto) for own, after, upto in pieces))
    )


def _last_checkpoint(connection: Connection, rows: ColumnElement[bool]) -> int:
    """The number of the last one that can be read; 0 where there is none."""
    e = t.event.c
    can_be_read = (e.kind == Checkpoint.KIND) & e.poison.is_(False) & e.body.is_not(None)
    found: int | None = connection.execute(select(func.max(e.seq)).where(rows, can_be_read)).scalar()
    return found or 0


def _seed(folded: Folded) -> Folded:
    looks = folded.overview
    kept = Overview(devices=looks.devices, keeper=looks.keeper, doubted=looks.doubted)
    return Folded(overview=replace(kept, generation=looks.generation, version=looks.version))


def _fold_from(connection: Connection, rows: ColumnElement[bool], start: int, folded: Folded) -> Folded:
    e = t.event.c
    before = select(func.count()).where(rows, e.seq < start, e.poison.is_(True))
    folded = replace(folded, poisoned=connection.execute(before).scalar_one())
    for page in _pages(connection, rows, start):
        folded, _ = fold_rows(folded, page)
    return folded


def _pages(connection: Connection, rows: ColumnElement[bool], start: int) -> Iterator[list[Row]]:
    e, after = t.event.c, start - 1
    while True:
        page = select(e.epoch, e.seq, e.header, e.salt, e.body).where(rows, e.seq > after).order_by(e.seq).limit(PAGE)
        found = [
            Row(row.epoch, row.seq, bytes(row.header), b"", row.salt, row.body) for row in connection.execute(page)
        ]
        if not found:
            return
        yield found
        after = found[-1].seq


def epoch_said(connection: Connection, site: str, part: Part) -> int:
    """The epoch that the row at a branch's base says; 0 where it is not here."""
    e = t.event.c
    here = (e.site == site) & (e.epoch == part.base_epoch) & (e.seq == part.base_seq)
    header = connection.execute(select(e.header).where(here)).scalar()
    return 0 if header is None else read_header(bytes(header)).epoch


def carry_visits(connection: Connection, site: str, epoch: int, folded: Folded) -> None:
    """Take the visits that last where a new branch grows out over into it: there they end on their own."""
    v = t.visit.c
    lasting = sorted(folded.occupancy.visits)[:AT_ONCE]
    found = select(t.visit).where(v.site == site, v.epoch < epoch, v.id.in_(lasting)).order_by(v.epoch)
    newest = {row.id: row for row in connection.execute(found)}
    carried = {"epoch": epoch, "end_ms": None, "ended_by": "", "end_seq": None}
    if newest:
        connection.execute(insert(t.visit), [{**row._asdict(), **carried} for row in newest.values()])
