"""Logs as gateways write and send them."""

from collections.abc import Iterable, Sequence
from typing import Any

from access.clock import Now
from access.codec import encode_fact
from access.facts import Fact
from access.log import Chain, Row, link

START_MS = 1_795_420_800_000


def raw_rows(bodies: Iterable[tuple[str, bytes]], site: str = "cinisello", epoch: int = 1) -> list[Row]:
    """A chain of (kind, body), a second apart, from its beginning."""
    chain, rows = Chain(site, epoch, "0011aabb"), []
    for number, (kind, body) in enumerate(bodies, 1):
        now = Now(START_MS + number * 1_000, number * 1_000, number * 1_000)
        chain, row = link(chain, number, kind, body, bytes([number % 256]) * 32, now)
        rows.append(row)
    return rows


def rows_of(*facts: Fact, site: str = "cinisello", epoch: int = 1) -> list[Row]:
    """A chain of facts, a second apart, from its beginning."""
    return raw_rows(((fact.KIND, encode_fact(fact)) for fact in facts), site, epoch)


def sent(rows: Sequence[Row], site: str = "cinisello", epoch: int = 1) -> dict[str, Any]:
    """Rows as an append carries them."""
    return {"site": site, "epoch": epoch, "rows": [_sent(row) for row in rows]}


def _sent(row: Row) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "header": row.header.decode("utf-8", "surrogatepass"),
        "salt": None if row.salt is None else row.salt.hex(),
        "body": None if row.body is None else row.body.decode("utf-8", "surrogatepass"),
    }


def greeting(rows: Sequence[Row], site: str = "cinisello", epoch: int = 1) -> dict[str, Any]:
    """The hello of a gateway whose log ends with ``rows``."""
    seq, head = (rows[-1].seq, rows[-1].hash.hex()) if rows else (0, "00" * 32)
    return {"site": site, "epoch": epoch, "seq": seq, "head": head, "run": "0011aabb", "software": "0.1.0"}
