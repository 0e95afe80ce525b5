"""A gateway's side of the links as a test drives it: a real log, the real threads, and what they posted."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from access.events import Event, ReplicaArrived
from access.facts import Fact
from access.log import Chain
from access.replica import Replica
from gateway.clock import Clock
from gateway.link.client import Address, RegistryClient
from gateway.link.exchange import Exchange
from gateway.link.links import RegistryLinks, links_of
from gateway.link.store import LinkStore
from gateway.log.reader import Reader
from gateway.log.returning import Returning
from registry.setup import Registry
from registry.tables import core as t
from tests.support.logs import SITE, linked, numbered, opened
from tests.support.parts import wait_until

SOME_TOKEN = "the-token"
EAGER = 0.999
"""The chance that halves every wait."""


class LinkBench:
    """One site's log and its link to ``url``. Made by ``link_bench``."""

    def __init__(
        self, folder: Path, url: str, token: str, site: str, layout: Mapping[str, Any] | None, run: str = "run"
    ) -> None:
        self.folder, self.url, self.site, self.layout = folder, url, site, layout
        self.token_file = folder / "gateway.token"
        self.token_file.write_text(token)
        self.store, chain = opened(folder / "log.db", site)
        self.chain = replace(chain, run=run)
        self.clock = Clock()
        self.posted: list[Event] = []
        self.doubts: list[str] = []
        self.returning = Returning(self.store)
        self.link = self._made()

    def _made(self) -> RegistryLinks:
        kept = LinkStore.open(self.folder / "link.db")
        address = Address(self.url, self.token_file)
        branch = Chain(self.chain.site, self.chain.epoch, self.chain.run, self.chain.seq, self.chain.head)
        upwards = RegistryClient(address, self.clock.mono_ms)
        exchange = Exchange(branch, "hubout test", upwards, self.folder / "log.db", self.layout, self.doubts.append)
        replica, post = kept.replica(), self.posted.append
        return links_of(
            exchange,
            self.chain.seq,
            address,
            kept,
            replica,
            lambda: self.chain.epoch,
            self.clock,
            lambda: EAGER,
            post,
            self.returning,
        )

    def restart(self) -> None:
        """End the link's thread and begin another on the same files."""
        self.link.stop()
        self.link = self._made()
        self.link.start()

    def log(self, count: int) -> None:
        """Commit so many rows and tell the link."""
        self.chain, rows = numbered(self.chain, count)
        self.store.commit(rows, [], None)
        self.link.logged(self.chain.seq)

    def begin(self, epoch: int, *facts: Fact) -> None:
        """Commit these facts in a new epoch and tell the link."""
        self.chain, rows = linked(replace(self.chain, epoch=epoch), facts)
        self.store.commit(rows, [], None)
        self.link.logged(self.chain.seq)

    @property
    def held(self) -> Replica:
        """What the link holds, on disk and in memory."""
        return self.link.down._exchange.replica

    @property
    def replica(self) -> Replica | None:
        """The last replica that was posted."""
        return self.replicas[-1] if self.replicas else None

    @property
    def replicas(self) -> list[Replica]:
        """Those that were posted."""
        return [event.replica for event in self.posted if isinstance(event, ReplicaArrived)]

    @property
    def trouble(self) -> str:
        """What the site's pages show."""
        return self.link.standing(self.chain.seq, 0).trouble

    def until_acked(self, within_s: float = 20.0) -> None:
        """Wait until the registry has the whole log."""
        wait_until(self._acked, f"{self.chain.seq} events to be acknowledged", within_s, self._stands)

    def until_trouble(self, words: str) -> None:
        """Wait for a trouble that says this."""
        wait_until(lambda: words in self.trouble, f"the trouble {words!r}", 15.0, self._stands)

    def until_well(self, within_s: float = 20.0) -> None:
        """Wait until nothing is wrong and the replica is confirmed."""
        wait_until(self._well, "the link to be well", within_s, self._stands)

    def _acked(self) -> bool:
        return self.link.status.acked == self.chain.seq

    def _well(self) -> bool:
        status = self.link.status
        return status.online and not status.troubles and status.confirmed_ms is not None

    def _stands(self) -> str:
        return str(self.link.status)


def holds_the_same(books: Registry, bench: LinkBench) -> None:
    """The registry has every row of the log, once, byte for byte."""
    e = t.event.c
    with books.database.read() as connection:
        found = connection.execute(select(e.seq, e.header, e.salt, e.body).where(e.site == bench.site).order_by(e.seq))
        there = [(seq, bytes(header), bytes(salt), bytes(body)) for seq, header, salt, body in found]
    reader = Reader.open(bench.folder / "log.db")
    rows = reader.rows(0, bench.chain.seq + 1, 1 << 40)
    reader.close()
    assert there == [(row.seq, row.header, row.salt, row.body) for row in rows]
    standing = books.standing(bench.site)
    assert standing is not None
    assert (standing.seq, standing.head) == (bench.chain.seq, bench.chain.head)


@contextmanager
def link_bench(
    folder: Path,
    url: str,
    token: str = SOME_TOKEN,
    site: str = SITE,
    layout: Mapping[str, Any] | None = None,
    run: str = "run",
) -> Iterator[LinkBench]:
    """Give a running link, and end it."""
    bench = LinkBench(folder, url, token, site, layout, run)
    bench.link.start()
    try:
        yield bench
    finally:
        bench.link.stop()
        bench.store.close()
