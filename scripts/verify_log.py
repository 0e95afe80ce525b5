#!/usr/bin/env python3
"""Check a site's log with nothing but Python 3.11's standard library: for an auditor who trusts no program of Hubout's.

    python3 verify_log.py log.db                      a gateway's log, or a copy of it
    python3 verify_log.py events.jsonl                what `hubout log export` wrote
    python3 verify_log.py log.db --witness 1200:HASH  and event 1200 has the hash that somebody else noted

It reads one file, writes none, and asks nobody. Exit code 0: everything holds; 1: something does not, and the first
event that does not is named; 2: wrong use.

Of each event is checked that its number follows the one before; that its header is the JSON of a header, of this site;
that the header's SHA-256 is the stored hash, `prev` the hash of the event before, and `body` the SHA-256 of salt and
body, where that was not erased; and that the epoch rises only with an event `epoch-began`. Where events are no more,
the file says which, and the hash of the last of them, which the next one follows. An export has no salts: its bodies
are NOT checked. Events taken off the end leave a chain that holds: only a witness shows it. See docs/log.md.
"""

import argparse
import heapq
import json
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from typing import Any

FIELDS: dict[str, type] = {"v": int, "site": str, "epoch": int, "seq": int, "kind": str, "at": int, "mono": int}
FIELDS.update(run=str, trusted=bool, prev=str, body=str)
GENESIS, SALT_BYTES, VERSION, EPOCH_BEGAN = bytes(32), 32, 1, "epoch-began"
SQLITE_BEGINS = b"SQLite format 3\0"
TELL_EVERY = 20_000


class Bad(Exception):
    """What does not hold, in words: of an event, or of the whole file."""


@dataclass
class Event:
    """One event as stored; ``body`` is None where it was erased; ``in_full``: with its salt, to be checked."""

    epoch: int
    seq: int
    header: bytes
    hash: bytes
    salt: bytes | None
    body: bytes | None
    in_full: bool = True


@dataclass
class Gap:
    """Events ``seq`` to ``last`` are no more; ``hash`` is that of the last one."""

    seq: int
    last: int
    hash: bytes
    why: str


@dataclass
class Log:
    """What a file says of itself (an export says neither site nor epoch), and what it holds."""

    site: str | None
    epoch: int | None
    elements: Iterator[Event | Gap]
    database: sqlite3.Connection | None = None


@dataclass
class Found:
    """A log that holds."""

    rows: int = 0
    erased: int = 0
    ends: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)


