"""The lane of revocations: what took something away, each site's digest, and which version its gateway decides by."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_DENIED = {"badge": "revoked", "person": "suspended"}


def upgrade() -> None:
    """Reckon from what the sites hold: whose badge or self is barred or gone, and the sum of all records."""
    op.add_column("published", sa.Column("denied", sa.BigInteger(), nullable=True))
    op.add_column("site", sa.Column("digest", sa.String(), nullable=False, server_default="0" * 64))
    op.create_table(
        "applied",
        sa.Column("site", sa.String(), sa.ForeignKey("site.id"), primary_key=True, nullable=False),
        sa.Column("epoch", sa.BigInteger(), primary_key=True, nullable=False, autoincrement=False),
        sa.Column("generation", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
    )
    connection = op.get_bind()
    for site in connection.execute(sa.text("SELECT id FROM site")).scalars().all():
        _reckon(connection, site)
    op.create_index("published_denied", "published", ["site", "denied"], unique=True)


def _reckon(connection: sa.Connection, site: str) -> None:
    held = sa.text("SELECT kind, id, record FROM published WHERE site = :site")
    total, denied = 0, []
    for kind, ident, record in connection.execute(held, {"site": site}).all():
        told = None if record is None else json.loads(record)
        if told is not None:
            canonical = json.dumps([kind, ident, told], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            total += int.from_bytes(hashlib.sha256(canonical.encode("utf-8", "replace")).digest(), "big")
        if kind in _DENIED and (told is None or told.get(_DENIED[kind])):
            denied.append({"site": site, "kind": kind, "id": ident})
    connection.execute(
        sa.text("UPDATE site SET digest = :digest WHERE id = :site"), {"digest": f"{total % 2**256:064x}", "site": site}
    )
    if denied:
        mark = "UPDATE published SET denied = version WHERE site = :site AND kind = :kind AND id = :id"
        connection.execute(sa.text(mark), denied)
