"""``hubout registry`` as a real process: started, killed, started again; and what it says of wrong use."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from access.facts import Entered, Started
from registry.identity import TOKEN_LENGTH
from tests.support.log_rows import greeting, rows_of, sent

HUBOUT = [sys.executable, "-m", "hubout", "registry"]
WITHIN_S = 120


def run(*arguments: str) -> tuple[int, str, str]:
    done = subprocess.run([*HUBOUT, *arguments], check=False, capture_output=True, text=True, timeout=WITHIN_S)
    return done.returncode, done.stdout, done.stderr


@contextmanager
def started(url: str, keys: Path) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """A running registry: the process, its address, and the operator's token where this start made one."""
    command = [*HUBOUT, "--database", url, "--keys", str(keys), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            token, address = "", ""
            while not address and process.stdout is not None and (line := process.stdout.readline()):
                token = line.rpartition(" ")[2].strip() if "operator's token" in line else token
                address = line.rpartition(" ")[2].strip() if line.startswith("registry: ") else ""
            yield process, address, token
        finally:
            process.kill()
            process.wait(WITHIN_S)


def test_it_serves_prints_its_token_once_and_stops_when_told(url: str, tmp_path: Path) -> None:
    with started(url, tmp_path / "keys") as (process, address, token):
        assert len(token) == TOKEN_LENGTH
        answer = httpx.get(f"{address}/api/v1/sites", headers={"Authorization": f"Bearer {token}"})
        assert answer.json() == {"items": [], "next": None}
        process.send_signal(signal.SIGTERM)
        assert process.wait(WITHIN_S) in {0, -signal.SIGTERM}
        assert process.stderr is not None
        said = process.stderr.read()
        assert '"route": "/api/v1/sites"' in said
        assert token not in said
    with started(url, tmp_path / "keys") as (_, address, token):
        assert token == ""
        assert httpx.get(f"{address}/readyz").status_code == 200


def test_what_it_acknowledged_it_still_has_after_a_kill(laid_url: str, tmp_path: Path) -> None:
    keys = ("--keys", str(tmp_path / "keys"))
    files = tmp_path / "matera"
    code, _, _ = run("--database", laid_url, *keys, "add-site", "matera", "--name", "Matera", "--files", str(files))
    assert code == 0
    headers = {"Authorization": f"Bearer {(files / 'gateway.token').read_text().strip()}"}
    rows = rows_of(Started("1"), *(Entered(f"p{n}", "front", "hall", f"1-{n}") for n in range(60)), site="matera")
    acked = 0
    while acked < len(rows):
        with started(laid_url, tmp_path / "keys") as (process, address, _):
            hello = httpx.post(f"{address}/api/v1/gateway/hello", json=greeting(rows, "matera"), headers=headers)
            resume = hello.json()["resume"]
            assert resume >= acked
            for start in range(resume, min(resume + 20, len(rows)), 10):
                body = sent(rows[start : start + 10], "matera")
                acked = httpx.post(f"{address}/api/v1/gateway/events", json=body, headers=headers).json()["acked"]
            os.kill(process.pid, signal.SIGKILL)
    assert acked == len(rows)


WRONG = [
    ([], 2, "database"),
    (["--database", "nonsense"], 2, "sqlite:///FILE"),
    (["--database", "sqlite:////none/such/registry.db"], 2, "No such file"),
    (["--database", "sqlite:///{tmp}/a.db", "--port", "70000"], 2, "port"),
    (["--database", "postgresql://x:hidden@127.0.0.1:1/x"], 1, "does not answer"),
    (["--database", "sqlite:///{tmp}/a.db", "--keys", "{tmp}/k", "--host", "192.0.2.1"], 1, "choose another"),
    (["--database", "sqlite:///{tmp}/a.db", "add-site"], 2, "SITE"),
    (
        [
            "--database",
            "sqlite:///{tmp}/a.db",
            "--keys",
            "{tmp}/k",
            "add-site",
            "X",
            "--name",
            "x",
            "--files",
            "{tmp}/f",
        ],
        1,
        "id",
    ),
]


@pytest.mark.parametrize(("arguments", "code", "says"), WRONG, ids=range(len(WRONG)))
def test_wrong_use_is_one_sentence(tmp_path: Path, arguments: list[str], code: int, says: str) -> None:
    found, said, error = run(*(argument.replace("{tmp}", str(tmp_path)) for argument in arguments))
    assert (found, said) == (code, "")
    assert says in error
    assert "hidden" not in error
    assert len(error.strip().splitlines()) == 1


def test_a_site_has_its_municipality_and_its_files_are_not_overwritten(tmp_path: Path) -> None:
    common = ("--database", f"sqlite:///{tmp_path}/a.db", "--keys", str(tmp_path / "keys"), "add-site")
    of = ("--municipality", "Comune di Matera")
    assert run(*common, "matera", "--name", "Matera", *of, "--files", str(tmp_path / "f"))[0] == 0
    with sqlite3.connect(tmp_path / "a.db") as made:
        assert made.execute("SELECT municipality FROM site").fetchall() == [("Comune di Matera",)]
    before = (tmp_path / "f" / "gateway.token").read_text()
    code, _, error = run(*common, "bari", "--name", "Bari", "--files", str(tmp_path / "f"))
    assert (code, "is there already" in error) == (1, True)
    assert (tmp_path / "f" / "gateway.token").read_text() == before


def test_a_restored_registry_gets_a_new_generation(tmp_path: Path) -> None:
    common = ("--database", f"sqlite:///{tmp_path}/a.db", "--keys", str(tmp_path / "keys"), "restored")
    said = {run(*common)[1] for _ in range(2)}
    assert len(said) == 2


def test_help_shows_an_example() -> None:
    for arguments in (["--help"], ["add-site", "--help"], ["restored", "--help"]):
        common = [] if arguments == ["--help"] else ["--database", "sqlite:///x.db"]
        code, said, _ = run(*common, *arguments)
        assert (code, "Example: hubout registry" in said) == (0, True)


def test_after_a_theft_a_site_gets_other_files_and_no_others_are_overwritten(tmp_path: Path) -> None:
    common = ("--database", f"sqlite:///{tmp_path}/a.db", "--keys", str(tmp_path / "keys"))
    assert run(*common, "add-site", "matera", "--name", "Matera", "--files", str(tmp_path / "old"))[0] == 0
    again = ("rekey-site", "matera", "--why", "stolen at night", "--files")
    code, _, error = run(*common, *again, str(tmp_path / "old"))
    assert (code, "is there already" in error) == (1, True)
    code, said, _ = run(*common, *again, str(tmp_path / "new"))
    assert (code, "badges to be replaced: 0" in said) == (0, True)
    for name in ("gateway.token", "credential.key"):
        assert (tmp_path / "new" / name).read_text() != (tmp_path / "old" / name).read_text()
    assert (tmp_path / "new" / "credential.key").read_text() == (tmp_path / "keys" / "matera.key").read_text()
