"""Records from the link's own database, fast and small: many at once, equal values held once.

They were read strictly when they arrived (``access.codec``); here their checksum vouches for them.
"""

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import reduce
from itertools import islice
from operator import xor
from typing import Any
from zlib import crc32

from access.records import RECORD_KINDS, Booking, BookingKind, Membership, PassKind, Record

CHUNK = 500
SHARED = ("person", "zone", "resource", "start_ms", "end_ms")
"""Members that many records have in common; a person's own ``id`` is what their badges and bookings name."""
SETS = ("zones", "standing", "audiences", "guardian_zones", "weekdays")
KINDS = {str(kind): kind for kind in BookingKind}
One = Callable[[Any, Any], Any]
"""The one value held of all that equal it: ``dict.setdefault``, given a value twice."""

Stored = tuple[str, str, str, int]
"""A record as stored: kind, id, the JSON of the rest, the checksum of all three."""


class BadRecord(ValueError):
    """A stored record is not what was stored."""


def lean(ident: str, record: str) -> str:
    """A record's JSON without its id, which its row has already: a tenth of a year's bookings."""
    head = f'{{"id":{json.dumps(ident)},'
    return "{" + record[len(head) :] if record.startswith(head) else record


def checksum(text: str) -> int:
    """CRC-32 of a text."""
    return crc32(text.encode("utf-8", "surrogatepass"))


def sealed(kind: str, ident: str, record: str) -> int:
    """The checksum of a stored record: its kind and id are no less than the rest."""
    return checksum(f"{kind}\0{ident}\0{record}")


def together(checksums: Iterable[int], start: int = 0) -> int:
    """One number for all checksums, in any order: it tells whether a record is missing. Each goes in, and out again,
    by the same operation.
    """
    return reduce(xor, checksums, start)


def revived(stored: Iterable[Stored], all_together: int) -> Iterator[Record]:
    """The records. Raises BadRecord where a checksum does not hold, the JSON is no such record, or one is missing."""
    held: dict[Any, Any] = {}
    rows, seen = iter(stored), 0
    while chunk := list(islice(rows, CHUNK)):
        yield from _chunk(chunk, held)
        seen = together((crc for *_, crc in chunk), seen)
    if seen != all_together:
        raise BadRecord("records are missing")


def _chunk(chunk: Sequence[Stored], held: dict[Any, Any]) -> Iterator[Record]:
    if any(not isinstance(record, str) or sealed(kind, ident, record) != crc for kind, ident, record, crc in chunk):
        raise BadRecord("a record's checksum does not hold")
    try:
        # One parse for many: called once a record, json.loads costs six times as much.
        parsed = json.loads(f"[{','.join(record for _, _, record, _ in chunk)}]")
        for (kind, ident, _, _), members in zip(chunk, parsed, strict=True):
            members["id"] = ident
            yield _made(kind, members, held)
    except (ValueError, TypeError, KeyError) as error:
        raise BadRecord("a record is not of its kind") from error


def _made(kind: str, members: dict[str, Any], held: dict[Any, Any]) -> Record:
    if kind == "booking":
        return _booking(held.setdefault, **members)
    for name in SHARED:
        if name in members:
            value = members[name]
            members[name] = held.setdefault(value, value)
    if kind == "person":
        members["id"] = held.setdefault(members["id"], members["id"])
        if "groups" in members:
            members["groups"] = tuple(Membership(**group) for group in members["groups"])
    elif kind == "badge":
        for name in ("credentials", "pins"):
            members[name] = tuple(bytes.fromhex(text) for text in members.get(name, ()))
    elif kind == "pass":
        members["kind"] = PassKind(members.get("kind", PassKind.GUEST))
    for name in SETS:
        if name in members:
            zones = tuple(members[name])
            members[name] = held.get(zones) or held.setdefault(zones, frozenset(zones))
    return RECORD_KINDS[kind](**members)


def _booking(
    one: One,
    id: str,  # noqa: A002
    person: str,
    zone: str,
    resource: str,
    start_ms: int,
    end_ms: int,
    kind: str = BookingKind.DESK,
    group: str = "",
    release_ms: int | None = None,
    waiting: bool = False,  # noqa: FBT001, FBT002
) -> Booking:
    """By far the most are bookings, so their members are named instead of looked for."""
    span = one(start_ms, start_ms), one(end_ms, end_ms)
    release = None if release_ms is None else one(release_ms, release_ms)
    where = one(person, person), one(zone, zone), one(resource, resource)
    return Booking(id, *where, *span, KINDS[kind], one(group, group), release, waiting)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector: walking a hundred thousand new records again and again costs a quarter more."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
