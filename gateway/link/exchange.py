"""What the log's link and the registry say to each other: greeting and rows; each moves the planner's state on.

A greeting names some rows of the log by their hashes, and the registry may ask for others, until it knows up to where
both have the same: there the log goes on, or there it becomes a branch of its own (guarantees S6, S7).

Every method raises Trouble where the registry, StoreBroken where a file of ours is in the way; nothing has moved then.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeVar

from access import marks
from access.forgotten import Forgotten
from access.layout import digest
from access.log import GENESIS, Broken, Chain, Gap, Row, verify
from access.uplink import BATCH_BYTES, BATCH_EVENTS, Uplink, acknowledged, greet_again_ms, greeted
from access.witness import Head
from gateway.database import StoreBroken, StoreDamaged
from gateway.link.client import RegistryClient
from gateway.link.trouble import BadAnswer, Fork, Narrow, NotUnderstood, Refusal
from gateway.link.wire import Greeting, Resume, batch
from gateway.log.history import broken_sentence
from gateway.log.reader import Reader

LOG = logging.getLogger("hubout.gateway")
T = TypeVar("T")


class Exchange:
    """One gateway's side of the API, as far as its log goes. ``confirmed``: by staff's word it is the site's (S6).
    ``files`` counts how often the log's file was opened: once more where another lies in its place.
    """

    def __init__(
        self,
        branch: Chain,
        software: str,
        client: RegistryClient,
        log_path: Path,
        layout: Mapping[str, Any] | None = None,
        doubt: Callable[[str], None] = lambda _: None,
    ) -> None:
        """``branch`` says whose log it is and which run writes it; ``log_path`` is that log's file, which says its
        epoch; ``layout`` the site's, if it is told; ``doubt`` is told where that file is damaged.
        """
        self.site, self._epoch, self._run, self._software = branch.site, branch.epoch, branch.run, software
        self._client, self._log_path, self._layout, self._doubt = client, log_path, layout, doubt
        self._reader: Reader | None = None
        self._earlier, self.confirmed = False, True
        self.files = 0
        self.heads: Sequence[Head] = ()
        self.forgotten: Sequence[Forgotten] = ()

    def greet(self, link: Uplink, now_ms: int) -> Uplink:
        """Say hello, and learn up to where the registry holds our log; both heads must be the same (S4, S6). It is
        greeted again later, sooner while staff have not confirmed this log. ``heads`` are then those of other sites,
        and ``forgotten`` those whom the registry has erased.
        """
        extent = self.read(lambda reader: reader.extent())
        self._epoch = extent.epoch
        answer = self._greeted(link, marks.usual(link.logged, link.acked, extent.base_seq))
        if answer.resume > link.logged:
            raise Fork(f"the registry holds events up to {answer.resume} of this log, which ends before: an old copy?")
        known = self.read(lambda reader: reader.hash_at(answer.resume))
        if known is not None and known.hex() != answer.head:
            raise Fork(f"the registry holds another event {answer.resume} than this log; staff must say which is right")
        if answer.answer == "rewind":
            LOG.warning("the registry has lost what it had after event %d; it is sent again", answer.resume)
        self._tell_layout(answer)
        self.confirmed = answer.confirmed
        self.heads = [(site, *head) for site, head in answer.witness.items()]
        self.forgotten = tuple(Forgotten(*one) for one in answer.erased)
        return greeted(link, answer.resume, greet_again_ms(now_ms, confirmed=answer.confirmed))

    def _greeted(self, link: Uplink, numbers: list[int]) -> Resume:
        """Greet, and tell of the rows that the registry asks about, until it answers where the log goes on. A registry
        of an earlier version is told what it understands, until it says more than that one could.
        """
        for _ in range(marks.ROUNDS):
            plain = self._earlier
            try:
                answer = self._client.hello(self._greeting(link, None if plain else self._named(numbers)))
            except Narrow as asked:
                numbers = marks.between(asked.after, min(asked.before, link.logged))
            except NotUnderstood:
                if plain:
                    raise
                self._earlier = True
            else:
                self._earlier = self._earlier and answer.answer is None
                if self._earlier or not plain:
                    return answer
        raise BadAnswer("the registry asks about ever more of this log; see that its version fits this one's")

    def _named(self, numbers: list[int]) -> list[tuple[int, bytes]]:
        return self.read(lambda reader: reader.marks(numbers))

    def _greeting(self, link: Uplink, named: list[tuple[int, bytes]] | None) -> Greeting:
        head = self._hash_at(link.logged)
        return Greeting(
            self.site, self._epoch, link.logged, head, self._run, self._software, acked=link.acked, marks=named
        )

    def _tell_layout(self, answer: Resume) -> None:
        """Tell what the doors are judged by, where the registry holds something else; a refusal stops nothing else."""
        if self._layout is None or answer.layout is None or answer.layout == digest(self._layout):
            return
        try:
            self._client.layout(json.dumps({"epoch": self._epoch, "layout": self._layout}).encode())
        except Refusal as error:
            LOG.warning("the registry does not take this site's layout, so it can answer no what-if here: %s", error)

    def send(self, link: Uplink) -> Uplink:
        """Send what follows the acknowledged rows, so much as one batch holds: rows, and what is no more (S3). Where an
        epoch begins, the registry is greeted in it first; what a damaged log may still give back is waited for.
        """
        found = self.read(lambda reader: self._after(reader, link))
        rows = list(takewhile(lambda one: isinstance(one, Gap) or one.epoch <= self._epoch, found))
        if found and not rows:
            return replace(link, greeted=False)
        acked = self._client.events(batch(self.site, self._epoch, rows, BATCH_BYTES))
        if acked == link.acked:
            raise BadAnswer(f"the registry took the events after {link.acked} and acknowledged none of them")
        return acknowledged(link, acked)

    def _after(self, reader: Reader, link: Uplink) -> list[Row | Gap]:
        """The part of the log that follows the acknowledged rows, verified."""
        after = reader.following(link.acked, BATCH_EVENTS, BATCH_BYTES)
        known = [one for one in after.found if isinstance(one, Gap) or one.seq <= link.logged]
        if after.mending and known and isinstance(known[0], Gap):
            raise StoreBroken(
                f"events from {link.acked + 1} on are being brought over from a damaged log, and then sent"
            )
        newest = max((one.epoch for one in known if isinstance(one, Row)), default=self._epoch)
        end = verify(known, self.site, newest, link.acked, after.head or GENESIS)
        if isinstance(end, Broken):
            raise StoreDamaged(broken_sentence(self._log_path, end))
        if not known:
            raise StoreDamaged(f"{self._log_path} lacks event {link.acked + 1}; see `hubout log verify`")
        return known

    def log_after(self, after: int, limit: int) -> list[Row | Gap]:
        """What the registry has of this log after a number, at most so many elements; nothing is proven of it yet."""
        return self._client.log(self._epoch, after, limit)

    def close(self) -> None:
        """Hang up, and let go of the log."""
        self._client.close()
        self._forget_reader()

    def abort(self) -> None:
        """Break off what is being asked; from another thread."""
        self._client.abort()

    def _hash_at(self, seq: int) -> bytes:
        found = self.read(lambda reader: reader.hash_at(seq))
        if found is None:
            raise StoreBroken(f"{self._log_path} lacks event {seq}; see `hubout log verify`")
        return found

    def read(self, ask: Callable[[Reader], T]) -> T:
        """Ask the log on disk; after a failure, or where another file lies in its place, that is opened anew."""
        if self._reader is not None and self._reader.is_replaced():
            self._forget_reader()
        try:
            if self._reader is None:
                self._reader = Reader.open(self._log_path)
                self.files += 1
            return ask(self._reader)
        except StoreBroken as error:
            self._forget_reader()
            if isinstance(error, StoreDamaged):
                self._doubt(str(error))
            raise

    def _forget_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()
