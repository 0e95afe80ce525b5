"""What of purged values is beyond the purge, where the database's server is set so (P4)."""

from sqlalchemy import text

from registry.database import Database

WAL_KEPT = (
    "PostgreSQL keeps old files of its write-ahead log for new use, and in them what was purged, until they are "
    "overwritten: set wal_recycle = off (ALTER SYSTEM SET wal_recycle = off; SELECT pg_reload_conf())."
)
_RECYCLES = text("SELECT current_setting('wal_recycle', true)")


def remains(database: Database) -> str:
    """What the server keeps of what was purged, and what to do; "" nothing that a setting of its would not."""
    if database.is_sqlite:
        return ""
    with database.read() as connection:
        recycles = connection.execute(_RECYCLES).scalar_one()
    return WAL_KEPT if recycles == "on" else ""
