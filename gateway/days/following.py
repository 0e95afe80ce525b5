"""Following the log for what the pages show of past days: a bounded step at a time, in a thread of the pages' process.

It reads the log on a connection of its own that writes nothing, in short looks, and so stands in no door's way. A year
of days costs a page nothing: they were folded when they came.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, literal, select

from access.codec import BadBody, decode_fact
from access.facts import Fact
from access.log import Gap, Header, Row, read_header
from gateway.database import StoreBroken, connect_reading, speaking_of
from gateway.days.fold import TAKEN, Fold, Hours, Piece, bounds, day_of, pieces
from gateway.days.store import BOOKED, DaysStore, Mark
from gateway.link.tables import RecordRow
from gateway.log.reader import Reader
from gateway.log.tables import table_of

LOG = logging.getLogger(__name__)
STEP_ROWS, STEP_BYTES = 500, 2 * 1024 * 1024
KEPT_DAYS = 400
MOST_BOOKINGS = 20_000
SPAN_OF = ("resource", "start_ms", "end_ms")
DAYS_AHEAD = 2


@dataclass(slots=True)
class Days:
    """The days of one site. ``look`` and ``look_at_bookings`` are for one thread; ``day`` and ``hours`` for any."""

    log_path: Path
    link_path: Path
    path: Path
    zone: ZoneInfo
    trouble: str = ""
    _store: DaysStore | None = None
    _reader: Reader | None = None
    _mark: Mark = field(default_factory=lambda: Mark(0, b"", Fold(ZoneInfo("UTC"))))

    def look(self) -> bool:
        """Fold what is new in the log, a bounded bit of it; whether there may be more at once."""
        try:
            more = self._step()
        except StoreBroken as error:
            if str(error) != self.trouble:
                LOG.warning("past days cannot be counted: %s", error)
            self.trouble = str(error)
            self._close()
            return False
        self.trouble = ""
        return more

    def _step(self) -> bool:
        store, reader = self._opened()
        mark = self._mark
        rows = reader.read_on(mark.seq, STEP_ROWS, STEP_BYTES)
        if not rows:
            return False
        fold = Fold(self.zone, mark.fold.at_ms, mark.fold.since_ms, mark.fold.occupancy, dict(mark.fold.open))
        for row in rows:
            _take(fold, row)
        last = rows[-1]
        seq, head = (last.seq, last.hash) if isinstance(last, Row) else (last.last, last.head)
        after = Mark(seq, head, fold)
        store.keep(after)
        fresh = day_of(fold.at_ms, self.zone) != day_of(mark.fold.at_ms, self.zone)
        self._mark = Mark(seq, head, replace(fold, pieces=[], hours={}))
        if fresh:
            store.forget_before(_days_before(day_of(fold.at_ms, self.zone), KEPT_DAYS))
        return len(rows) == STEP_ROWS

    def _opened(self) -> tuple[DaysStore, Reader]:
        """Both files; where the log is another one than was folded, what it holds is to be counted anew."""
        if self._reader is not None and self._reader.is_replaced():
            self._close()
        if self._store is None or self._reader is None:
            self._close()
            self._reader = Reader.open(self.log_path)
            self._store = DaysStore.open(self.path, self.zone)
            self._mark = self._store.mark()
            if self._mark.seq and self._reader.hash_at(self._mark.seq) != self._mark.head:
                self._begin_anew(self._store, self._reader)
        return self._store, self._reader

    def _begin_anew(self, store: DaysStore, reader: Reader) -> None:
        first = next((row for row in reader.read_on(0, STEP_ROWS, STEP_BYTES) if isinstance(row, Row)), None)
        header = None if first is None else _header(first)
        # What the log does not hold any more stays as it was counted.
        store.forget_from("9999" if header is None else day_of(header.at, self.zone))
        self._mark = Mark(0, b"", Fold(self.zone))

    def look_at_bookings(self, at_ms: int) -> None:
        """Note when what was booked, as the replica has it: of today, and of the days before that it still holds."""
        store = self._store
        if store is None:
            return
        today = day_of(at_ms, self.zone)
        first_ms = bounds(_days_before(today, 30), self.zone)[0]
        last_ms = bounds(_days_before(today, -DAYS_AHEAD), self.zone)[0]
        try:
            booked = read_booked(self.link_path, first_ms, last_ms)
            found = [one for resource, start, end in booked for one in pieces(resource, BOOKED, start, end, self.zone)]
            store.put_booked(today, found)
        except StoreBroken as error:
            LOG.warning("what is booked cannot be noted: %s", error)

    def day(self, day: str, until_ms: int) -> list[Piece]:
        """The stretches of one day; those that last, up to this moment or the last fact's. Raises StoreBroken."""
        if self._store is None:
            raise StoreBroken(self.trouble or "the log was not read yet")
        fold = self._mark.fold
        end_ms = max(fold.at_ms, until_ms)
        lasting = (
            one
            for resource, (what, since_ms) in fold.open.items()
            for one in pieces(resource, what, since_ms, end_ms, self.zone)
        )
        return [*self._store.day(day), *(one for one in lasting if one.day == day)]

    def hours(self, first: str, last: str) -> list[tuple[str, int, Hours]]:
        """The hours of these days. Raises StoreBroken."""
        if self._store is None:
            raise StoreBroken(self.trouble or "the log was not read yet")
        return self._store.hours(first, last)

    @property
    def known(self) -> tuple[int, int]:
        """From when to when anything is known, Unix ms; zeros where nothing is."""
        return self._mark.fold.since_ms, self._mark.fold.at_ms

    def _close(self) -> None:
        for held in (self._reader, self._store):
            if held is not None:
                held.close()
        self._reader = self._store = None


def _take(fold: Fold, row: Row | Gap) -> None:
    if isinstance(row, Gap):
        return fold.lost()
    header = _header(row)
    return None if header is None else fold.take(header.at, _fact(header.kind, row.body))


def _header(row: Row) -> Header | None:
    try:
        return read_header(row.header)
    except ValueError:
        return None


def _fact(kind: str, body: bytes | None) -> Fact | None:
    if body is None or kind not in TAKEN:
        return None
    try:
        return decode_fact(kind, body)
    except BadBody:
        return None


def _days_before(day: str, count: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=count)).isoformat()


def read_booked(path: Path, first_ms: int, last_ms: int) -> list[tuple[str, int, int]]:
    """What the replica has booked between two moments: (resource, from, to), and no person. Raises StoreBroken."""
    table = table_of(RecordRow)

    resource, start, end = (func.json_extract(table.c.record, literal(f"$.{name}")) for name in SPAN_OF)
    asked = select(resource, start, end).where(table.c.kind == "booking", end > first_ms, start < last_ms)
    with speaking_of(path):
        connection = connect_reading(path)
        try:
            return list(_sound(connection.execute(asked.limit(MOST_BOOKINGS))))
        finally:
            connection.close()


def _sound(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[str, int, int]]:
    for resource, start_ms, end_ms in rows:
        if isinstance(resource, str) and isinstance(start_ms, int) and isinstance(end_ms, int):
            yield resource, start_ms, end_ms
