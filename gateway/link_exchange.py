"""What the log's link and the registry say to each other: greeting and rows; each moves the planner's state on.

Every method raises Trouble where the registry, StoreBroken where a file of ours is in the way; nothing has moved then.
"""

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from access.layout import digest
from access.log import Chain
from access.uplink import BATCH_BYTES, BATCH_EVENTS, Uplink, acknowledged, greeted
from gateway.database import StoreBroken
from gateway.log_reader import Reader
from gateway.registry_client import RegistryClient
from gateway.registry_trouble import BadAnswer, Fork, Refusal
from gateway.registry_wire import Greeting, Resume, batch

LOG = logging.getLogger("hubout.gateway")
T = TypeVar("T")


class Exchange:
    """One gateway's side of the API, as far as its log goes."""

    def __init__(
        self,
        branch: Chain,
        software: str,
        client: RegistryClient,
        log_path: Path,
        layout: Mapping[str, Any] | None = None,
    ) -> None:
        """``branch`` says whose log it is; ``log_path`` is that log's file; ``layout`` the site's, if it is told."""
        self._site, self._epoch, self._run, self._software = branch.site, branch.epoch, branch.run, software
        self._client, self._log_path, self._layout = client, log_path, layout
        self._reader: Reader | None = None

    def greet(self, link: Uplink) -> Uplink:
        """Say hello, and learn up to where the registry holds our log; both heads must be the same (S4, S6)."""
        head = self._hash_at(link.logged)
        answer = self._client.hello(Greeting(self._site, self._epoch, link.logged, head, self._run, self._software))
        if answer.resume > link.logged:
            raise Fork(f"the registry holds events up to {answer.resume} of this log, which ends before: an old copy?")
        if self._hash_at(answer.resume).hex() != answer.head:
            raise Fork(f"the registry holds another event {answer.resume} than this log; staff must say which is right")
        self._tell_layout(answer)
        return greeted(link, answer.resume)

    def _tell_layout(self, answer: Resume) -> None:
        """Tell what the doors are judged by, where the registry holds something else; a refusal stops nothing else."""
        if self._layout is None or answer.layout is None or answer.layout == digest(self._layout):
            return
        try:
            self._client.layout(json.dumps({"epoch": self._epoch, "layout": self._layout}).encode())
        except Refusal as error:
            LOG.warning("the registry does not take this site's layout, so it can answer no what-if here: %s", error)

    def send(self, link: Uplink) -> Uplink:
        """Send the rows that follow the acknowledged ones, so many as one batch holds."""
        found = self._read(lambda reader: reader.rows(link.acked, BATCH_EVENTS, BATCH_BYTES))
        rows = [row for row in found if row.seq <= link.logged]
        if not rows or rows[0].seq != link.acked + 1:
            raise StoreBroken(f"{self._log_path} lacks event {link.acked + 1}; see `hubout log verify`")
        acked = self._client.events(batch(self._site, self._epoch, rows, BATCH_BYTES))
        if acked == link.acked:
            raise BadAnswer(f"the registry took the events after {link.acked} and acknowledged none of them")
        return acknowledged(link, acked)

    def close(self) -> None:
        """Hang up, and let go of the log."""
        self._client.close()
        self._forget_reader()

    def abort(self) -> None:
        """Break off what is being asked; from another thread."""
        self._client.abort()

    def _hash_at(self, seq: int) -> bytes:
        found = self._read(lambda reader: reader.hash_at(seq))
        if found is None:
            raise StoreBroken(f"{self._log_path} lacks event {seq}; see `hubout log verify`")
        return found

    def _read(self, ask: Callable[[Reader], T]) -> T:
        """Ask the log on disk; after a failure its file is opened anew next time."""
        self._reader = self._reader or Reader.open(self._log_path)
        try:
            return ask(self._reader)
        except StoreBroken:
            self._forget_reader()
            raise

    def _forget_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()
