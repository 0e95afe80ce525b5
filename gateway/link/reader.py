"""Reading the replica beside the link that keeps it: another process, read-only, while the gateway runs."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from access.records import Record
from gateway.database import StoreBroken, compiled, connect_reading, driver_of, speaking_of
from gateway.link.records import BadRecord, Stored, checksum, revived
from gateway.link.store import READ_RECORDS
from gateway.link.tables import LAYOUT, StandingRow
from gateway.log.tables import table_of

READ_STANDING = compiled(select(table_of(StandingRow)))


@dataclass(frozen=True, slots=True)
class Held:
    """The replica that a link holds: exactly one version of the registry's. Version 0: nothing came yet."""

    generation: str
    version: int
    records: tuple[Record, ...]


def read_link(path: Path) -> Held:
    """What the link's database holds, in one look. Raises StoreBroken where it cannot be read, or is damaged."""
    with speaking_of(path):
        connection = connect_reading(path)
        try:
            driver = driver_of(connection)
            driver.execute("BEGIN")
            standing, stored = driver.execute(READ_STANDING).fetchone(), _all(driver)
        finally:
            connection.close()
    if standing is None:
        return Held("", 0, ())
    _, layout, generation, version, _, _, records, crc = standing
    if layout != LAYOUT:
        raise StoreBroken(f"{path} is of another version of this program; read it with that one")
    if checksum(repr(tuple(standing[1:-1]))) != crc:
        raise StoreBroken(f"{path} is damaged: it does not say truly where the link stands; start the gateway")
    try:
        return Held(generation, version, tuple(revived(stored, records)))
    except BadRecord as error:
        raise StoreBroken(f"{path} is damaged ({error}); start the gateway, which fetches it anew") from error


def _all(driver: sqlite3.Connection) -> list[Stored]:
    return driver.execute(READ_RECORDS).fetchall()
