"""Looking into a site's log beside its gateway: is it whole, what does it hold, would it be judged the same again.

Every walk goes by pages, tells how far it came, and stops at the first row that does not verify.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from access.case_codec import case_from_stored
from access.codec import BadBody, decode_fact
from access.facts import Judged
from access.judge import Verdict, decide
from access.log import GENESIS, Broken, Gap, Header, Row, read_header, verify
from gateway.log.history import epoch_at_end
from gateway.log.reader import Reader
from gateway.log.shape import Hole

PAGE_EVENTS = 1_000
PAGE_BYTES = 16 * 1024 * 1024
DIFFERENT_AT_MOST = 100

Progress = Callable[[int], None]
"""Told how many rows were looked at since the last time."""


class LogBroken(Exception):
    """A row of the log does not verify; ``broken`` says which and why."""

    def __init__(self, path: Path, broken: Broken) -> None:
        super().__init__(f"{path} is broken at event {broken.epoch}-{broken.seq}: {broken.what}")
        self.broken = broken


class NotReplayed(ValueError):
    """A verdict's stored case cannot be judged again; the message says why."""


@dataclass(slots=True)
class Verified:
    """A log that holds: how many rows, how many of them erased, each epoch's last number and hash, and what is not
    there any more.
    """

    rows: int = 0
    erased: int = 0
    heads: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    holes: list[Hole] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Difference:
    """A verdict that would be another today, or cannot be judged again (``now`` says which)."""

    event: str
    was: str
    now: str


@dataclass(slots=True)
class Replayed:
    """Every verdict judged again: how many were the same; how many held no case (people leave, or are let in by
    hand); how many were purged; and what differed, the first DIFFERENT_AT_MOST of ``differ``.
    """

    verdicts: int = 0
    same: int = 0
    without_case: int = 0
    purged: int = 0
    differ: int = 0
    differences: list[Difference] = field(default_factory=list)


def walked(path: Path, reader: Reader, progress: Progress) -> Iterator[Row | Gap]:
    """The whole log in order, rows and what is no more, each verified. Raises LogBroken or StoreBroken."""
    extent = reader.extent()
    if (stray := reader.stray()) is not None:
        raise LogBroken(path, Broken(*stray, "no event of a log has such a number"))
    seq, head, since = 0, GENESIS, 0
    while page := reader.read_on(seq, PAGE_EVENTS, PAGE_BYTES):
        end = verify(page, extent.site, extent.epoch, seq, head, since)
        if isinstance(end, Broken):
            raise LogBroken(path, end)
        seq, head, since = end.seq, end.head, epoch_at_end(page)
        yield from page
        progress(len(page))


def verified(path: Path, reader: Reader, progress: Progress) -> Verified:
    """Check the whole log and its file. Raises LogBroken for the first bad row, StoreBroken for a damaged file."""
    found, since, seq = Verified(holes=reader.holes()), 0, 0
    for row in walked(path, reader, progress):
        if isinstance(row, Gap):
            since = 0
            continue
        found.rows += 1
        found.erased += row.body is None
        found.heads[row.epoch] = (row.seq, row.hash)
        since, seq = row.epoch, row.seq
    said = reader.extent().epoch
    if since not in {0, said}:
        raise LogBroken(path, Broken(since, seq, f"the log ends in epoch {since}, and says that it is in epoch {said}"))
    if (loose := reader.body_of_nothing()) is not None:
        raise LogBroken(path, Broken(*loose, "there is a body of an event that is not there"))
    reader.check()
    return found


def one(path: Path, reader: Reader, epoch: int, seq: int) -> Row | None:
    """One row that holds in itself; None where there is none of that number. Raises LogBroken or StoreBroken."""
    row = reader.row(epoch, seq)
    if row is None:
        return None
    try:
        head = bytes.fromhex(read_header(row.header).prev)
    except ValueError as error:
        raise LogBroken(path, Broken(epoch, seq, str(error))) from error
    end = verify([row], reader.extent().site, epoch, seq - 1, head)
    if isinstance(end, Broken):
        raise LogBroken(path, end)
    return row


def exported(row: Row | Gap) -> str:
    """A row as a line of JSON, or what is no more. The header is the stored text, whose SHA-256 is the hash. The salt
    is left out: with it, an erased body could still be guessed from an old export.
    """
    if isinstance(row, Gap):
        return json.dumps({"gap": {"first": row.first, "last": row.last, "head": row.head.hex()}})
    header = row.header.decode("utf-8", "replace")
    fields = {"epoch": row.epoch, "seq": row.seq, "header": header, "hash": row.hash.hex(), "body": _body(row.body)}
    return json.dumps(fields, ensure_ascii=False)


def _body(body: bytes | None) -> object:
    if body is None:
        return None
    text = body.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def replayed(path: Path, reader: Reader, progress: Progress) -> Replayed:
    """Judge every verdict of the log again. Raises LogBroken or StoreBroken."""
    found = Replayed()
    for row in walked(path, reader, progress):
        if isinstance(row, Row) and (header := read_header(row.header)).kind == Judged.KIND:
            found.verdicts += 1
            _replay_one(found, row, header)
    return found


def _replay_one(found: Replayed, row: Row, header: Header) -> None:
    if row.body is None:
        found.purged += 1
        return
    fact = judged_in(header, row.body)
    if fact is None or not fact.case:
        found.without_case += fact is not None
        now = "" if fact is not None else "its body cannot be read"
    else:
        now = _judged_again(fact)
        found.same += not now
    if now:
        found.differ += 1
        if len(found.differences) < DIFFERENT_AT_MOST:
            was = "" if fact is None else _words(fact)
            found.differences.append(Difference(f"{row.epoch}-{row.seq}", was, now))


def judged_in(header: Header, body: bytes) -> Judged | None:
    """The verdict in a row's body; None where it is none, or of a version that is not known here."""
    try:
        fact = decode_fact(header.kind, body)
    except BadBody:
        return None
    return fact if isinstance(fact, Judged) else None


def again(fact: Judged) -> Verdict:
    """The verdict on the stored case, today. Raises NotReplayed."""
    try:
        return decide(case_from_stored(fact.case))
    except (KeyError, TypeError, ValueError) as error:
        raise NotReplayed(f"its case cannot be read: {type(error).__name__} at {error}") from error


def _judged_again(fact: Judged) -> str:
    """What is said today, "" where it is the same."""
    try:
        verdict = again(fact)
    except NotReplayed as error:
        return str(error)
    now = replace(
        fact,
        granted=verdict.granted,
        reason=verdict.reason,
        rule=verdict.rule,
        until_ms=verdict.until_ms,
        booking=verdict.booking or "",
        warned=verdict.warned,
    )
    return "" if now == fact else _words(now)


def _words(fact: Judged) -> str:
    until = "" if fact.until_ms is None else f", until {fact.until_ms}"
    booking = f", booking {fact.booking}" if fact.booking else ""
    warned = f", warned of {', '.join(fact.warned)}" if fact.warned else ""
    return f"{'granted' if fact.granted else 'refused'}, {fact.reason} by {fact.rule}{until}{booking}{warned}"
