"""Sustained messages a second: floor, gateway, floor again, with one and the same publisher; and what the log holds."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from access.facts import Sensed
from bench.clock import holds_within
from bench.place import Place
from bench.processes import Processes
from bench.trouble import CannotMeasure

SPARE_S = 60.0
SENSED = f'%"kind":"{Sensed.KIND}"%'
LOG_FILE, COUNT_FILE = "log.db", "floor.count"


@dataclass(frozen=True, slots=True)
class Stretch:
    """One publisher's run: messages, the seconds to the last answer, and messages never answered."""

    messages: int
    seconds: float
    unanswered: int


@dataclass(frozen=True, slots=True)
class Ingested:
    """Rates through the gateway and of the floor; ``lost``: messages unanswered, or not exactly once in the log."""

    messages_per_s: float
    floor_messages_per_s: float
    lost: int


class Sustained:
    """Measures one gateway, which runs."""

    def __init__(self, processes: Processes, place: Place, port: int) -> None:
        self._processes, self._place, self._port = processes, place, port
        self._runs = 0

    def measure(self, seconds: float, told: Callable[[str], None]) -> Ingested:
        """Push for so long through the gateway, between two stretches of the floor half as long together."""
        told("floor")
        before = self._floor(seconds / 4)
        told("gateway")
        rows = self._rows()
        through = self._stretch(seconds)
        logged = self._rows() - rows
        told("floor")
        after = self._floor(seconds / 4)
        floor = (before.messages + after.messages) / (before.seconds + after.seconds)
        lost = max(abs(through.messages - logged), through.unanswered)
        return Ingested(round(through.messages / through.seconds), round(floor), lost)

    def _floor(self, seconds: float) -> Stretch:
        return self._stretch(seconds, str(self._processes.folder / COUNT_FILE))

    def _stretch(self, seconds: float, *shared: str) -> Stretch:
        self._runs += 1
        words = ("bench.publisher", str(self._port), str(self._place.desks), str(seconds), *shared)
        publisher = self._processes.python(f"publisher-{self._runs}", *words)
        if not holds_within(lambda: publisher.ended, seconds + SPARE_S):
            raise CannotMeasure("the publisher did not come to an end")
        try:
            return Stretch(**json.loads(publisher.out.read_text(encoding="utf-8")))
        except ValueError:
            raise CannotMeasure(f"the publisher failed; it said: {publisher.words()}") from None

    def _rows(self) -> int:
        return sensed_rows(self._place.state / LOG_FILE)


def sensed_rows(log: Path) -> int:
    """How many readings of desk sensors a gateway's log holds."""
    with closing(sqlite3.connect(f"{log.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        query = "SELECT count(*) FROM log WHERE CAST(header AS TEXT) LIKE ?"
        (count,) = connection.execute(query, (SENSED,)).fetchone()
    return int(count)
