"""A database is brought to this version from nothing, from any version, once, whoever comes first."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from registry import migrate
from registry.database import Database
from registry.setup import Registry
from registry.tables.base import METADATA


@pytest.fixture
def database(url: str) -> Database:
    return Database(url)


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(database: Database) -> None:
    migrate.upgrade(database)
    with database.read() as connection:
        # PostgreSQL shows the exclusion constraints' own indexes, which no table of the code declares.
        differences = [
            found
            for found in compare_metadata(MigrationContext.configure(connection), METADATA)
            if not (found[0] == "remove_index" and found[1].name in {"booking_overlap", "service_overlap"})
        ]
        assert differences == []
        assert migrate.is_current(connection)
    database.close()


def test_every_version_leads_to_the_next(database: Database) -> None:
    scripts = ScriptDirectory.from_config(migrate.config())
    revisions = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    assert len(scripts.get_heads()) == 1
    for revision in revisions:
        migrate.upgrade(database, revision)
        with database.read() as connection:
            assert MigrationContext.configure(connection).get_current_revision() == revision
    migrate.upgrade(database)
    database.close()


def test_starting_again_changes_nothing(url: str, tmp_path: Path) -> None:
    with Registry(url, tmp_path / "keys") as registry:
        token = registry.first_operator()
        registry.add_site("matera", "Matera")
        with registry.database.read() as connection:
            before = connection.exec_driver_sql("SELECT * FROM feed").all()
    with Registry(url, tmp_path / "keys") as registry:
        assert token is not None
        assert registry.first_operator() is None
        with registry.database.read() as connection:
            assert connection.exec_driver_sql("SELECT * FROM feed").all() == before
            assert connection.exec_driver_sql("SELECT id FROM site").scalars().all() == ["matera"]


def test_processes_that_start_at_once_make_the_tables_once(url: str) -> None:
    databases = [Database(url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate.upgrade, databases))
    with databases[0].read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM feed").scalar_one() == 1
        assert set(METADATA.tables) <= set(inspect(connection).get_table_names())
    for database in databases:
        database.close()


def test_a_migration_that_fails_leaves_nothing_behind(database: Database, url: str) -> None:
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE booking (id text)")
    with pytest.raises(Exception, match="booking"):
        migrate.upgrade(database)
    with database.read() as connection:
        assert inspect(connection).get_table_names() == ["booking"]
    database.close()