def verify(log: Log, witnesses: dict[int, bytes]) -> Found:
    """Walk the whole log. Raises Bad at the first event that does not hold."""
    found, seq, head, since = Found(), 0, GENESIS, 0
    for one in log.elements:
        if isinstance(one, Gap):
            if not seq + 1 == one.seq <= one.last:
                raise Bad(f"event {since or log.epoch or 1}-{one.seq}: row {seq + 1} was expected here, and no gap")
            found.gaps.append(one)
            seq, head, since = one.last, one.hash, 0
        else:
            header = _header(one)
            log.site = log.site or header["site"]
            wrong = _wrong(one, header, log, seq, head) or _wrong_epoch(header, since)
            if wrong:
                raise Bad(f"event {one.epoch}-{one.seq}: {wrong}")
            seq, head, since = one.seq, one.hash, one.epoch
            found.rows, found.erased = found.rows + 1, found.erased + (one.body is None)
            found.ends[one.epoch] = (seq, head)
            if found.rows % TELL_EVERY == 0 and sys.stderr.isatty():
                print(f"\r{found.rows:,} events", end="", file=sys.stderr)
        if witnesses.pop(seq, head) != head:
            raise Bad(f"event {since or log.epoch or 1}-{seq}: the witness has another hash")
    if log.epoch is not None and since not in {0, log.epoch}:
        raise Bad(f"event {since}-{seq}: the log ends in epoch {since}, and says that it is in epoch {log.epoch}")
    for number in witnesses:
        raise Bad(f"event {number}: it is not here, so that it cannot be compared with the witness")
    if log.database is not None:
        _none(log.database, ORPHANS, "there is a body of an event that is not there")
        if (said := log.database.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
            raise Bad(str(said))
    return found


def _none(database: sqlite3.Connection, query: str, what: str) -> None:
    for epoch, seq in database.execute(query):
        raise Bad(f"event {epoch}-{seq}: {what}")


def _header(one: Event) -> dict[str, Any]:
    try:
        said = json.loads(one.header)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.keys() != FIELDS.keys():
        raise Bad(f"event {one.epoch}-{one.seq}: the header is not the JSON of a header")
    for name, kind in FIELDS.items():
        if type(said[name]) is not kind:
            raise Bad(f"event {one.epoch}-{one.seq}: the header's {name} is not of its type")
    return said


def _wrong(one: Event, header: dict[str, Any], log: Log, seq: int, head: bytes) -> str:
    most = one.epoch if log.epoch is None else log.epoch
    if not one.seq == seq + 1 == header["seq"]:
        return f"row {seq + 1} was expected here"
    if not (one.epoch == header["epoch"] <= most and header["site"] == log.site):
        return "the row belongs to another branch"
    if header["v"] != VERSION:
        return "the header is of an unknown version"
    if header["prev"] != head.hex():
        return "the row does not follow the one before it"
    if sha256(one.header).digest() != one.hash:
        return "the header was changed"
    return "" if not one.in_full or _body_holds(one, header) else "the body was changed"


def _body_holds(one: Event, header: dict[str, Any]) -> bool:
    if one.salt is None or one.body is None:
        return one.salt is None and one.body is None
    return len(one.salt) == SALT_BYTES and sha256(one.salt + one.body).hexdigest() == header["body"]


def _wrong_epoch(header: dict[str, Any], since: int) -> str:
    if since in {0, header["epoch"]} or (header["epoch"] > since and header["kind"] == EPOCH_BEGAN):
        return ""
    return f"no epoch begins here, and epoch {since} lasts"


ROWS = """
    SELECT log.epoch, coalesce(CAST(log.seq AS INT), 0), coalesce(CAST(header AS BLOB), x''),
    coalesce(CAST(hash AS BLOB), x''), CAST(salt AS BLOB), CAST(body AS BLOB)
    FROM log LEFT JOIN body ON body.epoch = log.epoch AND body.seq = log.seq ORDER BY log.epoch, log.seq
"""
META = "SELECT site, coalesce(CAST(epoch AS INT), 0), coalesce(CAST(layout AS INT), 0) FROM meta"
BASE = "SELECT coalesce(CAST(base_seq AS INT), 0), coalesce(CAST(base_head AS BLOB), x'') FROM meta"
GAPS = """
    SELECT max(coalesce(CAST(first AS INT), 0), 1), coalesce(CAST(last AS INT), 0), coalesce(CAST(head AS BLOB), x''),
    why, at_ms FROM gap WHERE last > max(?, 0) ORDER BY first
"""
STRAYS = "SELECT epoch, seq FROM log WHERE seq < 1 ORDER BY epoch, seq"
ORPHANS = "SELECT epoch, seq FROM body WHERE (epoch, seq) NOT IN (SELECT epoch, seq FROM log) ORDER BY epoch, seq"


def database(path: Path) -> Log:
    """A log.db, read as of one moment; a gateway may be writing it. Raises sqlite3.Error where it cannot be read."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    connection.execute("BEGIN")
    site, epoch, layout = connection.execute(META).fetchone() or ("", 1, 1)
    gaps: list[Gap] = []
    if layout > 1:
        seq, head = connection.execute(BASE).fetchone() or (0, GENESIS)
        gaps += [Gap(1, seq, head, "kept no longer")] if seq > 0 else []
        gaps += [Gap(*one[:4]) for one in connection.execute(GAPS, [seq])]
    _none(connection, STRAYS, "no event of a log has such a number")
    rows = (Event(*row) for row in connection.execute(ROWS))
    return Log(site, epoch, heapq.merge(gaps, rows, key=attrgetter("seq")), connection)


def export(path: Path) -> Log:
    """Lines of JSON."""

    def elements() -> Iterator[Event | Gap]:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield _exported(json.loads(line))
                except (ValueError, TypeError, KeyError, RecursionError):
                    raise Bad(f"line {number} is no event as `hubout log export` writes it") from None

    return Log(None, None, elements())


def _exported(said: dict[str, Any]) -> Event | Gap:
    if "gap" in said:
        gap = said["gap"]
        return Gap(int(gap["first"]), int(gap["last"]), bytes.fromhex(gap["head"]), "not in the export")
    body = None if said["body"] is None else json.dumps(said["body"]).encode()
    digest = bytes.fromhex(said["hash"])
    return Event(said["epoch"], said["seq"], said["header"].encode(), digest, None, body, in_full=False)


def _witness(words: str) -> tuple[int, bytes]:
    number, _, digest = words.rpartition(":")
    return int(number.rpartition("-")[2]), bytes.fromhex(digest)


def main(arguments: list[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description="Check a site's log with the standard library alone.")
    parser.add_argument("file", type=Path, help="a gateway's log.db, or what `hubout log export` wrote")
    parser.add_argument("--witness", type=_witness, action="append", default=[], help="NUMBER:HASH, which must be so")
    given = parser.parse_args(arguments)
    try:
        with given.file.open("rb") as file:
            is_database = file.read(len(SQLITE_BEGINS)) == SQLITE_BEGINS
    except OSError as error:
        parser.error(f"{given.file} cannot be read: {error.strerror}")
    try:
        log = database(given.file) if is_database else export(given.file)
        found = verify(log, dict(given.witness))
    except (Bad, sqlite3.Error, UnicodeDecodeError) as error:
        print(f"{given.file} is {'broken at' if str(error).startswith('event ') else 'damaged:'} {error}")
        return 1
    print(f"{given.file} holds: {found.rows} events, {found.erased} of them erased")
    if not is_database and found.rows:
        print("an export has no salts, so that bodies were not checked")
    for gap in found.gaps:
        print(f"events {gap.seq} to {gap.last} are not here: {gap.why}")
    for epoch, (seq, digest) in found.ends.items():
        print(f"epoch {epoch} ends at event {epoch}-{seq}, hash {digest.hex()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
