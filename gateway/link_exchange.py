"""What the link and the registry say to each other: greeting, rows, changes; each moves the planner's state on.

Every method raises Trouble where the registry, StoreBroken where a file of ours is in the way; nothing has moved then.
"""

import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from access.codec import BadBody, record_from_json
from access.layout import digest
from access.log import GENESIS, Chain
from access.replica import Change, Drop, Put, Replica, ReplicaRefused, apply
from access.uplink import BATCH_BYTES, BATCH_EVENTS, Uplink, acknowledged, greeted, pulled
from gateway.database import StoreBroken, StoreDamaged
from gateway.link_store import Changed, LinkStore, Step
from gateway.log_reader import Reader
from gateway.registry_client import RegistryClient
from gateway.registry_trouble import BadAnswer, Fork, Refusal
from gateway.registry_wire import ChangeBody, Greeting, Page, Resume, batch

LOG = logging.getLogger("hubout.gateway")
T = TypeVar("T")
CHANGES_AT_MOST = 1_000_000
"""Of one step: a registry that sends more is not believed."""


class Exchange:
    """One gateway's side of the API. ``replica`` is the version held, on disk and in memory."""

    def __init__(
        self,
        branch: Chain,
        software: str,
        client: RegistryClient,
        log_path: Path,
        store: LinkStore,
        replica: Replica,
        layout: Mapping[str, Any] | None = None,
    ) -> None:
        """``branch`` says whose log it is; ``log_path`` is that log's file; ``layout`` the site's, if it is told."""
        self._site, self._epoch, self._run, self._software = branch.site, branch.epoch, branch.run, software
        self._client, self._log_path, self._store, self._layout = client, log_path, store, layout
        self._reader: Reader | None = None
        self.replica = replica
        self._on_disk = self._at = (replica.generation, replica.version)
        self._begun = _Collected(snapshot=False)

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
        found = self._read(lambda reader: reader.rows(self._epoch, link.acked, BATCH_EVENTS, BATCH_BYTES))
        rows = [row for row in found if row.seq <= link.logged]
        if not rows or rows[0].seq != link.acked + 1:
            raise StoreBroken(f"{self._log_path} lacks event {link.acked + 1}; see `hubout log verify`")
        acked = self._client.events(batch(self._site, self._epoch, rows, BATCH_BYTES))
        if acked == link.acked:
            raise BadAnswer(f"the registry took the events after {link.acked} and acknowledged none of them")
        return acknowledged(link, acked)

    def pull(self, link: Uplink, now_ms: int) -> Uplink:
        """Ask for a page of changes; with the last one, the whole step is put on disk and becomes ``replica``."""
        page = self._client.changes(*self._at)
        if page is None:
            return pulled(link, now_ms, more=False)
        try:
            self._collect(page)
            if not page.more:
                self._step(page)
        except (BadBody, BadAnswer, ReplicaRefused) as error:
            self._restart()
            raise BadAnswer(f"the registry's changes cannot be used: {error}") from error
        return pulled(link, now_ms, more=page.more)

    @property
    def collecting(self) -> bool:
        """Whether a step has begun whose last page is still to come."""
        return self._at != self._on_disk

    def close(self) -> None:
        """Hang up, and let go of the log."""
        self._client.close()
        self._forget_reader()

    def abort(self) -> None:
        """Break off what is being asked; from another thread."""
        self._client.abort()

    def _collect(self, page: Page) -> None:
        generation, version = self._at
        if page.snapshot:
            self._begun, version = _Collected(snapshot=True), 0
        elif page.generation != generation:
            raise BadAnswer("they are of another generation without being a snapshot")
        if page.version < version or (page.more and page.version == version):
            raise BadAnswer(f"they lead from version {version} to {page.version}")
        self._begun.take(page)
        self._at = (page.generation, page.version)

    def _step(self, page: Page) -> None:
        """From version to version, whole; nothing to do where it is the one that is held."""
        held, begun = self.replica, self._begun
        if page.generation == held.generation and page.version < held.version:
            raise BadAnswer(f"they lead back to version {page.version}, and this site holds {held.version}")
        if begun.snapshot or begun.changes or page.version != held.version:
            base = Replica() if begun.snapshot else held
            after = apply(base, page.generation, page.version, begun.changes)
            self._keep(Step(page.generation, page.version, begun.snapshot, begun.stored))
            self.replica = after
        self._restart()

    def _keep(self, step: Step) -> None:
        try:
            self._store.keep(step)
        except StoreDamaged:
            self._on_disk = ("", 0)
            self._restart()
            raise
        except StoreBroken:
            self._restart()
            raise
        self._on_disk = (step.generation, step.version)

    def _restart(self) -> None:
        """Ask from the version on disk."""
        self._at, self._begun = self._on_disk, _Collected(snapshot=False)

    def _hash_at(self, seq: int) -> bytes:
        if seq == 0:
            return GENESIS
        found = self._read(lambda reader: reader.hash_at(self._epoch, seq))
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


class _Collected:
    """The changes of the pages so far, for the core and for the disk; ``snapshot``: they begin at nothing."""

    def __init__(self, *, snapshot: bool) -> None:
        self.snapshot = snapshot
        self.changes: list[Change] = []
        self.stored: list[Changed] = []

    def take(self, page: Page) -> None:
        """Add a page's changes. Raises BadBody or BadAnswer."""
        if len(self.changes) + len(page.changes) > CHANGES_AT_MOST:
            raise BadAnswer(f"they are more than {CHANGES_AT_MOST} in one step")
        for change in page.changes:
            stored, read = _read_change(change)
            self.stored.append(stored)
            self.changes.append(read)


def _read_change(change: ChangeBody) -> tuple[Changed, Change]:
    if change.record is None:
        return Changed(change.kind, change.id, None), Drop(change.kind, change.id)
    # Escaped, so that whatever text it holds can be stored.
    text = json.dumps(change.record, separators=(",", ":"))
    record = record_from_json(change.kind, text)
    if record.id != change.id:
        raise BadAnswer(f"a {change.kind} goes by two ids")
    return Changed(change.kind, change.id, text), Put(record)
