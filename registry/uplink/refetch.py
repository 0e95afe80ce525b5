"""A gateway's own log back from the registry, byte for byte as it came, for one whose file was damaged (S1, S7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from typing import Any

from sqlalchemy import Connection, select

from registry.tables import core as t
from registry.uplink import branches

MOST_ROWS = 500
MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Page:
    """What follows in a branch that ends at ``seq``, as it is sent: rows, and gaps where rows are no more."""

    seq: int
    elements: list[dict[str, Any]]


def page(connection: Connection, site: str, epoch: int, after: int, limit: int) -> Page | None:
    """What a branch holds after a number, at most ``limit`` elements and MOST_BYTES unless the first alone is larger;
    erased bodies are null. None where there is no such branch.
    """
    held = branches.histories(connection, site, ())
    branch = held.branches.get(epoch)
    if branch is None:
        return None
    found, size = list[dict[str, Any]](), 0
    for own, begin, upto in reversed(held.line(epoch, branch.seq)):
        if upto <= after or len(found) >= limit:
            continue
        for bytes_, element in _elements(connection, site, own, (max(begin, after), upto), limit - len(found)):
            size += bytes_
            if found and size > MOST_BYTES:
                return Page(branch.seq, found)
            found.append(element)
    return Page(branch.seq, found)


def _elements(
    connection: Connection, site: str, epoch: int, span: tuple[int, int], limit: int
) -> Iterator[tuple[int, dict[str, Any]]]:
    """A branch's own elements beyond the first number of ``span`` up to the second, in order, each with its size."""
    rows, gaps = _rows(connection, site, epoch, span, limit), _gaps(connection, site, epoch, span, limit)
    for index, (_, size, element) in enumerate(merge(rows, gaps, key=lambda one: one[0])):
        if index >= limit:
            return
        yield size, element


_Found = Iterator[tuple[int, int, dict[str, Any]]]


def _rows(connection: Connection, site: str, epoch: int, span: tuple[int, int], limit: int) -> _Found:
    e = t.event.c
    mine = (e.site == site) & (e.epoch == epoch) & (e.seq > span[0]) & (e.seq <= span[1])
    query = select(e.seq, e.header, e.salt, e.body).where(mine).order_by(e.seq).limit(limit)
    for row in connection.execute(query):
        header, body = bytes(row.header), None if row.body is None else bytes(row.body)
        salt = None if row.salt is None or body is None else bytes(row.salt).hex()
        said = {"seq": row.seq, "header": _text(header), "salt": salt, "body": None if body is None else _text(body)}
        yield row.seq, len(header) + len(body or b""), said


def _gaps(connection: Connection, site: str, epoch: int, span: tuple[int, int], limit: int) -> _Found:
    g = t.gap.c
    mine = (g.site == site) & (g.epoch == epoch) & (g.last > span[0]) & (g.first <= span[1])
    query = select(g.first, g.last, g.head).where(mine).order_by(g.first).limit(limit)
    for row in connection.execute(query):
        first = max(row.first, span[0] + 1)
        yield first, len(row.head), {"gap": {"first": first, "last": row.last, "head": bytes(row.head).hex()}}


def _text(stored: bytes) -> str:
    """Stored bytes as they came, lone surrogates included."""
    return stored.decode("utf-8", "surrogatepass")
