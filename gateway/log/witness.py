"""A log compared with what others noted of it: another site's log, or the registry's answer (guarantee S4).

Events that were taken off a log's end, or a whole log that was written anew, make a chain that holds; what somebody
else noted of it does not change with it.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from access.codec import BadBody, decode_fact
from access.facts import Witnessed
from access.log import Broken, Row, read_header
from gateway.log.logbook import LogBroken, Verified, walked
from gateway.log.reader import Reader

SQLITE_BEGINS = b"SQLite format 3\x00"
HASH_BYTES = 32


class NoWitness(ValueError):
    """A file says nothing of this log; the message says why."""


@dataclass(frozen=True, slots=True)
class Noted:
    """Somebody noted that event ``epoch``-``seq`` of this log has this hash."""

    epoch: int
    seq: int
    head: bytes


@dataclass(slots=True)
class Compared:
    """How many noted events are the same here, and the last of them; how many are not here any more; and how many are
    of another branch, which this log had left before.
    """

    same: int = 0
    last: str = ""
    gone: int = 0
    elsewhere: int = 0


def noted_by(path: Path, site: str) -> list[Noted]:
    """What a file notes of a site's log: another site's log.db, itself verified, or the registry's answer to
    ``GET /api/v1/sites/SITE/branches``. Raises NoWitness, LogBroken, StoreBroken or OSError.
    """
    with path.open("rb") as file:
        is_log = file.read(len(SQLITE_BEGINS)) == SQLITE_BEGINS
    found = list(_in_log(path, site) if is_log else _in_answer(path))
    if not found:
        raise NoWitness(f"{path} notes nothing of the log of site {site}; name another site's log, or the registry's")
    return found


def _in_log(path: Path, site: str) -> Iterator[Noted]:
    with closing(Reader.open(path)) as reader:
        for row in walked(path, reader, lambda _rows: None):
            if isinstance(row, Row) and row.body is not None and read_header(row.header).kind == Witnessed.KIND:
                try:
                    fact = decode_fact(Witnessed.KIND, row.body)
                except BadBody:
                    continue
                if isinstance(fact, Witnessed) and fact.site == site:
                    yield Noted(fact.epoch, fact.seq, bytes.fromhex(fact.head))


def _in_answer(path: Path) -> Iterator[Noted]:
    try:
        said: dict[str, Any] = json.loads(path.read_bytes())
        found = [Noted(int(one["epoch"]), int(one["seq"]), bytes.fromhex(one["head"])) for one in said["items"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        words = "is neither a log nor the registry's answer to GET /api/v1/sites/SITE/branches"
        raise NoWitness(f"{path} {words}") from None
    yield from (one for one in found if one.seq and len(one.head) == HASH_BYTES)


def compared(path: Path, reader: Reader, found: Verified, noted: Iterable[Noted]) -> Compared:
    """Compare a log that was verified with what was noted of it. Raises LogBroken where it is another."""
    result = Compared()
    end = max((seq for seq, _ in found.heads.values()), default=0)
    end = max([end, *(hole.gap.last for hole in found.holes)])
    for one in sorted(noted, key=lambda one: (one.seq, one.epoch)):
        here = reader.hash_at(one.seq) if one.seq <= end else None
        if here == one.head:
            result.same, result.last = result.same + 1, f"{one.epoch}-{one.seq}"
        elif _epoch_at(found, one.seq) > one.epoch:
            result.elsewhere += 1
        elif one.seq > end:
            missing = f"it is missing: a witness has it, and the log ends at {end}"
            raise LogBroken(path, Broken(one.epoch, one.seq, missing))
        elif here is None:
            result.gone += 1
        else:
            raise LogBroken(path, Broken(one.epoch, one.seq, "a witness has another hash of it"))
    return result


def _epoch_at(found: Verified, seq: int) -> int:
    """The epoch that the log is in at this number; beyond its end, in its last."""
    beyond = [epoch for epoch, (last, _) in found.heads.items() if last >= seq]
    return min(beyond) if beyond else max(found.heads, default=0)
