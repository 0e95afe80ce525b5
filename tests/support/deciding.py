"""Asking ``hubout decide`` and reading what it says; replica files on disk."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from access.records import Record
from access.site import Site
from devices.replica_file import written
from hubout.cli import run

REPLICAS = Path(__file__).parents[1] / "data" / "replicas"
SMALL = REPLICAS / "small.json"
Answer = dict[str, Any]


def card(number: int) -> str:
    """The credential, in hex, of a card of the small replica."""
    return bytes([number]).hex() * 32


def filed(path: Path, site: Site, records: Iterable[Record], version: int = 1) -> Path:
    """A replica file of these records."""
    path.write_text("".join(written(site, "g", version, records)), encoding="utf-8")
    return path


@dataclass(frozen=True, slots=True)
class Said:
    """What the command said."""

    code: int
    answers: list[Answer]
    error: str


class Asker:
    """Runs ``hubout decide`` in this process, with lines on its standard input."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def lines(self, replica: Path, text: bytes, *more: object) -> Said:
        """Ask with these bytes as they are."""
        self._monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(text)))
        self._capsys.readouterr()
        code = run(["decide", "--replica", str(replica), *map(str, more)])
        out, error = self._capsys.readouterr()
        return Said(code, [json.loads(line) for line in out.splitlines()], error)

    def __call__(self, replica: Path, requests: Iterable[object], *more: object) -> Said:
        """Ask with these requests, a line each."""
        return self.lines(replica, "".join(json.dumps(one) + "\n" for one in requests).encode(), *more)
