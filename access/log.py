"""The log's row: a hash chain over headers that name no person, each bound to a salted body that can be erased.

A header is canonical JSON: version, site, epoch, seq, kind, at (Unix ms), mono (ms of the run), run, trusted, prev (the
hash before) and body, the SHA-256 of salt ‖ body. The row's hash is the SHA-256 of the header's stored bytes. Deleting
a body with its salt leaves the chain whole and the header telling nothing of the person (guarantee S4).

A site's log is one line: ``seq`` follows without a hole and never begins anew, and the epoch never falls. It rises with
a row of the kind ``epoch-began``, which names the branch that this log is from there on (S6). Rows that are no more are
a ``Gap``, which holds the hash that the next row follows (S3).
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from access.clock import Now

SALT_BYTES = 32
GENESIS = bytes(32)
VERSION = 1
EPOCH_BEGAN = "epoch-began"
"""The kind of a row with which an epoch begins."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a branch of the log stands: its epoch, the last number given and the last row's hash."""

    site: str
    epoch: int
    run: str
    seq: int = 0
    head: bytes = GENESIS


@dataclass(frozen=True, slots=True)
class Row:
    """One row as stored and sent, ``epoch`` that of its header; ``salt`` and ``body`` are None once erased."""

    epoch: int
    seq: int
    header: bytes
    hash: bytes
    salt: bytes | None
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Rows ``first`` to ``last`` are no more; ``head`` is the hash of the last of them."""

    first: int
    last: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row that does not verify, and what is wrong with it."""

    epoch: int
    seq: int
    what: str


def link(chain: Chain, seq: int, kind: str, body: bytes, salt: bytes, now: Now) -> tuple[Chain, Row]:
    """The chain and the row after one more event, numbered ``seq``; numbers follow without a gap."""
    if seq != chain.seq + 1:
        raise ValueError(f"event {seq} does not follow event {chain.seq}")
    bound = sha256(salt + body).hexdigest()
    # Written by hand because it is the hot path; a test holds it equal to canonical JSON. Every string in it is an
    # id of ours, which needs no escaping.
    header = (
        f'{{"at":{now.wall_ms},"body":"{bound}","epoch":{chain.epoch},"kind":"{kind}","mono":{now.mono_ms},'
        f'"prev":"{chain.head.hex()}","run":"{chain.run}","seq":{seq},"site":"{chain.site}",'
        f'"trusted":{"true" if now.trusted else "false"},"v":{VERSION}}}'
    ).encode()
    head = sha256(header).digest()
    return Chain(chain.site, chain.epoch, chain.run, seq, head), Row(chain.epoch, seq, header, head, salt, body)


@dataclass(frozen=True, slots=True)
class Header:
    """A header, read."""

    v: int
    site: str
    epoch: int
    seq: int
    kind: str
    at: int
    mono: int
    run: str
    trusted: bool
    prev: str
    body: str


class BadRow(ValueError):
    """A row's bytes are not a header of ours; the message says what is wrong."""


_NUMBER = "(0|-?[1-9][0-9]{0,18})"
_AS_WRITTEN = re.compile(
    f'{{"at":{_NUMBER},"body":"([0-9a-f]{{64}})","epoch":{_NUMBER},"kind":"([a-z0-9-]{{1,64}})","mono":{_NUMBER},'
    f'"prev":"([0-9a-f]{{64}})","run":"([A-Za-z0-9._-]{{1,64}})","seq":{_NUMBER},"site":"([a-z0-9-]{{1,64}})",'
    f'"trusted":(true|false),"v":{_NUMBER}}}'
)
"""A header as ``link`` writes it: read at half the price of any other JSON of a header."""


def read_header(raw: bytes) -> Header:
    """The header in stored bytes. Raises BadRow unless they are exactly the fields of a header, of their types."""
    found = _AS_WRITTEN.fullmatch(raw.decode("latin-1"))
    if found is None:
        return _read_any(raw)
    at, body, epoch, kind, mono, prev, run, seq, site, trusted, v = found.groups()
    return Header(int(v), site, int(epoch), int(seq), kind, int(at), int(mono), run, trusted == "true", prev, body)


def _read_any(raw: bytes) -> Header:
    try:
        fields = json.loads(raw)
        header = Header(**fields)
    except (ValueError, TypeError, RecursionError):
        raise BadRow("the header is not the JSON of a header") from None
    for name, kind in Header.__annotations__.items():
        if type(getattr(header, name)) is not kind:
            raise BadRow(f"the header's {name} is not of its type")
    return header


def verify(
    rows: Iterable[Row | Gap], site: str, epoch: int, seq: int = 0, head: bytes = GENESIS, since: int = 0
) -> Broken | Chain:
    """Check a contiguous run that follows (``seq``, ``head``): the first broken row, or where the chain ends.

    ``epoch`` is the branch's, which no row's exceeds; ``since`` is the epoch of the row before, 0 where it is not
    known, as after a gap: the first row then says it. Erased bodies verify; a body that does not match its header does
    not.
    """
    run = ""
    for row in rows:
        if isinstance(row, Gap):
            if not seq + 1 == row.first <= row.last:
                return Broken(since or epoch, row.first, f"row {seq + 1} was expected here, and no gap")
            seq, head, since = row.last, row.head, 0
            continue
        try:
            header = read_header(row.header)
        except BadRow as error:
            return Broken(row.epoch, row.seq, str(error))
        wrong = _wrong(row, header, site, epoch, seq, head) or _wrong_epoch(header, since)
        if wrong:
            return Broken(row.epoch, row.seq, wrong)
        seq, head, run, since = row.seq, row.hash, header.run, row.epoch
    return Chain(site, epoch, run, seq, head)


def _wrong_epoch(header: Header, since: int) -> str:
    if since in {0, header.epoch} or (header.epoch > since and header.kind == EPOCH_BEGAN):
        return ""
    return f"no epoch begins here, and epoch {since} lasts"


def wrong_in_itself(row: Row, header: Header, site: str) -> str:
    """What is wrong with a row whatever came before it, "" where nothing is."""
    return _wrong(row, header, site, header.epoch, header.seq - 1, bytes.fromhex(header.prev))


def _wrong(row: Row, header: Header, site: str, epoch: int, seq: int, head: bytes) -> str:
    if not row.seq == seq + 1 == header.seq:
        return f"row {seq + 1} was expected here"
    if not (row.epoch == header.epoch <= epoch and header.site == site):
        return "the row belongs to another branch"
    if header.v != VERSION:
        return "the header is of an unknown version"
    if header.prev != head.hex():
        return "the row does not follow the one before it"
    if sha256(row.header).digest() != row.hash:
        return "the header was changed"
    return "" if _body_holds(row, header) else "the body was changed"


def _body_holds(row: Row, header: Header) -> bool:
    if row.salt is None or row.body is None:
        return row.salt is None and row.body is None
    return len(row.salt) == SALT_BYTES and sha256(row.salt + row.body).hexdigest() == header.body
