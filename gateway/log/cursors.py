"""Cursors of devices as the log database keeps them: the boots of a device used last, the last of all first."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from access.cursor import BOOTS_KEPT, Cursor
from gateway.log.tables import CursorRow, table_of

Cursors = dict[str, tuple[Cursor, ...]]
"""Device → its cursors, the one used last first."""


def changed(held: Mapping[str, tuple[Cursor, ...]], taken: Iterable[tuple[str, Cursor]]) -> Cursors:
    """The cursors of the devices that ``taken`` names, after it; of each, BOOTS_KEPT boots at most."""
    after: Cursors = {}
    for device, cursor in taken:
        known = after.get(device) or held.get(device, ())
        others = [other for other in known if other.boot != cursor.boot]
        after[device] = (cursor, *others[: BOOTS_KEPT - 1])
    return after


def forgotten(held: Mapping[str, tuple[Cursor, ...]], after: Cursors) -> list[tuple[str, str]]:
    """(device, boot) of the cursors that ``after`` no longer keeps."""
    return [
        (device, cursor.boot)
        for device, kept in after.items()
        if len(kept) == BOOTS_KEPT
        for cursor in held.get(device, ())
        if all(cursor.boot != other.boot for other in kept)
    ]


def fresh_rows(taken: Iterable[tuple[str, Cursor]], after: Cursors, used: int) -> list[tuple[Any, ...]]:
    """The rows to write for what was taken: each cursor once, by its last use, where ``after`` keeps it."""
    last: dict[tuple[str, str], Cursor] = {}
    for device, cursor in taken:
        last.pop((device, cursor.boot), None)
        last[device, cursor.boot] = cursor
    kept = [(device, cursor) for (device, _), cursor in last.items() if cursor in after[device]]
    return [_row(device, cursor, used + n) for n, (device, cursor) in enumerate(kept, 1)]


def rows_of(cursors: Mapping[str, tuple[Cursor, ...]], used: int) -> list[tuple[Any, ...]]:
    """Cursors as their table stores them, numbered on from ``used`` so that the one used last has the highest."""
    oldest_first = [(device, cursor) for device, held in cursors.items() for cursor in reversed(held)]
    return [_row(device, cursor, used + n) for n, (device, cursor) in enumerate(oldest_first, 1)]


def _row(device: str, cursor: Cursor, used: int) -> tuple[Any, ...]:
    beyond = json.dumps(sorted(cursor.beyond)) if cursor.beyond else "[]"
    return (device, cursor.boot, cursor.upto, beyond, used)


def read_cursors(connection: Connection) -> tuple[Cursors, int]:
    """The cursors on disk and the highest number of use. Since when a hole is open belongs to an earlier run: None."""
    table = table_of(CursorRow)
    cursors: Cursors = {}
    used = 0
    for row in connection.execute(select(table).order_by(table.c.used.desc())):
        cursor = Cursor(row.boot, row.upto, frozenset(json.loads(row.beyond)))
        cursors[row.device] = (*cursors.get(row.device, ()), cursor)
        used = max(used, row.used)
    return cursors, used
