"""The digest of the replica on disk (``access.fingerprint``): kept with each step, and computed where a file of an
earlier version of this program does not hold it.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping

from sqlalchemy import bindparam, select

from access.fingerprint import EMPTY, fingerprint, moved
from gateway.database import compiled, putting
from gateway.link.records import BadRecord
from gateway.link.tables import DigestRow, RecordRow
from gateway.log.tables import table_of

AT_ONCE = 500
_record, _digest = table_of(RecordRow), table_of(DigestRow)
PUT_DIGEST = putting(DigestRow)
READ_DIGEST = compiled(
    select(_digest.c.digest).where(_digest.c.generation == bindparam("g"), _digest.c.version == bindparam("v"))
)
READ_ALL = compiled(select(_record.c.kind, _record.c.id, _record.c.record))
READ_ONE = compiled(select(_record.c.record).where(_record.c.kind == bindparam("k"), _record.c.id == bindparam("i")))
Key = tuple[str, str]


def read(driver: sqlite3.Connection, generation: str, version: int) -> str:
    """The digest of what is held, which is this version. Raises BadRecord where a record cannot be read."""
    row = driver.execute(READ_DIGEST, (generation, version)).fetchone()
    return row[0] if row is not None and len(row[0]) == len(EMPTY) else _of_all(driver)


def of(records: Mapping[Key, str | None]) -> str:
    """The digest of these records (None: no more), and no others. Raises BadRecord."""
    return moved(EMPTY, (), (_print(*key, record) for key, record in records.items() if record is not None))


def after(driver: sqlite3.Connection, digest: str, changed: Mapping[Key, str | None], *, snapshot: bool) -> str:
    """The digest after a step that leaves these records as they are here (None: no more); with ``snapshot`` all others
    are gone. Raises BadRecord.
    """
    if snapshot:
        return of(changed)
    come = (_print(*key, record) for key, record in changed.items() if record is not None)
    return moved(digest, _held(driver, changed), come)


def put(driver: sqlite3.Connection, generation: str, version: int, digest: str) -> None:
    """Store it."""
    driver.execute(PUT_DIGEST, (1, generation, version, digest))


def _held(driver: sqlite3.Connection, keys: Mapping[Key, str | None]) -> Iterator[int]:
    for key in keys:
        for (record,) in driver.execute(READ_ONE, key):
            yield _print(*key, record)


def _of_all(driver: sqlite3.Connection) -> str:
    digest, rows = EMPTY, driver.execute(READ_ALL)
    while some := rows.fetchmany(AT_ONCE):
        digest = moved(digest, (), (_print(*row) for row in some))
    return digest


def _print(kind: str, ident: str, record: str) -> int:
    """One record's part; its JSON may lie without its id."""
    try:
        return fingerprint(kind, ident, {**json.loads(record), "id": ident})
    except (ValueError, TypeError) as error:
        raise BadRecord("a record is not of its kind") from error
