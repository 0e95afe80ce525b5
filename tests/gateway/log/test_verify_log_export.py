"""The auditor's one file reads exports too, and runs where nothing of ours is (S4)."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from gateway.log.logbook import exported, walked
from gateway.log.reader import Reader
from tests.support import audited
from tests.support.audited import SCRIPT, small


@pytest.fixture(scope="module")
def auditor() -> ModuleType:
    return audited.auditor()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


def export_of(path: Path) -> bytes:
    reader = Reader.open(path)
    lines = [exported(row) for row in walked(path, reader, lambda _: None)]
    reader.close()
    return "".join(f"{line}\n" for line in lines).encode()


def test_an_export_holds_and_every_change_of_what_it_binds_is_found(auditor: ModuleType, path: Path) -> None:
    small(path)
    export, sound = path.with_suffix(".jsonl"), export_of(path)
    export.write_bytes(sound)
    assert verdict(auditor, export) == ""
    bound, found = bound_in(sound), 0
    for at in range(len(sound)):
        changed = sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :]
        export.write_bytes(changed)
        if bound_in(changed) != bound:
            assert verdict(auditor, export), f"byte {at}: {changed[at - 20 : at + 20]!r}"
            found += 1
    assert found > len(sound) // 2
    lines = sound.splitlines(keepends=True)
    for number in range(len(lines) - 1):
        export.write_bytes(b"".join(lines[:number] + lines[number + 1 :]))
        assert "was expected here" in verdict(auditor, export)


def verdict(auditor: ModuleType, export: Path) -> str:
    try:
        auditor.verify(auditor.export(export), {})
    except auditor.Bad as error:
        return str(error)
    return ""


def bound_in(export: bytes) -> object:
    """What an export says that the chain binds; bodies are bound with their salts alone."""
    try:
        said = [json.loads(line) for line in export.splitlines()]
        return [one.get("gap") or (one["epoch"], one["seq"], one["header"], one["hash"]) for one in said]
    except (ValueError, KeyError, AttributeError, TypeError):
        return None


def run(*words: object) -> tuple[int, str]:
    """As an auditor runs it: without our packages."""
    command = [sys.executable, "-I", "-S", str(SCRIPT), *map(str, words)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/")
    return done.returncode, done.stdout + done.stderr


def test_the_command_names_the_first_bad_event_and_compares_with_a_witness(path: Path) -> None:
    small(path)
    with closing(sqlite3.connect(path)) as connection:
        ((head,),) = connection.execute("SELECT lower(hex(hash)) FROM log WHERE seq = 5").fetchall()
    code, words = run(path, "--witness", f"4-5:{head}")
    assert code == 0
    assert words.splitlines()[0] == f"{path} holds: 4 events, 1 of them erased"
    assert run(path, "--witness", f"5:{head[::-1]}") == (
        1,
        f"{path} is broken at event 4-5: the witness has another hash\n",
    )
    assert run(path, "--witness", f"9:{head}")[0] == 1, "what was taken off the end is missed by a witness"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE log SET header = replace(header, 'matera', 'mateta') WHERE seq = 5")
    assert run(path) == (1, f"{path} is broken at event 4-5: the row belongs to another branch\n")
    assert run(path.with_name("none"))[0] == 2
    path.write_bytes(b"no log at all")
    assert run(path)[0] == 1
