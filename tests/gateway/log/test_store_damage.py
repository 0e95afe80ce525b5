"""One changed byte is found, and named (guarantee S4), by the check and by the next start."""

import shutil
import sqlite3
from pathlib import Path
from random import Random

import pytest

from access.log import Row
from gateway.database import StoreBroken
from gateway.log.logbook import LogBroken, verified
from gateway.log.reader import Reader
from gateway.log.store import Store
from tests.support.logs import filled

ROWS = 60


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "log.db"
    filled(path, ROWS, batch=5)
    return path


@pytest.fixture
def path(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path / "log.db"))


def check(path: Path) -> None:
    reader = Reader.open(path)
    try:
        verified(path, reader, lambda _: None)
    finally:
        reader.close()


def rows(path: Path) -> list[Row]:
    reader = Reader.open(path)
    found = reader.rows(0, 10 * ROWS, 1 << 30)
    reader.close()
    return found


def start(path: Path) -> int:
    store = Store.open(path)
    try:
        return len(list(store.load().history))
    finally:
        store.close()


def changed(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute(statement).rowcount == 1
    connection.close()


def flipped(value: bytes, index: int) -> bytes:
    return value[:index] + bytes([value[index] ^ 1]) + value[index + 1 :]


def test_a_log_that_nobody_touched_holds(path: Path) -> None:
    check(path)
    assert start(path) == ROWS


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE log SET header = replace(header, '\"seq\":30', '\"seq\":31') WHERE seq = 30", "row 30 was expected"),
        ("UPDATE log SET header = replace(header, 'matera', 'mateta') WHERE seq = 30", "another branch"),
        (
            "UPDATE log SET header = replace(header, '\"mono\":3', '\"mono\":4') WHERE seq = 30",
            "the header was changed",
        ),
        ("UPDATE log SET header = replace(header, ',', ', ') WHERE seq = 30", "the header was changed"),
        ("UPDATE log SET header = x'7b7d' WHERE seq = 30", "not the JSON of a header"),
        ("UPDATE log SET hash = zeroblob(32) WHERE seq = 30", "the header was changed"),
        ("UPDATE body SET body = replace(body, '30', '31') WHERE seq = 30", "the body was changed"),
        ("UPDATE body SET salt = zeroblob(32) WHERE seq = 30", "the body was changed"),
        ("UPDATE body SET salt = x'00' WHERE seq = 30", "the body was changed"),
        ("DELETE FROM log WHERE seq = 30", "row 30 was expected"),
    ],
)
def test_a_changed_row_is_found_and_named(path: Path, statement: str, what: str) -> None:
    changed(path, statement)
    bad = 31 if "DELETE" in statement else 30
    with pytest.raises(LogBroken, match=f"is broken at event 1-{bad}: .*{what}"):
        check(path)
    with pytest.raises(StoreBroken, match=f"is damaged at event 1-{bad}: .*{what}.*hubout log verify"):
        start(path)


def test_any_changed_byte_of_any_stored_value_is_found(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        for seq, (table, column) in enumerate(
            [
                (table, column)
                for table, column in (("log", "header"), ("log", "hash"), ("body", "salt"), ("body", "body"))
            ]
            * 10,
            start=1,
        ):
            (value,) = connection.execute(f"SELECT {column} FROM {table} WHERE seq = ?", (seq,)).fetchone()  # noqa: S608
            for index in range(0, len(value), 7):
                update = f"UPDATE {table} SET {column} = ? WHERE seq = ?"  # noqa: S608
                connection.execute(update, (flipped(value, index), seq))
                connection.commit()
                with pytest.raises(LogBroken) as found:
                    check(path)
                assert found.value.broken.seq in {seq, seq + 1}
                connection.execute(update, (value, seq))
                connection.commit()
    connection.close()
    check(path)


def test_an_erased_body_leaves_the_chain_whole(path: Path) -> None:
    changed(path, "DELETE FROM body WHERE seq = 30")
    check(path)
    assert start(path) == ROWS - 1
    row = rows(path)[29]
    assert (row.salt, row.body) == (None, None)


def test_any_changed_byte_of_the_file_is_found_or_touches_no_row(sound: Path, tmp_path: Path) -> None:
    """Free space in a page may change unseen: it says nothing. Whatever is read from the file is what was written."""
    whole, before, chance = sound.read_bytes(), rows(sound), Random(7)
    path = tmp_path / "log.db"
    found = 0
    for _ in range(150):
        path.write_bytes(flipped(whole, chance.randrange(len(whole))))
        try:
            check(path)
        except (LogBroken, StoreBroken):
            found += 1
        else:
            assert rows(path) == before
    assert found > 30


def test_a_truncated_file_is_found(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises((LogBroken, StoreBroken)):
        check(path)
