"""The log file's tables, made or brought up from an earlier layout: whole or not at all, and nothing is lost."""

from pathlib import Path

from sqlalchemy import Connection

from access.log import GENESIS
from gateway.database import StoreBroken, driver_of, make_tables, tables_in
from gateway.log.tables import LAYOUT, LogTable

TO_SECOND = (
    "ALTER TABLE meta ADD COLUMN base_seq INTEGER NOT NULL DEFAULT 0",
    f"ALTER TABLE meta ADD COLUMN base_head BLOB NOT NULL DEFAULT x'{GENESIS.hex()}'",
    "UPDATE meta SET layout = 2",
)
"""From the layout whose logs have no base; ``gap`` is a table of its own."""


def brought_up(connection: Connection, path: Path) -> None:
    """Make what tables there are not, and bring an earlier layout up. Raises StoreBroken for a later one."""
    driver = driver_of(connection)
    tables = tables_in(driver)
    found = driver.execute("SELECT layout FROM meta").fetchone() if "meta" in tables else None
    layout = LAYOUT if found is None else found[0]
    if layout > LAYOUT:
        raise StoreBroken(f"{path} was written by a later version of this program; install that version")
    make_tables(connection, LogTable.metadata)
    if "meta" in tables and "base_seq" not in {name for _, name, *_ in driver.execute("PRAGMA table_info(meta)")}:
        driver.execute("BEGIN IMMEDIATE")
        for statement in TO_SECOND:
            driver.execute(statement)
        driver.execute("COMMIT")
