"""What a register that was corrected says of a person at a session counts in hours, certificates and reports as well:
kept by itself, and taken from the last editions of the registers that there are.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0031"
branch_labels = None
depends_on = None

_WORDS = sa.text(
    "SELECT w.site, w.register_id, w.n, w.raw FROM register_row w JOIN register r ON r.site = w.site"
    " AND r.id = w.register_id AND r.edition = w.edition ORDER BY w.site, w.register_id, w.n"
)
Said = dict[str, Any]


def upgrade() -> None:
    """Make the table, and fill it."""
    made = op.create_table(
        "corrected",
        sa.Column("site", sa.String(), sa.ForeignKey("site.id"), primary_key=True),
        sa.Column("session", sa.String(), primary_key=True),
        sa.Column("person", sa.String(), primary_key=True),
        sa.Column("register_id", sa.String(), nullable=False),
        sa.Column("spans", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
    )
    op.create_index("corrected_person", "corrected", ["person"])
    op.create_index("corrected_register", "corrected", ["site", "register_id"])
    found = _found(op.get_bind())
    if found:
        op.bulk_insert(made, found)


def _found(connection: sa.Connection) -> list[dict[str, Any]]:
    """Of each person at each session the last register that corrects something of them."""
    lines: dict[tuple[str, str], dict[int, Said]] = {}
    for site, register, n, raw in connection.execute(_WORDS):
        said = json.loads(bytes(raw))
        if said["kind"] in {"entry", "correction"}:
            lines.setdefault((site, register), {})[n] = said
    last: dict[tuple[str, str, str], dict[str, Any]] = {}
    for (site, register), some in lines.items():
        corrections = [said for said in some.values() if said["kind"] == "correction"]
        void = {said["of"] for said in corrections}
        for said in sorted(corrections, key=lambda one: one["at_ms"]):
            key = (site, said["session"], said["person"])
            if key in last and last[key]["at_ms"] > said["at_ms"]:
                continue
            counts = [
                one
                for n, one in some.items()
                if n not in void and one["to_ms"] > one["from_ms"] and (site, one["session"], one["person"]) == key
            ]
            spans = " ".join(map(_span, counts))
            named = dict(zip(("site", "session", "person"), key, strict=True))
            last[key] = {**named, "register_id": register, "spans": spans, "at_ms": said["at_ms"]}
    return list(last.values())


def _span(said: Said) -> str:
    ends = "-system" if said.get("how") == "system" else ""
    return f"{said['from_ms']}-{said['to_ms']}{ends}"
