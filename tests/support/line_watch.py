"""Watching locks' lines from outside, and finding the grant on disk that each release was made on."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic_ns
from types import TracebackType
from typing import Self

from access.facts import Judged, Started
from devices.doorkeeper.mock_pins import MockBoard
from gateway.clock import Clock
from tests.support.site_books import Entry

LOOK_EVERY_S = 0.005
PULSED_WITHIN_MS = 2_100
"""A grant older than 2 s is never pulsed (D2)."""
CLOCKS_DIFFER_MS = 30


@dataclass(frozen=True, slots=True)
class Release:
    """A door's line left its rest, at a wall time."""

    door: str
    at_ms: float


class LineWatch:
    """Notes each release of the lines of a site, door → pin, as long as it is entered."""

    def __init__(self, board: MockBoard, pins: Mapping[str, int]) -> None:
        """Look at lines that nobody else closes meanwhile."""
        self.seen: list[Release] = []
        self._board, self._pins = board, pins
        self._known = {door: board.releases(pin) for door, pin in pins.items()}
        self._wall_minus_mono_ms = Clock().now().wall_ms - monotonic_ns() / 1e6
        self._stop = Event()
        self._thread = Thread(target=self._watch, name="lines")

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, with a last look."""
        self._stop.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            self._look()

    def _look(self) -> None:
        for door, pin in self._pins.items():
            line = self._board.reading(pin)
            at_ms = line.left_ns / 1e6 + self._wall_minus_mono_ms
            # More than one since the last look: they were no earlier than that, and are told apart by nobody.
            self.seen += [Release(door, at_ms)] * (line.releases - self._known[door])
            self._known[door] = line.releases


def ungranted(releases: list[Release], log: list[Entry]) -> list[Release]:
    """The releases for which the log holds no grant of their own: of that door, of the run that lived then, at most
    two seconds before. Every grant serves for one release (D2).
    """
    starts = [entry for entry in log if isinstance(entry.fact, Started)]
    grants = [entry for entry in log if isinstance(entry.fact, Judged) and entry.fact.granted]
    left: list[Release] = []
    for release in sorted(releases, key=lambda one: one.at_ms):
        latest_ms = release.at_ms + CLOCKS_DIFFER_MS
        run = next((entry.run for entry in reversed(starts) if entry.at_ms <= latest_ms), "")
        serves = (entry for entry in grants if _serves(entry, release, run))
        grant = next(serves, None)
        if grant is None:
            left.append(release)
        else:
            grants.remove(grant)
    return left


def _serves(entry: Entry, release: Release, run: str) -> bool:
    assert isinstance(entry.fact, Judged)
    since_ms = release.at_ms - entry.at_ms
    return entry.run == run and entry.fact.door == release.door and -CLOCKS_DIFFER_MS <= since_ms <= PULSED_WITHIN_MS
