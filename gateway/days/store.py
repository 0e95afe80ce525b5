"""The days' own file (``gateway.days.tables``), which the pages write beside the log and never in its way."""

import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as upsert

from access import occupancy as occ
from gateway.database import StoreBroken, connect, driver_of, make_tables, speaking_of
from gateway.days.fold import Fold, Hours, Piece
from gateway.days.tables import LAYOUT, DaysTable, HourRow, MarkRow, PieceRow
from gateway.log.tables import table_of

LOG = logging.getLogger(__name__)
AUTOCHECKPOINT_PAGES = 500
BOOKED = "booked"
_mark, _piece, _hour = (table_of(model) for model in (MarkRow, PieceRow, HourRow))


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to where the log is folded: the row's number and hash, and the fold as it stood there."""

    seq: int
    head: bytes
    fold: Fold


class DaysStore:
    """The file; its few calls are short, and one at a time. Every one raises StoreBroken where the disk fails it."""

    def __init__(self, path: Path, connection: Connection, zone: ZoneInfo) -> None:
        self._path, self._connection, self._zone = path, connection, zone
        self._turn = Lock()

    @classmethod
    def open(cls, path: Path, zone: ZoneInfo) -> Self:
        """The store in this file; one that is damaged or of another layout is begun anew. Raises StoreBroken."""
        try:
            return cls._opened(path, zone)
        except StoreBroken as error:
            LOG.warning("%s: what was counted of past days is counted anew", error)
        with suppress(OSError):
            for ending in ("", "-wal", "-shm"):
                Path(f"{path}{ending}").unlink(missing_ok=True)
        return cls._opened(path, zone)

    @classmethod
    def _opened(cls, path: Path, zone: ZoneInfo) -> Self:
        with speaking_of(path):
            connection = connect(path)
            driver_of(connection).execute(f"PRAGMA wal_autocheckpoint={AUTOCHECKPOINT_PAGES}").close()
            make_tables(connection, DaysTable.metadata)
            layout = connection.execute(select(_mark.c.layout)).scalar()
        if layout not in {None, LAYOUT}:
            connection.close()
            raise StoreBroken(f"{path} is of another version of this program")
        return cls(path, connection, zone)

    def mark(self) -> Mark:
        """Where the fold stands; at nothing in a new file."""
        with self._turn, speaking_of(self._path):
            row = self._connection.execute(select(_mark)).first()
        if row is None:
            return Mark(0, b"", Fold(self._zone))
        held = json.loads(row.fold)
        open_now = {resource: (what, since_ms) for resource, what, since_ms in held["open"]}
        fold = Fold(self._zone, held["at_ms"], held["since_ms"], occ.from_stored(held["occupancy"]), open_now)
        return Mark(row.seq, row.head, fold)

    def keep(self, mark: Mark) -> None:
        """Put on disk what a step folded, and how far it came: all of it, or nothing."""
        fold = mark.fold
        held = {
            "at_ms": fold.at_ms,
            "since_ms": fold.since_ms,
            "occupancy": occ.to_stored(fold.occupancy),
            "open": [[resource, *lasting] for resource, lasting in sorted(fold.open.items())],
        }
        row = {"id": 1, "layout": LAYOUT, "seq": mark.seq, "head": mark.head, "fold": json.dumps(held)}
        with self._writing() as connection:
            connection.execute(upsert(_mark).values(row).on_conflict_do_update(index_elements=["id"], set_=row))
            if fold.pieces:
                connection.execute(upsert(_piece).on_conflict_do_nothing(), [_row(one) for one in fold.pieces])
            for (day, hour), more in fold.hours.items():
                connection.execute(_adding(day, hour, more))

    def forget_from(self, day: str) -> None:
        """Count anew from this day on: the log is another one."""
        with self._writing() as connection:
            connection.execute(delete(_mark))
            for table in (_piece, _hour):
                connection.execute(delete(table).where(table.c.day >= day))

    def forget_before(self, day: str) -> None:
        """What lies so far back is shown no more."""
        with self._writing() as connection:
            for table in (_piece, _hour):
                connection.execute(delete(table).where(table.c.day < day))

    def put_booked(self, today: str, found: Iterable[Piece]) -> None:
        """The bookings of today and later, as they now are; of earlier days only what was not known of them."""
        with self._writing() as connection:
            booked = _piece.c.what == BOOKED
            connection.execute(delete(_piece).where(booked, _piece.c.day >= today))
            if rows := [_row(one) for one in found]:
                connection.execute(upsert(_piece).on_conflict_do_nothing(), rows)

    def day(self, day: str) -> list[Piece]:
        """The stretches of one day."""
        with self._turn, speaking_of(self._path):
            found = self._connection.execute(select(_piece).where(_piece.c.day == day))
            return [Piece(*row) for row in found]

    def hours(self, first: str, last: str) -> list[tuple[str, int, Hours]]:
        """The hours of these days, both included: (day, hour, what was counted)."""
        with self._turn, speaking_of(self._path):
            found = self._connection.execute(select(_hour).where(_hour.c.day.between(first, last)))
            return [(row.day, row.hour, Hours(row.person_ms, row.watched_ms)) for row in found]

    def first_day(self) -> str | None:
        """The first day of which anything is known."""
        with self._turn, speaking_of(self._path):
            return self._connection.execute(select(func.min(_hour.c.day))).scalar()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """One transaction."""
        with self._turn, speaking_of(self._path):
            driver, done = driver_of(self._connection), False
            driver.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                done = True
            finally:
                driver.execute("COMMIT" if done else "ROLLBACK")


def _row(piece: Piece) -> dict[str, str | int]:
    return {
        "day": piece.day,
        "resource": piece.resource,
        "what": piece.what,
        "from_ms": piece.from_ms,
        "to_ms": piece.to_ms,
    }


def _adding(day: str, hour: int, more: Hours) -> Insert:
    statement = upsert(_hour).values(day=day, hour=hour, person_ms=more.person_ms, watched_ms=more.watched_ms)
    both = {name: _hour.c[name] + statement.excluded[name] for name in ("person_ms", "watched_ms")}
    return statement.on_conflict_do_update(index_elements=["day", "hour"], set_=both)
