"""Opening databases: what is promised of a commit, and what a wrong address is told."""

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from registry.database import BadDatabase, Database
from tests.support.databases import Cluster

BAD = [
    "",
    "registry.db",
    "sqlite://",
    "sqlite:///:memory:",
    "mysql://root:secret@localhost/x",
    "sqlite+nonsense://",
    "postgresql:secret",
    "http://localhost",
]


@pytest.mark.parametrize("url", BAD)
def test_what_names_no_database_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(BadDatabase) as refused:
        Database(url)
    assert "secret" not in str(refused.value)


def test_the_file_can_be_opened_again_beside_and_its_locks_stay(tmp_path: Path) -> None:
    """A lock is the process's own: closing any descriptor of the file drops it, and the log would be nobody's."""
    path = tmp_path / "registry.db"
    database = Database(f"sqlite:///{path}")
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE one (id INTEGER)")
    ours = f"{os.getpid()} "
    inode = f":{path.stat().st_ino} "

    def held() -> int:
        return sum(ours in line and inode in line for line in Path("/proc/locks").read_text().splitlines())

    before = held()
    assert before
    Database(f"sqlite:///{path}").close()
    assert held() == before


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadDatabase, match="No such file"):
        Database(f"sqlite:///{tmp_path}/none/registry.db")


def test_an_sqlite_commit_is_on_disk_and_its_file_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    database = Database(f"sqlite:///{path}")
    with database.write() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
        assert found == ["wal", 2]
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 10_000
    assert path.stat().st_mode & 0o777 == 0o600
    database.close()


def test_a_reader_cannot_write(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE thing (id integer)")
    with pytest.raises(Exception, match=r"readonly|read-only"), database.read() as connection:
        connection.exec_driver_sql("INSERT INTO thing VALUES (1)")
    database.close()


def test_a_reader_sees_one_state_to_its_end(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE thing (id integer)")
    with database.read() as reading:
        assert reading.exec_driver_sql("SELECT count(*) FROM thing").scalar() == 0
        with database.write() as writing:
            writing.exec_driver_sql("INSERT INTO thing VALUES (1)")
        assert reading.exec_driver_sql("SELECT count(*) FROM thing").scalar() == 0
    with database.read() as reading:
        assert reading.exec_driver_sql("SELECT count(*) FROM thing").scalar() == 1
    database.close()


def test_a_write_that_raises_is_undone(url: str) -> None:
    nobody: dict[int, int] = {}
    database = Database(url)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE thing (id integer)")
    with pytest.raises(KeyError), database.write() as connection:
        nobody[connection.exec_driver_sql("INSERT INTO thing VALUES (1)").rowcount]
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM thing").scalar() == 0
    database.close()


def test_an_error_shows_no_parameter(url: str) -> None:
    database = Database(url)
    with pytest.raises(Exception, match="nothing") as failed, database.write() as connection:
        connection.exec_driver_sql("SELECT * FROM nothing WHERE id = 'x'")
    assert "parameters" not in str(failed.value)
    database.close()


def test_a_foreign_key_of_nobody_is_refused(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE parent (id integer PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE child (parent integer REFERENCES parent (id))")
    with pytest.raises(Exception, match=r"(?i)foreign key"), database.write() as connection:
        connection.exec_driver_sql("INSERT INTO child VALUES (7)")
    database.close()


def test_a_postgresql_that_does_not_answer_is_an_operational_error() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(OperationalError), database.read():
        pass


def test_a_postgresql_commit_waits_for_the_disk(postgresql: Cluster) -> None:
    url = postgresql.new_database()
    database = Database(url)
    with database.write() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
    database.close()
    postgresql.drop_database(url)


def test_another_programs_lock_stops_no_reader(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    database = Database(f"sqlite:///{path}")
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE thing (id integer)")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM thing").scalar() == 0
    other.rollback()
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO thing VALUES (1)")
    other.close()
    database.close()
