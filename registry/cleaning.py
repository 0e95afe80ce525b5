"""Leaving nothing of what was deleted in a PostgreSQL database's files (P4): a plain VACUUM gives the room of deleted
rows back and leaves their bytes in it, so tables are written anew.

Whoever wants a table waits while it is: so one that is large is only where the whole is asked for. What the server
noted of a table's values to plan by is made anew, too. The write-ahead log is the server's own: it goes with its
checkpoints, where the server keeps no old files of it for new use (docs/privacy.md).
"""

from collections.abc import Collection
from contextlib import suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

SMALL_BYTES = 64 * 1024 * 1024
LOCK_WAIT = "SET lock_timeout = '2s'"
"""A purge stands no longer before gateways and pages."""
_NO_BOUND = 1 << 62
_TABLES = text(
    "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind = 'r' AND n.nspname = current_schema() AND pg_total_relation_size(c.oid) <= :most"
    " AND (:whole OR c.relname = ANY(CAST(:names AS text[]))) ORDER BY 1"
)
_PLANNED_BY = "pg_catalog.pg_statistic"


def clean(connection: Connection, tables: Collection[str], *, whole: bool) -> bool:
    """Write those of these tables anew that are small, or the whole; whether each could be. All others give their room
    back.
    """
    wanted = {"most": _NO_BOUND if whole else SMALL_BYTES, "whole": whole, "names": sorted(tables)}
    connection.exec_driver_sql(LOCK_WAIT)
    try:
        found = connection.execute(_TABLES, wanted).scalars().all()
        connection.exec_driver_sql("VACUUM (ANALYZE)")
        done = [_anew(connection, name) for name in (*found, _PLANNED_BY)]
    finally:
        connection.exec_driver_sql("RESET lock_timeout")
    with suppress(DBAPIError):  # Only some may ask for it; it comes by itself within minutes.
        connection.exec_driver_sql("CHECKPOINT")
    return all(done)


def _anew(connection: Connection, name: str) -> bool:
    """Whether a table could be written anew. Who may not do so to the server's own is warned, and it stays."""
    try:
        connection.exec_driver_sql(f"VACUUM (FULL) {name}")
    except DBAPIError:
        return False
    return True
