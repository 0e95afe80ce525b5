"""The auditor's one file says of every log what ``hubout log verify`` says: the same, of the same event (S4)."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from types import ModuleType

import pytest

from gateway.log.reader import Reader
from tests.support import audited
from tests.support.audited import SCRIPT, ours, small, theirs
from tests.support.house import imports
from tests.support.judged_logs import judged_log
from tests.support.logs import filled, over_epochs

FLIPS_OF_THE_FILE = 900


@pytest.fixture(scope="module")
def auditor() -> ModuleType:
    return audited.auditor()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


def test_it_imports_nothing_but_the_standard_library() -> None:
    named = {module.split(".")[0] for module, _ in imports(SCRIPT)}
    assert named <= sys.stdlib_module_names


@pytest.mark.parametrize("make", [lambda p: filled(p, 30), over_epochs, small, judged_log, lambda p: filled(p, 0)])
def test_a_sound_log_holds_with_the_same_ends_and_holes(
    auditor: ModuleType, path: Path, make: Callable[[Path], object]
) -> None:
    make(path)
    assert ours(auditor, path) == theirs(path)
    assert ours(auditor, path)[0] == ""


KEYS: dict[str, tuple[str, ...]] = {
    "log": ("epoch", "seq"),
    "body": ("epoch", "seq"),
    "gap": ("first",),
    "meta": ("id",),
}
BOUND: dict[str, tuple[str, ...]] = {
    "log": ("header", "hash"),
    "body": ("salt", "body"),
    "gap": ("last", "head"),
    "meta": ("site", "epoch", "base_seq", "base_head"),
}
"""Of what a log's tables hold, only when a gap was made, and why, is bound by nothing."""


def changes(path: Path) -> Iterator[str]:
    """Change every byte of every value of every row, one at a time, and numbers by some; then put it right again."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for table, keys in KEYS.items():
            names = [name for name in (*keys, *BOUND[table]) if name != "id"]
            said = connection.execute(f"SELECT {', '.join((*keys, *names))} FROM {table}").fetchall()  # noqa: S608
            for row in said:
                where = dict(zip(keys, row, strict=False))
                for name, value in zip(names, row[len(keys) :], strict=True):
                    for other in variants(value):
                        if _put(connection, table, where, name, other):
                            yield f"{table}.{name} of {where}: {value!r} is {other!r}"
                            assert _put(connection, table, where | ({name: other} if name in keys else {}), name, value)


def _put(connection: sqlite3.Connection, table: str, where: dict[str, object], name: str, value: object) -> bool:
    """Whether the value could be put there: no two rows have one key."""
    here = " AND ".join(f"{key} = ?" for key in where)
    try:
        done = connection.execute(f"UPDATE {table} SET {name} = ? WHERE {here}", (value, *where.values()))  # noqa: S608
    except sqlite3.IntegrityError:
        return False
    return done.rowcount == 1


def variants(value: object) -> Iterator[object]:
    if isinstance(value, int):
        yield from (value ^ 1, value ^ 2, value + 64, -value - 1, 2**62)
    elif isinstance(value, str):
        yield from (value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :] for at in range(len(value)))
    elif isinstance(value, bytes):
        yield from (value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :] for at in range(len(value)))
        yield value[:-1]


def test_every_changed_byte_of_every_value_is_found_and_the_same_event_named(auditor: ModuleType, path: Path) -> None:
    small(path)
    reader, tried = Reader.open(path), 0
    for what in changes(path):
        own = ours(auditor, path)
        assert own == theirs(path, reader), what
        assert own[0], what
        tried += 1
    reader.close()
    assert tried > 1_500
    assert ours(auditor, path)[0] == ""


def test_a_changed_byte_of_the_file_is_found_by_both_or_touches_no_event(auditor: ModuleType, path: Path) -> None:
    small(path)
    sound, chance = path.read_bytes(), Random(4)
    events = events_of(auditor, path)
    places = [at for at, byte in enumerate(sound) if byte] + chance.choices(range(len(sound)), k=FLIPS_OF_THE_FILE)
    found = 0
    for at in chance.sample(places, FLIPS_OF_THE_FILE):
        path.write_bytes(sound[:at] + bytes([sound[at] ^ (1 << chance.randrange(8))]) + sound[at + 1 :])
        own, command = ours(auditor, path), theirs(path)
        assert bool(own[0]) == bool(command[0]), f"byte {at}: {own} {command}"
        found += bool(own[0])
        if not own[0]:
            assert events_of(auditor, path) == events, f"byte {at}"
    assert found > FLIPS_OF_THE_FILE // 10


def events_of(auditor: ModuleType, path: Path) -> list[object]:
    """What the chain binds of a log."""
    log = auditor.database(path)
    found = [one if isinstance(one, auditor.Event) else (one.seq, one.last, one.hash) for one in log.elements]
    log.database.close()
    return found
