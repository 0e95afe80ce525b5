"""Bringing a database to this version of the tables, at start, whatever version it was left at."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from registry.database import Database

_LOCK = 7_201_406
"""PostgreSQL's advisory lock under which one process migrates while the others wait."""


def config() -> Config:
    """Alembic's configuration, without a file: the scripts lie in this package."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return made


def upgrade(database: Database, revision: str = "head") -> None:
    """Run what is missing up to ``revision``, all of it in one transaction."""
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        made = config()
        made.attributes["connection"] = connection
        command.upgrade(made, revision)


def is_current(connection: Connection) -> bool:
    """Whether the database is at this version of the tables."""
    head = ScriptDirectory.from_config(config()).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head
