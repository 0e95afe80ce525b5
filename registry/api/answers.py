"""Idempotency-Key: the answer to a write is kept with the write, and given again to whoever repeats the request.

A key is kept as its hash, and the request as a MAC under the key: a body can hold a card's UID, which a plain hash of
it would give away. Answers that hold a secret are kept without it.
"""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest, new
from typing import Any

from sqlalchemy import delete, insert, select

from access.clock import DAY_MS
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.tables import core as t

KEPT_MS = DAY_MS
KEY_LENGTHS = range(16, 129)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write answers; ``secrets`` are members of ``body`` that are shown once and never kept. ``names``: its row
    of the audit trail says whom it concerns.
    """

    status: int
    body: dict[str, Any] | None = None
    revision: int | None = None
    secrets: dict[str, Any] = field(default_factory=dict)
    names: bool = True


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A request that may come again: whose, its key, and everything that makes it that request."""

    operator: str
    key: str
    request: bytes

    def key_hash(self) -> str:
        """The key as it is stored."""
        return sha256(self.key.encode()).hexdigest()

    def mac(self) -> str:
        """The request as it is stored."""
        return new(self.key.encode(), self.request, sha256).hexdigest()


def checked_key(key: str) -> str:
    """An Idempotency-Key as it is. Raises Problem."""
    if len(key) not in KEY_LENGTHS or not key.isascii() or not key.isprintable():
        raise Problem(Kind.BAD_REQUEST, "an Idempotency-Key is 16 to 128 visible characters; send a new UUID.")
    return key


def recall(edit: Edit, asked: Repeatable) -> Answer | None:
    """What was answered to this key before. Raises Problem where the request was another."""
    c = t.answer.c
    mine = (c.operator == asked.operator) & (c.key_hash == asked.key_hash())
    row = edit.connection.execute(select(t.answer).where(mine)).one_or_none()
    if row is None or row.created_ms < edit.at_ms - KEPT_MS:
        return None
    if not compare_digest(row.request_mac, asked.mac()):
        raise Problem(Kind.KEY_REUSED, "another request had this Idempotency-Key; send a new one.")
    return Answer(row.status, json.loads(row.body), int(row.etag) if row.etag else None)


def keep(edit: Edit, asked: Repeatable, answer: Answer) -> None:
    """Keep an answer, in the same transaction as what it speaks of, and forget those whose day is over."""
    edit.connection.execute(delete(t.answer).where(t.answer.c.created_ms < edit.at_ms - KEPT_MS))
    values = {
        "operator": asked.operator,
        "key_hash": asked.key_hash(),
        "request_mac": asked.mac(),
        "created_ms": edit.at_ms,
        "status": answer.status,
        "etag": "" if answer.revision is None else str(answer.revision),
        "body": json.dumps(answer.body),
    }
    edit.connection.execute(insert(t.answer).values(values))
