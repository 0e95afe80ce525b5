"""Rows that were lost with a damaged log, as the registry gives them back: taken only where the chain proves them.

From a gap's end down each row is proven by the hash that the gap holds. Where the registry lacks that end too, what
follows our own last row before the gap is taken from its beginning up; nothing here says more of it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from access.log import Broken, Gap, Row, read_header, verify
from gateway.link.trouble import BadAnswer

OTHER = "the chain goes on from another"


@dataclass(frozen=True, slots=True)
class Around:
    """What is known where rows of ``site`` are missing, in a ``gap``: the hash of the row before (None: not known) and
    its epoch (0: not known), and the epoch of the row beyond, which none of theirs exceeds.
    """

    site: str
    gap: Gap
    before: bytes | None
    since: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Restored:
    """Rows that belong into a gap, in order, from its beginning or up to its end; ``left`` is what is missing then."""

    gap: Gap
    rows: tuple[Row, ...]
    left: Gap | None


def read_log(raw: bytes) -> list[Row | Gap]:
    """A page of a log as the registry gives it, lone surrogates included. Raises BadAnswer; nothing is proven yet."""
    try:
        return [_element(one) for one in json.loads(raw)["rows"]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadAnswer("its answer is no part of a log; see what answers there") from None


def _element(said: dict[str, object]) -> Row | Gap:
    match said:
        case {"gap": {"first": int(first), "last": int(last), "head": str(head)}}:
            return Gap(first, last, bytes.fromhex(head))
        case {"header": str(header), "salt": str(salt), "body": str(body)}:
            return _row(header, bytes.fromhex(salt), body.encode("utf-8", "surrogatepass"))
        case {"header": str(header), "salt": None, "body": None}:
            return _row(header, None, None)
    raise ValueError("neither a row nor a gap")


def _row(header: str, salt: bytes | None, body: bytes | None) -> Row:
    raw = header.encode("utf-8", "surrogatepass")
    read = read_header(raw)
    bytes.fromhex(read.prev)
    return Row(read.epoch, read.seq, raw, sha256(raw).digest(), salt, body)


def from_its_end(around: Around, found: Sequence[Row | Gap]) -> Restored | None:
    """The rows with which a gap ends; None where the registry lacks its last row. Raises BadAnswer for others."""
    gap = around.gap
    within = [one for one in found if _first(one) <= gap.last]
    if within and isinstance(within[-1], Gap) and within[-1].last == gap.last and within[-1].head != gap.head:
        raise _not_ours(gap.last, OTHER)
    taken = _rows(reversed(within))[::-1]
    if not taken:
        return None
    first = taken[0]
    prev = bytes.fromhex(read_header(first.header).prev)
    end = verify(taken, around.site, around.epoch, first.seq - 1, prev)
    if isinstance(end, Broken):
        raise _not_ours(end.seq, end.what)
    if (end.seq, end.head) != (gap.last, gap.head):
        raise _not_ours(end.seq, OTHER)
    if first.seq < gap.first or (first.seq == gap.first and around.before not in {None, prev}):
        raise _not_ours(first.seq, "it does not follow the one before it")
    return Restored(gap, tuple(taken), Gap(gap.first, first.seq - 1, prev) if first.seq > gap.first else None)


def from_its_beginning(around: Around, found: Sequence[Row | Gap]) -> Restored | None:
    """The rows with which a gap begins, whose last one the registry lacks; None where it lacks the first too, or where
    ours before it is not known. Raises BadAnswer for others.
    """
    gap = around.gap
    taken = _rows(one for one in found if _first(one) < gap.last)
    if not taken or around.before is None:
        return None
    end = verify(taken, around.site, around.epoch, gap.first - 1, around.before, around.since)
    if isinstance(end, Broken):
        raise _not_ours(end.seq, end.what)
    return Restored(gap, tuple(taken), Gap(end.seq + 1, gap.last, gap.head))


def _rows(found: Iterable[Row | Gap]) -> list[Row]:
    """Those before the first gap."""
    rows = list[Row]()
    for one in found:
        if isinstance(one, Gap):
            break
        rows.append(one)
    return rows


def _first(one: Row | Gap) -> int:
    return one.seq if isinstance(one, Row) else one.first


def _not_ours(seq: int, what: str) -> BadAnswer:
    return BadAnswer(
        f"event {seq}, which was lost here with a damaged log, is not taken from the registry: {what}; tell the centre"
    )
