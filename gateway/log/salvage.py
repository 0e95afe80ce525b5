"""What can still be read of a damaged log, from its end down: each row whole in itself and followed by the one above.

A row whose page cannot be read, or that was changed, is lost and named in a gap: the row above it holds the hash that
the chain goes on from. Nothing is taken on trust but the end, of which nothing says more.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, bindparam, tuple_
from sqlalchemy.exc import DBAPIError

from access.log import GENESIS, Gap, Header, Row, read_header, wrong_in_itself
from gateway.database import StoreBroken, compiled, connect_reading, driver_of
from gateway.log.rows import rows_selected
from gateway.log.shape import Hole, read_extent, read_holes
from gateway.log.tables import LogRow, table_of

BEYOND = 2**62
EPOCHS_TRIED = 1_000
UNREADABLE = (sqlite3.Error, DBAPIError, StoreBroken, OverflowError)

_log = table_of(LogRow)
_place = tuple_(_log.c.epoch, _log.c.seq)
ROWS_BELOW = compiled(
    rows_selected()
    .where(_place < tuple_(bindparam("epoch"), bindparam("below")))
    .order_by(_log.c.epoch.desc(), _log.c.seq.desc())
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a chain: the next row down is ``seq``, in this epoch at most, and ``head`` is its hash."""

    epoch: int
    seq: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """What was found down from a place, in order; then ``base`` is what the lowest part follows. ``over``: nothing is
    to be found below that.
    """

    parts: tuple[Row | Gap, ...]
    base: tuple[int, bytes]
    over: bool


class Salvage:
    """A damaged log file, read only. ``close`` it."""

    def __init__(self, path: Path, site: str) -> None:
        """Open what is there; a file that is no database at all holds nothing."""
        self._site = site
        self._connection: Connection | None = None
        self._base, self._epoch, self.holes = (0, GENESIS), 1, list[Hole]()
        with suppress(*UNREADABLE):
            self._connection = connect_reading(path)
            extent = read_extent(self._connection)
            self._base, self._epoch = (extent.base_seq, extent.base_head), extent.epoch
            self.holes = list(read_holes(self._connection, extent.base_seq))
        self._rows: Iterator[tuple[Row, Header | None]] | None = None
        self._at = Place(1, 0, GENESIS)

    def end(self) -> Row | None:
        """The last row that is whole in itself; None where there is none."""
        return next((row for row, header in self._down(self._epoch, BEYOND) if header is not None), None)

    def begin(self, place: Place) -> None:
        """Take the rows from this place down."""
        self._rows, self._at = self._down(place.epoch, place.seq + 1), place

    def take(self, most: int) -> Found:
        """So many rows more, with the gaps between them."""
        parts: list[Row | Gap] = []
        looked = 0
        for row, header in islice(self._rows or (), most):
            looked += 1
            seq, head = self._at.seq, self._at.head
            if header is None or row.seq > seq or (row.seq == seq and row.hash != head):
                continue
            if row.seq < seq:
                parts.append(Gap(row.seq + 1, seq, head))
            parts.append(row)
            self._at = Place(row.epoch, row.seq - 1, bytes.fromhex(header.prev))
        if looked == most:
            return Found(tuple(parts), (self._at.seq, self._at.head), over=False)
        bottom = self._bottom(self._at.seq, self._at.head)
        base = self._base if bottom else (self._at.seq, self._at.head)
        return Found((*parts, *bottom), base if base[0] <= self._at.seq else (0, GENESIS), over=True)

    def _bottom(self, seq: int, head: bytes) -> list[Gap]:
        """What is missing below everything that was found; nothing where the log had begun there."""
        if (seq, head) in {(0, GENESIS), self._base}:
            return []
        return [Gap(self._base[0] + 1 if self._base[0] < seq else 1, seq, head)]

    def close(self) -> None:
        """Let go of the file."""
        connection, self._connection, self._rows = self._connection, None, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _down(self, epoch: int, below: int) -> Iterator[tuple[Row, Header | None]]:
        """Every row that can be read below a number, downwards; None beside one that is not whole in itself."""
        at = (epoch, below)
        while self._connection is not None:
            try:
                for fields in driver_of(self._connection).execute(ROWS_BELOW, at):
                    row = Row(*fields)
                    if isinstance(row.epoch, int) and isinstance(row.seq, int) and (row.epoch, row.seq) < at:
                        at = (row.epoch, row.seq)
                        yield row, _whole(row, self._site)
            except UNREADABLE:
                beyond = self._beyond_damage(at)
                if beyond is None:
                    return
                at = beyond
            else:
                return

    def _beyond_damage(self, at: tuple[int, int]) -> tuple[int, int] | None:
        """The place nearest below this one from which something can be read again; None where there is none. Where the
        damage goes over an epoch's beginning, only the epoch before it leads to what lies below.
        """
        epoch, bad = at
        for lower in range(epoch, max(epoch - EPOCHS_TRIED, 0), -1):
            below = self._beyond_damage_in(lower, bad)
            if below is not None:
                return lower, below
        return None

    def _beyond_damage_in(self, epoch: int, bad: int) -> int | None:
        step = 1
        while not self._can_be_read(epoch, low := max(bad - step, 1)):
            if low == 1:
                return None
            step *= 2
        bad = max(bad - step // 2, low)
        while bad - low > 1:
            middle = (low + bad) // 2
            low, bad = (middle, bad) if self._can_be_read(epoch, middle) else (low, middle)
        return low

    def _can_be_read(self, epoch: int, below: int) -> bool:
        if self._connection is None:
            return False
        try:
            driver_of(self._connection).execute(ROWS_BELOW, (epoch, below)).fetchone()
        except UNREADABLE:
            return False
        return True


def _whole(row: Row, site: str) -> Header | None:
    """A row's header, where the row holds in itself: only what comes before it is not known yet."""
    try:
        header = read_header(row.header)
        return None if wrong_in_itself(row, header, site) else header
    except (ValueError, TypeError, AttributeError):
        return None
