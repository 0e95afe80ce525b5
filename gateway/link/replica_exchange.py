"""What the replica's link and the registry say to each other: pages of changes, each step put on disk whole (S10).

Every method raises Trouble where the registry, StoreBroken where a file of ours is in the way; nothing has moved then.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from access.codec import BadBody, record_from_json
from access.downlink import ANEW_EVERY_MS
from access.replica import Change, Drop, Put, Replica, ReplicaRefused, apply
from gateway.database import StoreBroken, StoreDamaged
from gateway.link.client import RegistryClient
from gateway.link.step import Changed, Step
from gateway.link.store import LinkStore
from gateway.link.trouble import BadAnswer
from gateway.link.wire import ChangeBody, Page

T = TypeVar("T")
CHANGES_AT_MOST = 1_000_000
"""Of one step: a registry that sends more is not believed."""


@dataclass(frozen=True, slots=True)
class Held:
    """A version that is held; ``digest`` of its records, "" where it is not known."""

    generation: str
    version: int
    digest: str = ""


class ReplicaExchange:
    """One gateway's side of the feed. ``replica`` is the version held, on disk and in memory; ``differs``: it is not
    what the registry holds at that version.
    """

    def __init__(
        self, client: RegistryClient, store: LinkStore, replica: Replica, epoch: Callable[[], int] = lambda: 1
    ) -> None:
        """``client`` is this link's own connection; ``replica`` what ``store`` holds; ``epoch`` says which the log is
        in.
        """
        self._client, self._store, self._epoch = client, store, epoch
        self.replica = replica
        self._on_disk = self._at = (replica.generation, replica.version)
        self._digest = ""
        self._begun = _Collected(snapshot=False)
        self._anew_due_ms = 0
        self.differs = False

    @property
    def held(self) -> Held:
        """The version held."""
        return Held(self.replica.generation, self.replica.version, self._digest)

    def settle(self) -> None:
        """Learn the digest of what is held. Raises StoreBroken."""
        self._known_digest()

    def introduce(self) -> None:
        """Take the token as its file holds it now, at the beginning and after a failure."""
        self._client.introduce()

    def pull(self, now_ms: int) -> bool:
        """Ask for a page of changes; with the last one, the whole step is put on disk and becomes ``replica``. Whether
        there is more.
        """
        page = self._client.changes(*self._at, self._epoch())
        if page is None:
            return False
        try:
            self._collect(page)
            if not page.more:
                self._step(page, now_ms)
        except (BadBody, BadAnswer, ReplicaRefused) as error:
            self._restart()
            raise BadAnswer(f"the registry's changes cannot be used: {error}") from error
        return self.collecting

    def doubt(self, now_ms: int) -> bool:
        """The registry holds other records at the version held: fetch everything anew, but seldom (a fault of ours must
        not fetch it all again and again). Whether it begins.
        """
        self.differs = True
        if now_ms < self._anew_due_ms:
            return False
        self._anew_due_ms = now_ms + ANEW_EVERY_MS
        self._at, self._begun = ("", 0), _Collected(snapshot=False)
        return True

    @property
    def collecting(self) -> bool:
        """Whether a step has begun whose last page is still to come."""
        return self._at != self._on_disk or self._begun.snapshot or bool(self._begun.changes)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

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

    def _step(self, page: Page, now_ms: int) -> None:
        """From version to version, whole; nothing to do where it is the one that is held."""
        held, begun = self.replica, self._begun
        if page.generation == held.generation and page.version < held.version:
            raise BadAnswer(f"they lead back to version {page.version}, and this site holds {held.version}")
        step = Step(page.generation, page.version, begun.snapshot, begun.stored, since=held.version)
        known = self._known_digest()
        digest = self._stored(lambda: self._store.digest_after(known, step))
        self.differs = page.digest not in {None, digest}
        if self.differs and not begun.snapshot and self.doubt(now_ms):
            return
        if begun.snapshot or begun.changes or page.version != held.version:
            after = apply(Replica() if begun.snapshot else held, page.generation, page.version, begun.changes)
            self._stored(lambda: self._store.keep(replace(step, digest=digest)))
            self.replica, self._digest, self._on_disk = after, digest, (step.generation, step.version)
        self._restart()

    def _known_digest(self) -> str:
        if not self._digest:
            self._digest = self._stored(self._store.digest)
        return self._digest

    def _stored(self, done: Callable[[], T]) -> T:
        """What the file gives. Where it fails, all begins again with what is on disk: nothing, where it was damaged."""
        try:
            return done()
        except StoreDamaged:
            self._on_disk = ("", 0)
            self._restart()
            raise
        except StoreBroken:
            self._restart()
            raise

    def _restart(self) -> None:
        """Ask from the version on disk."""
        self._at, self._begun = self._on_disk, _Collected(snapshot=False)


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
