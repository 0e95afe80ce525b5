"""The pages' end of the feed: the latest snapshot and how old it is, and asking the gateway to do something.

Comes back by itself when the gateway goes away and returns. A task of the pages' own event loop.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from access.clock import SECOND_MS
from gateway.pages.shape import Snapshot

LINE_BYTES = 8 * 1024 * 1024
SILENT_AFTER_S = 5.0
ANSWER_WITHIN_S = 3.0
LOOK_AGAIN_S = 1.0
FIRST_WAIT_S, LONGEST_WAIT_S = 0.1, 2.0
ASKS_WAITING = 16

LOG = logging.getLogger(__name__)
_snapshot: TypeAdapter[Snapshot] = TypeAdapter(Snapshot)


class NotAsked(ConnectionError):
    """The gateway cannot be asked now; nothing was done."""


class NotAnswered(TimeoutError):
    """The gateway was asked, and did not say in time whether it did it."""


class AskRefused(ValueError):
    """The gateway refused; the message is its sentence."""


class FeedReader:
    """Reads the feed at ``path`` while ``run`` runs. ``monotonic_s`` is the clock ages are measured on."""

    def __init__(self, path: Path, monotonic_s: Callable[[], float]) -> None:
        self.seen: Snapshot | None = None
        self.version = 0
        self.unreadable = 0
        self._path, self._monotonic_s = path, monotonic_s
        self._heard_s = 0.0
        self._moved = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None
        self._asks: dict[str, asyncio.Future[Mapping[str, Any]]] = {}
        self._asked = 0

    @property
    def silent_s(self) -> float | None:
        """For how long the gateway has been silent, None while it answers. Before its first word: since the start."""
        since_s = self.age_s
        return since_s if self.seen is None or since_s > SILENT_AFTER_S else None

    @property
    def age_s(self) -> float:
        """How long ago the latest snapshot came, or the start was."""
        return self._monotonic_s() - self._heard_s

    async def moved(self, within_s: float = LOOK_AGAIN_S) -> None:
        """Wait for the next snapshot, at most this long: then it is time to say how old the last one is."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._moved.wait(), within_s)

    async def run(self) -> None:
        """Read until cancelled, connecting anew with growing waits."""
        self._heard_s = self._monotonic_s()
        wait_s = FIRST_WAIT_S
        while True:
            before = self.version
            with suppress(OSError, ValueError):  # Gone, or a line beyond all bounds.
                await self._read_one_connection()
            wait_s = FIRST_WAIT_S if self.version != before else min(wait_s * 2, LONGEST_WAIT_S)
            await asyncio.sleep(wait_s)

    async def _read_one_connection(self) -> None:
        reader, writer = await asyncio.open_unix_connection(str(self._path), limit=LINE_BYTES)
        self._writer = writer
        try:
            while line := await reader.readline():
                self._take(line)
        finally:
            self._writer = None
            for waiting in self._asks.values():
                if not waiting.done():
                    waiting.set_exception(NotAnswered())
            writer.close()

    def _take(self, line: bytes) -> None:
        if line.startswith(b'{"answer"'):
            answer = json.loads(line)
            if (waiting := self._asks.get(answer["answer"])) is not None and not waiting.done():
                waiting.set_result(answer)
            return
        try:
            self.seen = _snapshot.validate_json(line)
        except ValidationError as error:
            self.unreadable += 1
            LOG.warning("a snapshot could not be read (%s mistakes); the last good one stays", error.error_count())
            return
        self._heard_s = self._monotonic_s()
        self.version += 1
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def ask(self, what: Mapping[str, object]) -> None:
        """Ask the gateway to do this (gateway.pages_asked). Raises NotAsked, NotAnswered or AskRefused."""
        if self._writer is None or self.seen is None or self.silent_s is not None or len(self._asks) >= ASKS_WAITING:
            raise NotAsked
        self._asked += 1
        ident = str(self._asked)
        waiting = self._asks[ident] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(self._line({"id": ident, **what}, self.seen))
            answer = await asyncio.wait_for(waiting, ANSWER_WITHIN_S)
        except TimeoutError as error:
            raise NotAnswered from error
        finally:
            del self._asks[ident]
        if not answer["accepted"]:
            raise AskRefused(answer["why"])

    def _line(self, what: Mapping[str, object], seen: Snapshot) -> bytes:
        """The ask as a line, dated on the gateway's own clock as far as it is known here."""
        since_ms = round(self.age_s * SECOND_MS)
        return json.dumps({**what, "at_ms": seen["mono_ms"] + since_ms}).encode() + b"\n"
