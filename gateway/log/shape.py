"""Which rows a log file holds: where it begins, which are no more, and in which epochs the others are.

``seq`` follows through the whole file, and its rows lie by (epoch, seq): so a row is found by its number once its epoch
is known.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)

from access.log import GENESIS, Gap
from gateway.database import compiled, driver_of
from gateway.log.tables import GapRow, LogRow, MetaRow, table_of

BEFORE_GAPS = 1
"""The layout that had neither gaps nor a base: a copy of such a log is read as it is."""
BEYOND_EPOCHS = 2**63 - 1
NOT_KEPT = "kept no longer"

_log, _meta, _gap = (table_of(model) for model in (LogRow, MetaRow, GapRow))

EPOCH_BELOW = compiled(select(func.max(_log.c.epoch)).where(_log.c.epoch < bindparam("below")))
FIRST_OF = compiled(
    select(func.coalesce(cast(func.min(_log.c.seq), Integer), literal_column("0"))).where(
        _log.c.epoch == bindparam("epoch")
    )
)


def _number(column: Column[int]) -> ColumnElement[int]:
    """Whatever a damaged file holds there, as a number, for the chain to judge."""
    return func.coalesce(cast(column, Integer), literal_column("0"))


def _bytes(column: Column[bytes]) -> ColumnElement[bytes]:
    return func.coalesce(cast(column, LargeBinary), literal_column("x''"))


SELECT_LAYOUT = compiled(select(_number(_meta.c.layout)))
SELECT_EXTENT = compiled(select(_meta.c.site, _number(_meta.c.epoch), _number(_meta.c.layout)))
SELECT_BASE = compiled(select(_number(_meta.c.base_seq), _bytes(_meta.c.base_head)))
SELECT_HOLES = compiled(
    select(_number(_gap.c.first), _number(_gap.c.last), _bytes(_gap.c.head), _gap.c.at_ms, _gap.c.why)
    .where(_gap.c.last > bindparam("after"))
    .order_by(_gap.c.first)
)


@dataclass(frozen=True, slots=True)
class Hole:
    """Rows that are no more, since when (Unix ms; 0: not known), and why."""

    gap: Gap
    at_ms: int
    why: str


@dataclass(frozen=True, slots=True)
class Extent:
    """Whose log a file is, in which epoch, and the number and hash of the row after which it begins."""

    site: str = ""
    epoch: int = 1
    base_seq: int = 0
    base_head: bytes = GENESIS


def read_extent(connection: Connection) -> Extent:
    """What the file says of itself; a new one says nothing yet."""
    driver = driver_of(connection)
    said = driver.execute(SELECT_EXTENT).fetchone()
    if said is None:
        return Extent()
    site, epoch, layout = said
    if layout <= BEFORE_GAPS:
        return Extent(site, epoch)
    return Extent(site, epoch, *(driver.execute(SELECT_BASE).fetchone() or ()))


def read_holes(connection: Connection, after_seq: int) -> Iterator[Hole]:
    """What is no more beyond ``after_seq``, in order, and only as much of it as lies beyond: the beginning of the log
    first, where it was let go.
    """
    driver = driver_of(connection)
    said = driver.execute(SELECT_LAYOUT).fetchone()
    if said is None or said[0] <= BEFORE_GAPS:
        return
    extent = read_extent(connection)
    if extent.base_seq > after_seq:
        yield Hole(Gap(after_seq + 1, extent.base_seq, extent.base_head), 0, NOT_KEPT)
    for first, last, head, at_ms, why in driver.execute(SELECT_HOLES, (max(after_seq, extent.base_seq),)):
        yield Hole(Gap(max(first, after_seq + 1), last, head), at_ms, why)


def epoch_of(connection: Connection, seq: int) -> int:
    """The epoch that row ``seq`` is in, if it is here."""
    return Epochs(connection).of(seq)


class Epochs:
    """In which epochs the rows of a file are, as of one moment: each is looked for once, and the last one first."""

    def __init__(self, connection: Connection) -> None:
        self._driver = driver_of(connection)
        self._known: list[tuple[int, int]] = []

    def of(self, seq: int) -> int:
        """The epoch that row ``seq`` is in, if it is here: the last one that does not begin beyond it, or the first."""
        epoch = 0
        for epoch, first in self._backwards():  # noqa: B007 -- the last one that was looked at is the answer
            if first <= seq:
                break
        return epoch

    def _backwards(self) -> Iterator[tuple[int, int]]:
        """Each epoch and its first row."""
        yield from self._known
        below = self._known[-1][0] if self._known else BEYOND_EPOCHS
        while (epoch := self._driver.execute(EPOCH_BELOW, (below,)).fetchone()[0]) is not None:
            below, first = epoch, self._driver.execute(FIRST_OF, (epoch,)).fetchone()[0]
            self._known.append((epoch, first))
            yield epoch, first


def read_tail(connection: Connection) -> tuple[int, bytes]:
    """Number and hash of the last row, or of the end of what is no more; (0, GENESIS) of an empty log."""
    extent = read_extent(connection)
    ends = [(extent.base_seq, extent.base_head)]
    row = connection.execute(
        select(_log.c.seq, _log.c.hash).order_by(_log.c.epoch.desc(), _log.c.seq.desc()).limit(1)
    ).first()
    ends += [] if row is None else [(row.seq, row.hash)]
    ends += [(hole.gap.last, hole.gap.head) for hole in read_holes(connection, ends[-1][0])]
    return max(ends, key=lambda end: end[0])
