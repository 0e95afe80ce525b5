"""What the log's file is asked, and what goes from it, so that it stays within its bound (``access.room``).

Rows lie by (epoch, seq) and both rise together, so each span of numbers is one span of the table.
"""

from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, cast, delete, func, insert, literal, select, tuple_, update
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.elements import ColumnElement

from access.log import Gap, read_header
from access.room import THINNED
from gateway.database import driver_of
from gateway.log.history import CHECKPOINT_MARK
from gateway.log.shape import Hole, epoch_of, read_extent
from gateway.log.tables import BodyRow, GapRow, LogRow, MetaRow, table_of

Columns = ReadOnlyColumnCollection[str, Column[Any]]
_log, _body, _gap, _meta = (table_of(model) for model in (LogRow, BodyRow, GapRow, MetaRow))


def size_bytes(connection: Connection) -> int:
    """How much of the file is in use; what was let go of is used again before the file grows."""
    driver = driver_of(connection)
    pages, free, size = (
        driver.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def last_checkpoint(connection: Connection) -> int:
    """The number of the last checkpoint, or of the row before all that are here."""
    mark = func.instr(_log.c.header, literal(CHECKPOINT_MARK, LargeBinary))
    newest = select(_log.c.seq).where(mark > 0).order_by(_log.c.epoch.desc(), _log.c.seq.desc()).limit(1)
    found: int | None = connection.execute(newest).scalar()
    return read_extent(connection).base_seq if found is None else found


def old_up_to(connection: Connection, after: int, at_most: int, before_ms: int) -> int:
    """The last of the rows that follow ``after``, so many at most, of which none is of ``before_ms`` or later."""
    old = after
    span = rows_from(connection, after + 1)
    rows = select(_log.c.seq, _log.c.header).where(span).order_by(_log.c.epoch, _log.c.seq).limit(at_most)
    for seq, header in connection.execute(rows):
        if read_header(header).at >= before_ms:
            break
        old = seq
    return old


def oldest_after(connection: Connection, seq: int) -> int:
    """The first row beyond ``seq`` that is here; the one after the last where there is none."""
    span = rows_from(connection, seq + 1)
    found: int | None = connection.execute(
        select(_log.c.seq).where(span).order_by(_log.c.epoch, _log.c.seq).limit(1)
    ).scalar()
    return seq + 1 if found is None else found


def kinds(connection: Connection, first: int, last: int) -> list[tuple[int, str]]:
    """Number and kind of the rows of a span that are here, in order."""
    rows = select(_log.c.seq, _log.c.header).where(_span(connection, _log.c, first, last))
    found = connection.execute(rows.order_by(_log.c.epoch, _log.c.seq))
    return [(seq, read_header(header).kind) for seq, header in found]


def drop(connection: Connection, last: int, limit: int) -> None:
    """Let the log begin after ``last``, or after the gap that ``last`` lies in, as far as ``limit``."""
    holding = select(_gap.c.first, _gap.c.last).where(_gap.c.first <= last, _gap.c.last > last)
    gap = connection.execute(holding).first()
    if gap is not None:
        last = gap.last if gap.last <= limit else gap.first - 1
    base = read_extent(connection).base_seq
    head = _hash_at(connection, last)
    if last <= base or head is None:
        return
    connection.execute(delete(_body).where(_span(connection, _body.c, base + 1, last)))
    connection.execute(delete(_log).where(_span(connection, _log.c, base + 1, last)))
    connection.execute(delete(_gap).where(_gap.c.last <= last))
    connection.execute(update(_meta).values(base_seq=last, base_head=head))


def thin(connection: Connection, first: int, last: int) -> None:
    """Erase the bodies of what a checkpoint holds all of that matters."""
    gone = [seq for seq, kind in kinds(connection, first, last) if kind in THINNED]
    if gone:
        here = _span(connection, _body.c, gone[0], gone[-1])
        connection.execute(delete(_body).where(here, _body.c.seq.in_(gone)))


def hole_of(connection: Connection, first: int, last: int, at_ms: int, why: str) -> Hole | None:
    """The gap that a span leaves, joined to those that it touches; None where no row of it is here."""
    here = select(_log.c.seq).where(_span(connection, _log.c, first, last))
    end: int | None = connection.execute(here.order_by(_log.c.epoch.desc(), _log.c.seq.desc()).limit(1)).scalar()
    if end is None:
        return None
    before = connection.execute(select(_gap.c.first).where(_gap.c.last == first - 1)).scalar()
    beyond = connection.execute(select(_gap.c.last).where(_gap.c.first == end + 1)).scalar()
    end = end if beyond is None else beyond
    head = _hash_at(connection, end)
    return None if head is None else Hole(Gap(first if before is None else before, end, head), at_ms, why)


def lose(connection: Connection, hole: Hole) -> None:
    """Delete the rows of a gap, and say so in their place."""
    first, last = hole.gap.first, hole.gap.last
    connection.execute(delete(_body).where(_span(connection, _body.c, first, last)))
    connection.execute(delete(_log).where(_span(connection, _log.c, first, last)))
    connection.execute(delete(_gap).where(_gap.c.first >= first, _gap.c.last <= last))
    said = {"first": first, "last": last, "head": hole.gap.head, "at_ms": hole.at_ms, "why": hole.why}
    connection.execute(insert(_gap).values(said))


def _hash_at(connection: Connection, seq: int) -> bytes | None:
    here = (_log.c.epoch == epoch_of(connection, seq), _log.c.seq == seq)
    found: bytes | None = connection.execute(select(_log.c.hash).where(*here)).scalar()
    ends = select(cast(_gap.c.head, LargeBinary)).where(_gap.c.last == seq)
    return connection.execute(ends).scalar() if found is None else found


def rows_from(connection: Connection, first: int) -> ColumnElement[bool]:
    """Which rows are of this number or a later one."""
    return tuple_(_log.c.epoch, _log.c.seq) >= tuple_(literal(epoch_of(connection, first)), literal(first))


def _span(connection: Connection, columns: Columns, first: int, last: int) -> ColumnElement[bool]:
    place = tuple_(columns.epoch, columns.seq)
    begin = tuple_(literal(epoch_of(connection, first)), literal(first))
    end = tuple_(literal(epoch_of(connection, last)), literal(last))
    return (place >= begin) & (place <= end)
