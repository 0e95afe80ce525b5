"""Which version each gateway decides by, as it says when it asks the lane: in memory at once, in the database soon.

The lane must not wait for whoever writes, so one thread of each process writes for it, and sweeps in what changes by
time alone: however long that waits, the lane does not.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from registry.database import Database
from registry.downlink.sweeping import sweep
from registry.guard.metrics import log
from registry.prepared import Prepared

SEEN_EVERY_MS = 60_000
"""So often the time is written at which a gateway was last seen that decides by the same version as before."""
SWEEP_EVERY_MS = 2_000
"""So often a process looks at most for what time alone has changed."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A gateway of ``site`` in ``epoch`` decides by this version, and said so at ``seen_ms``."""

    site: str
    epoch: int
    generation: str
    version: int
    seen_ms: int


_PUT = Prepared(
    text(
        "INSERT INTO applied (site, epoch, generation, version, seen_ms)"
        " VALUES (:site, :epoch, :generation, :version, :seen_ms) ON CONFLICT (site, epoch) DO UPDATE"
        " SET generation = excluded.generation, version = excluded.version, seen_ms = excluded.seen_ms"
    )
)


class Noted:
    """What gateways said, until it is written; safe to use from any thread."""

    def __init__(self, database: Database, wall_ms: Callable[[], int]) -> None:
        self._database, self._wall_ms = database, wall_ms
        self._lock = Lock()
        self._waiting: dict[tuple[str, int], Applied] = {}
        self._written: dict[tuple[str, int], Applied] = {}
        self._busy = False
        self._swept_ms = 0
        self._writer = ThreadPoolExecutor(1, "applied")

    def note(self, said: Applied) -> None:
        """Keep what a gateway said, and have it written where that is news; never waits."""
        with self._lock:
            before = self._written.get((said.site, said.epoch))
            if before is None or _is_news(before, said):
                self._waiting[said.site, said.epoch] = said
            if self._busy or not (self._waiting or self._sweep_due(said.seen_ms)):
                return
            self._busy = True
        self._writer.submit(self._write)

    def sweep(self) -> None:
        """Sweep, unless this process did within the last two seconds: whoever then asks too early is told by the lane
        to ask again. Raises what the database does, and the next one comes in two seconds.
        """
        at_ms = self._wall_ms()
        with self._lock:
            if not self._sweep_due(at_ms):
                return
            self._swept_ms = at_ms
        sweep(self._database, at_ms)

    def _sweep_due(self, at_ms: int) -> bool:
        return at_ms - self._swept_ms >= SWEEP_EVERY_MS or at_ms < self._swept_ms

    def close(self) -> None:
        """Write what waits, and end."""
        self._writer.shutdown()

    def _write(self) -> None:
        """Write and sweep, again as long as more came meanwhile; what cannot be done now is when the next one asks."""
        more, broke = True, True
        try:
            while more:
                more = self._write_once()
            broke = False
        finally:
            if broke:
                with self._lock:
                    self._busy = False

    def _write_once(self) -> bool:
        """Whether more came meanwhile."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        failed = not self._written_down(waiting)
        with self._lock:
            self._waiting = waiting | self._waiting if failed else self._waiting
            self._busy = more = bool(self._waiting) and not failed
        return more

    def _written_down(self, waiting: dict[tuple[str, int], Applied]) -> bool:
        try:
            if waiting:
                with self._database.write() as connection:
                    put(connection, list(waiting.values()))
                self._written |= waiting
            self.sweep()
        except SQLAlchemyError as error:
            log.error(json.dumps({"failure": "database", "what": str(error).split("\n", 1)[0]}))
            return False
        return True


def _is_news(before: Applied, said: Applied) -> bool:
    moved = (before.generation, before.version) != (said.generation, said.version)
    return moved or not 0 <= said.seen_ms - before.seen_ms < SEEN_EVERY_MS


def put(connection: Connection, said: list[Applied]) -> None:
    """Write what gateways decide by."""
    for one in said:
        values = {"site": one.site, "epoch": one.epoch, "generation": one.generation}
        _PUT.on(connection, values | {"version": one.version, "seen_ms": one.seen_ms})
