"""``hubout decide`` in a pipe: lines as they come, answers at once, early leavers, and what many bookings cost."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.population import Size, records, uid
from hubout.pipes import lines_as_they_come
from tests.support.core_site import NINE, SITE
from tests.support.deciding import SMALL, Answer, card, filed

KEY = bytes(range(32))
DECIDE = [sys.executable, "-m", "hubout", "decide", "--replica", str(SMALL)]
GOOD: Answer = {"at": "2026-06-01T14:30", "door": "front", "credential": card(1)}


TRIES = 2
MANY = Size(1_000, 2_000, 12_000)


def having(**members: object) -> str:
    return json.dumps(GOOD | members)


class Dribble(RawIOBase):
    """A stream that gives these pieces, one a read."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__()
        self._pieces = iter(pieces)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """Give the next piece."""
        piece = next(self._pieces, b"")
        memoryview(buffer)[: len(piece)] = piece  # type: ignore[arg-type]
        return len(piece)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=9).map(lambda raw: raw.replace(b"\x00", b"\n"))))
def test_lines_are_the_same_however_they_come(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    found = [line for lines in lines_as_they_come(BufferedReader(Dribble(pieces))) for line in lines]
    assert found == [line.rstrip(b"\n") for line in BytesIO(whole)]


@pytest.fixture
def running() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(DECIDE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_each_answer_comes_as_soon_as_its_question(running: subprocess.Popen[bytes]) -> None:
    assert running.stdin is not None
    assert running.stdout is not None
    for at, granted in (("2026-06-01T13:44", False), ("2026-06-01T13:45", True)):
        running.stdin.write(having(at=at, door="inner").encode() + b"\n")
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["granted"] is granted
    running.stdin.close()
    assert running.wait(timeout=30) == 0


def test_a_reader_who_leaves_early_is_no_error() -> None:
    taken, given_up = os.pipe()
    os.close(taken)
    lines = (having() + "\n").encode() * 5_000
    done = subprocess.run(DECIDE, input=lines, stdout=given_up, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(given_up)
    assert (done.returncode, done.stderr) == (0, b"")


def cpu_s(replica: Path, key: Path, requests: bytes) -> float:
    """The processor time of one run, which no other program on the machine lengthens much; all must be judged."""
    command = [sys.executable, "-m", "hubout", "decide", "--replica", str(replica), "--key", str(key)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, input=requests, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.stdout.count(b"\n") == requests.count(b"\n")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_ten_times_the_bookings_load_in_ten_times_the_time_and_are_judged_as_fast(tmp_path: Path) -> None:
    """Both bounds leave room for a noisy machine; a list that is searched from its beginning is far outside of them."""
    key = tmp_path / "key"
    key.write_text(KEY.hex())
    requests = "".join(having(at=NINE + n, credential=uid(n)) + "\n" for n in range(2_000)).encode()
    loads_s, judges_s = [], []
    for size in (replace(MANY, bookings=MANY.bookings // 10), MANY):
        replica = filed(tmp_path / "r.json", SITE, records(size, KEY, NINE))
        loads_s.append(min(cpu_s(replica, key, b"") for _ in range(TRIES)))
        judges_s.append(max(min(cpu_s(replica, key, requests) for _ in range(TRIES)) - loads_s[-1], 0.05))
    assert loads_s[1] < 20 * loads_s[0]
    assert judges_s[1] < 4 * judges_s[0]
