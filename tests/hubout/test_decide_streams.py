"""``hubout decide`` in a pipe: lines as they come, answers at once, early leavers, and what many bookings cost."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BufferedReader, BytesIO, RawIOBase
from pathlib import Path
from types import FrameType
from typing import Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.clock import HOUR_MS
from access.credential import keyed_hash
from access.records import Badge, Booking, Person, Record
from bench.population import uid
from hubout.pipes import lines_as_they_come
from tests.support.core_site import NINE, SITE
from tests.support.deciding import SMALL, Answer, Asker, card, filed

KEY = bytes(range(32))
DECIDE = [sys.executable, "-m", "hubout", "decide", "--replica", str(SMALL)]
GOOD: Answer = {"at": "2026-06-01T14:30", "door": "front", "credential": card(1)}


BOOKINGS, ASKED = 5_000, 10


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


class Lines:
    """Counts the lines of Python that are run, each time that one is come to: as many on every machine, at any load."""

    def __init__(self) -> None:
        self.run = 0

    def __call__(self, _frame: FrameType, event: str, _of: object) -> Self:
        """Be told what is run next."""
        self.run += event == "line"
        return self


def lines_run(ask: Asker, replica: Path, key: Path, requests: bytes) -> int:
    """How many lines a run takes; all must be judged."""
    lines, before = Lines(), sys.gettrace()
    sys.settrace(lines)
    try:
        said = ask.lines(replica, requests, "--key", key)
    finally:
        sys.settrace(before)
    assert len(said.answers) == requests.count(b"\n")
    return lines.run


def booked(bookings: int) -> Iterator[Record]:
    """Somebody who has been here twice a day for long, and will be."""
    yield Person("anna", "Anna", frozenset({"hall"}))
    yield Badge("b", "anna", (keyed_hash(KEY, uid(1)),))
    for number in range(bookings):
        start_ms = NINE + (number - bookings // 2) * 12 * HOUR_MS
        yield Booking(f"k{number:06}", "anna", "hall", "d01", start_ms, start_ms + 12 * HOUR_MS)


def test_ten_times_the_bookings_load_in_ten_times_the_work_and_are_judged_by_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A list that is searched from its beginning takes ten times the lines a request."""
    key, ask = tmp_path / "key", Asker(monkeypatch, capsys)
    key.write_text(KEY.hex())
    requests = "".join(having(at=NINE + n, credential=uid(1)) + "\n" for n in range(ASKED)).encode()
    lines_run(ask, SMALL, key, requests)  # What is imported late and made once is no part of it.
    loading, judging = [], []
    for bookings in (BOOKINGS // 10, BOOKINGS):
        replica = filed(tmp_path / "r.json", SITE, booked(bookings))
        loading.append(lines_run(ask, replica, key, b""))
        judging.append(lines_run(ask, replica, key, requests) - loading[-1])
    assert loading[1] < 11 * loading[0]
    assert judging[1] < 1.5 * judging[0]
