"""Logs for tests: rows of facts linked as the gateway links them, with salts that follow from their number."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from access.clock import Now
from access.codec import encode_fact
from access.facts import Counted, Fact
from access.log import Chain, Row, link
from gateway.store import Store

SITE = "matera"


def at(second: int) -> Now:
    """The moment that many seconds into the test."""
    return Now(1_760_000_000_000 + second * 1_000, second * 1_000, second * 1_000)


def some_fact(number: int) -> Fact:
    """A fact that tells its number."""
    return Counted("counter-1", "hall", number, 0)


def linked(chain: Chain, facts: Iterable[Fact]) -> tuple[Chain, list[Row]]:
    """The rows of these facts, following the chain, and the chain after them."""
    rows: list[Row] = []
    for fact in facts:
        seq = chain.seq + 1
        salt = sha256(f"salt {seq}".encode()).digest()
        chain, row = link(chain, seq, fact.KIND, encode_fact(fact), salt, at(seq))
        rows.append(row)
    return chain, rows


def numbered(chain: Chain, count: int) -> tuple[Chain, list[Row]]:
    """So many rows of counts, each telling its own number."""
    return linked(chain, (some_fact(chain.seq + n) for n in range(1, count + 1)))


def opened(path: Path, site: str = SITE) -> tuple[Store, Chain]:
    """The store of a site in this file, and its chain."""
    store = Store.open(path)
    store.identity(site)
    return store, store.load().chain("run")


def filled(path: Path, facts: Sequence[Fact] | int, batch: int = 100) -> Chain:
    """A log file with these facts (or so many counts), closed again; and where its chain ends."""
    store, chain = opened(path)
    chain, rows = numbered(chain, facts) if isinstance(facts, int) else linked(chain, facts)
    for part in _parts(rows, batch):
        store.commit(part, [], None)
    store.close()
    return chain


def _parts(rows: list[Row], size: int) -> Iterator[list[Row]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
