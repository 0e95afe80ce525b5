"""The digest of a replica: one number that says whether two hold the same records, kept as records come and go.

It is the sum, modulo 2^256, of the SHA-256 of each record with its kind and id; in a sum the order does not matter, and
a record goes out again by the operation that put it in. It finds mistakes, and is no defence against whoever may write
records.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from access.codec import canonical

MODULUS = 1 << 256
EMPTY = "0" * 64


def fingerprint(kind: str, ident: str, record: Mapping[str, Any]) -> int:
    """One record's part of the digest; ``record`` is its JSON as the feed carries it."""
    return int.from_bytes(sha256(canonical([kind, ident, record])).digest(), "big")


def moved(digest: str, gone: Iterable[int], come: Iterable[int]) -> str:
    """The digest (64 hex digits) after records went and others came."""
    return f"{(int(digest, 16) - sum(gone) + sum(come)) % MODULUS:064x}"
