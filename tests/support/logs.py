"""Logs for tests: rows of facts linked as the gateway links them, with salts that follow from their number."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from access.clock import Now
from access.codec import encode_fact
from access.facts import Checkpoint, Counted, EpochBegan, Fact
from access.log import Chain, Row, link
from gateway.log.store import Store

SITE = "matera"
CHECKPOINT = Checkpoint({"stays": [], "anonymous": [], "estimated": []}, {})


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


def let_go(path: Path, upto: int) -> None:
    """Delete the log's beginning up to this number, as a gateway does that keeps it no longer."""
    with sqlite3.connect(path) as connection:
        (head,) = connection.execute("SELECT hash FROM log WHERE seq = ?", (upto,)).fetchone()
        connection.execute("UPDATE meta SET base_seq = ?, base_head = ?", (upto, head))
        _delete(connection, 1, upto)
    connection.close()


def lost(path: Path, first: int, last: int, why: str = "damaged") -> None:
    """Put a gap in the place of these rows."""
    with sqlite3.connect(path) as connection:
        (head,) = connection.execute("SELECT hash FROM log WHERE seq = ?", (last,)).fetchone()
        connection.execute("INSERT INTO gap VALUES (?, ?, ?, ?, ?)", (first, last, head, at(last).wall_ms, why))
        _delete(connection, first, last)
    connection.close()


def _delete(connection: sqlite3.Connection, first: int, last: int) -> None:
    for table in ("log", "body"):
        connection.execute(f"DELETE FROM {table} WHERE seq BETWEEN ? AND ?", (first, last))  # noqa: S608


def rise(store: Store, chain: Chain, epoch: int, *more: Fact) -> Chain:
    """Begin an epoch, as the core does."""
    began = EpochBegan(epoch, chain.epoch, chain.seq, "an old copy")
    chain, rows = linked(replace(chain, epoch=epoch), [began, CHECKPOINT, *more])
    store.commit(rows, [], None)
    return chain


def over_epochs(path: Path) -> Chain:
    """Events 1 to 5 of epoch 1, 6 to 9 of epoch 4, 10 to 14 of epoch 5."""
    filled(path, 5)
    store, chain = opened(path)
    chain = rise(store, chain, 4, some_fact(8), some_fact(9))
    chain = rise(store, chain, 5, *(some_fact(n) for n in (12, 13, 14)))
    store.close()
    return chain
