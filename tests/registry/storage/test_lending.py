"""How SQLite's connections are lent: kept between two transactions, never two at once, and not after a failure."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree

from registry.lending import Keeping


@pytest.fixture
def lending(tmp_path: Path) -> Iterator[Keeping]:
    engine = create_engine(f"sqlite:///{tmp_path}/a.db", connect_args={"check_same_thread": False})
    made = Keeping(engine, 1, 0.05)
    yield made
    made.close()


def driver_of(connection: Connection) -> object:
    return connection.connection.driver_connection


def fail_after_writing(connection: Connection) -> None:
    connection.exec_driver_sql("INSERT INTO one VALUES (7)")
    connection.exec_driver_sql("INSERT INTO none VALUES (7)")


def test_the_next_to_ask_has_the_same_connection_as_the_one_before(lending: Keeping) -> None:
    with lending.begun() as first:
        first.exec_driver_sql("CREATE TABLE one (id INTEGER)")
        first.exec_driver_sql("INSERT INTO one VALUES (7)")
        before = driver_of(first)
    with lending.begun() as second:
        assert driver_of(second) is before
        assert second.exec_driver_sql("SELECT id FROM one").scalar() == 7


def test_whoever_finds_all_of_them_lent_waits_and_is_told_in_the_end(lending: Keeping) -> None:
    refused: list[NoneFree] = []

    def ask() -> None:
        try:
            with lending.begun():
                pass
        except NoneFree as error:
            refused.append(error)

    with lending.begun():
        asking = Thread(target=ask)
        asking.start()
        asking.join()
    assert len(refused) == 1
    ask()
    assert len(refused) == 1


def test_what_raises_is_undone_and_its_connection_is_not_kept(lending: Keeping) -> None:
    with lending.begun() as connection:
        connection.exec_driver_sql("CREATE TABLE one (id INTEGER)")
        kept = connection
    with pytest.raises(OperationalError), lending.begun() as connection:
        fail_after_writing(connection)
    with lending.begun() as connection:
        assert connection is not kept
        assert connection.exec_driver_sql("SELECT id FROM one").scalar() is None


def test_none_is_open_after_the_end(lending: Keeping) -> None:
    with lending.begun() as connection:
        pass
    lending.close()
    assert connection.closed
    with lending.begun() as connection:
        assert not connection.closed
