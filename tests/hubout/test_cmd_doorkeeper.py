"""``hubout doorkeeper`` as people and systemd run it: with a real site file, as real processes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from devices.doorkeeper.mock_pins import MockBoard
from hubout.cli import run
from tests.support.keepers import Caller, stop, wait_until
from tests.support.sites import example_site

LOCK, FIRE = 17, 5
MEMORY_KB = 40_000


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The published example, on mock pins in its own folder."""
    path = example_site(tmp_path)
    text = path.read_text()
    for old, new in (
        ('socket = "/run/hubout-keeper/keeper.sock"', 'socket = "k.sock"'),
        ('state_directory = "/var/lib/hubout-keeper"', 'state_directory = "state"\nmock_directory = "pins"'),
        ('pins = "lgpio"', 'pins = "mock"'),
    ):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    return path


@contextmanager
def doorkeeper(site: Path) -> Iterator["subprocess.Popen[bytes]"]:
    words = [sys.executable, "-m", "hubout", "doorkeeper", "--config", str(site)]
    with subprocess.Popen(words, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.terminate()


def asked(site: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "hubout", "doorkeeper", "--config", str(site), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def test_a_site_files_door_opens_and_the_processes_stay_small(site: Path) -> None:
    with doorkeeper(site) as process:
        caller = Caller(site.parent / "k.sock")
        assert [levels.door for levels in caller.welcome.doors] == ["entrance"]
        board = MockBoard(site.parent / "pins")
        caller.lease("g1", "entrance", ms=100)
        wait_until(lambda: board.releases(LOCK) == 1, "the lock released")
        wait_until(lambda: not board.level(LOCK), "the lock secured")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert len(children) == 1
        assert resident_kb(process.pid) < MEMORY_KB
        assert resident_kb(int(children[0])) < MEMORY_KB
        process.terminate()
        assert process.wait(20) == 0


def test_people_see_the_state_and_reset_a_fire_by_name_with_no_gateway(site: Path) -> None:
    with doorkeeper(site):
        Caller(site.parent / "k.sock").client.close()
        board = MockBoard(site.parent / "pins")
        board.set_input(FIRE, level=True)
        wait_until((site.parent / "state" / "latch-fire.json").exists, "the latch on disk")
        state = json.loads(asked(site, "--state").stdout)
        assert (state["latches"], state["fire_input"], state["doors"][0]["released"]) == (["fire"], True, True)
        too_early = asked(site, "--reset", "fire", "--by", "Anna Rossi")
        assert too_early.returncode == 1
        assert "clear the fire panel first" in too_early.stderr
        board.set_input(FIRE, level=False)
        done = asked(site, "--reset", "fire", "--by", "Anna Rossi")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["by"] == "Anna Rossi"
        assert not board.level(LOCK)
        again = asked(site, "--reset", "fire", "--by", "Anna Rossi")
        assert "That latch is not set." in again.stderr


def test_the_units_last_word_secures_what_two_killed_processes_left_open(site: Path) -> None:
    with doorkeeper(site) as process:
        caller = Caller(site.parent / "k.sock")
        board = MockBoard(site.parent / "pins")
        caller.lease("g1", "entrance")
        wait_until(lambda: board.level(LOCK), "the lock released")
        (child,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        stop(process.pid, int(child))  # Neither secures what the other's end left.
        os.kill(int(child), signal.SIGKILL)
        process.kill()
        process.wait(20)
        wait_until(lambda: not Path(f"/proc/{child}").exists(), "the keeper gone")
    assert board.level(LOCK)
    assert asked(site, "--secure").returncode == 0
    assert not board.level(LOCK)


def test_securing_while_a_doorkeeper_runs_moves_nothing_and_says_so(site: Path) -> None:
    with doorkeeper(site):
        caller = Caller(site.parent / "k.sock")
        board = MockBoard(site.parent / "pins")
        caller.lease("g1", "entrance")
        wait_until(lambda: board.level(LOCK), "the lock released")
        refused = asked(site, "--secure")
        assert refused.returncode == 1
        assert "held by another process" in refused.stderr
        assert board.level(LOCK)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Missing option '--config'"),
        (["--config", "nowhere.toml"], "nowhere.toml"),
        (["--config", "SITE", "--reset", "fire"], "give --reset and --by"),
        (["--config", "SITE", "--by", "Anna"], "give --reset and --by"),
        (["--config", "SITE", "--reset", "fire", "--by", "Anna", "--secure"], "a reset stands alone"),
        (["--config", "SITE", "--reset", "lockdown", "--by", "Anna"], "'lockdown' is not one of"),
    ],
)
def test_wrong_use_ends_with_two_and_one_sentence(
    site: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert run(["doorkeeper", *[str(site) if word == "SITE" else word for word in words]]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1


def test_a_broken_site_file_is_named_by_line(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.write_text(site.read_text().replace('lock = "fail-secure"', 'lock = "sometimes"', 1))
    assert run(["doorkeeper", "--config", str(site)]) == 2
    assert "line " in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--state"], ["--reset", "fire", "--by", "Anna"]])
def test_where_no_doorkeeper_runs_that_is_said(
    site: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert run(["doorkeeper", "--config", str(site), *words]) == 1
    assert "No doorkeeper answers" in capsys.readouterr().err


def test_the_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doorkeeper", "--help"]) == 0
    assert "hubout doorkeeper --config site.toml" in capsys.readouterr().out
