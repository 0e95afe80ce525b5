"""Fifty gateways come back at once to one registry: each is served, each event is there once, memory stays bounded, and
a badge is revoked meanwhile as fast as ever (S9, D9).
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Self

import httpx
import pytest

from hubout.ports import free_port
from registry.people.people import Profile, Rights
from registry.setup import Registry
from registry.uplink.intake import Bounds
from tests.support.link_bench import LinkBench, holds_the_same
from tests.support.parts import Part, wait_until

SITES, EVENTS = 50, 1_200
SERVED_WITHIN_S, DRAINED_WITHIN_S = 45.0, 120.0
TOLD_WITHIN_S = 5.0
MEMORY_BOUND_MB = 64
"""How much the registry may grow: what ``Bounds`` lets it hold, three times over while some of it is parsed."""


class Process:
    """The registry's own process."""

    def __init__(self, folder: Path, url: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        words: list[str | Path] = ["registry", "--database", url, "--keys", folder / "keys", "--port", str(self.port)]
        self.part = Part("registry", folder, words)

    def __enter__(self) -> Self:
        self.part.start()
        wait_until(self._answers, "the registry to answer", words=self.part.tail)
        return self

    def __exit__(self, *_: object) -> None:
        self.part.end_all()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def most_mb(self) -> float:
        """The most memory that it ever held resident."""
        status = Path(f"/proc/{self.part.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1_024


class Lane:
    """Somebody who revokes one badge after the other, and a gateway that asks the lane until it hears of each."""

    def __init__(self, process: Process, books: Registry, site: str, token: str) -> None:
        self._process, self._books, self._site = process, books, site
        self._http = httpx.Client(
            base_url=f"{process.url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30
        )
        self.waits_s: list[float] = []
        self._stop = Event()
        self._thread = Thread(target=self._run, name="lane")

    def __enter__(self) -> Self:
        self._person = self._books.add_person(Profile("Anna"))
        self._books.set_rights(self._site, self._person, Rights(frozenset({"hall"})))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._http.close()

    def _run(self) -> None:
        at = {"generation": "", "since": "1"}
        number = 0
        while not self._stop.wait(0.1):
            number += 1
            badge = self._books.enrol(self._person, f"04{number:012X}")
            self._books.revoke(badge)
            began_s = monotonic()  # Of the revocation, which waits its turn like any edit, being committed.
            while badge not in self._news(at):
                assert monotonic() - began_s < 2 * TOLD_WITHIN_S
            self.waits_s.append(monotonic() - began_s)

    def _news(self, at: dict[str, str]) -> set[str]:
        answer = self._http.get("/gateway/lane", params=at)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        at.update(generation=said["generation"], since=str(said["version"]))
        return {ident for _, ident, _ in said["denials"]}


@contextmanager
def fleet(folder: Path, process: Process, tokens: dict[str, str]) -> Iterator[list[LinkBench]]:
    """Every site's link with a log that is full already; none has begun."""
    benches: list[LinkBench] = []
    try:
        for site, token in tokens.items():
            (folder / site).mkdir()
            benches.append(LinkBench(folder / site, process.url, token, site, None))
            benches[-1].log(EVENTS)
        yield benches
    finally:
        for bench in benches:
            bench.link.stop()
            bench.store.close()


def drained(benches: list[LinkBench], process: Process) -> None:
    """Wait until each was served once, and then until all are drained."""
    wait_until(lambda: all(bench.link.status.acked for bench in benches), "each", SERVED_WITHIN_S, process.part.tail)
    done = lambda: all(bench.link.status.acked == EVENTS for bench in benches)  # noqa: E731
    wait_until(done, "every site to be drained", DRAINED_WITHIN_S, process.part.tail)


@pytest.mark.alone
def test_fifty_sites_at_once_are_each_served_and_the_registry_stays_small(url: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        books = stack.enter_context(Registry(url, tmp_path / "keys"))
        tokens = {f"site-{n:02}": books.add_site(f"site-{n:02}", f"Site {n}").token for n in range(SITES + 1)}
        asking = tokens.pop(f"site-{SITES:02}")
        process = stack.enter_context(Process(tmp_path, url))
        benches = stack.enter_context(fleet(tmp_path, process, tokens))
        lane = stack.enter_context(Lane(process, books, f"site-{SITES:02}", asking))
        wait_until(lambda: lane.waits_s, "a badge to be revoked in peace")
        before_mb = process.most_mb()
        for bench in benches:
            bench.link.start()
        drained(benches, process)
        for bench in benches:
            holds_the_same(books, bench)
        assert process.most_mb() - before_mb < MEMORY_BOUND_MB
    assert 3 * Bounds().held_bytes < MEMORY_BOUND_MB * 1024 * 1024
    assert len(lane.waits_s) > 1, "one in peace, and then some"
    assert max(lane.waits_s) < TOLD_WITHIN_S
