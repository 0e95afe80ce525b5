"""Stays, visits, looks at people's history, conflicts of stays, roll calls and service hours."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PG_NO_OVERLAP = """
ALTER TABLE service_entry ADD CONSTRAINT service_overlap EXCLUDE USING gist
(person WITH =, int8range(start_ms, end_ms) WITH &&) WHERE (NOT void)
"""
SQLITE_NO_OVERLAP = """
CREATE TRIGGER service_overlap_{verb} BEFORE {verb} ON service_entry WHEN NOT NEW.void BEGIN
  SELECT RAISE(ABORT, 'service_overlap') WHERE EXISTS (
    SELECT 1 FROM service_entry WHERE person = NEW.person AND NOT void AND id <> NEW.id
    AND start_ms < NEW.end_ms AND end_ms > NEW.start_ms);
END
"""


def upgrade() -> None:
    """Make the tables."""
    _stays()
    _looks()
    _conflicts()
    _roll_calls()
    _service()


def _text(name: str, *, primary: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, primary_key=primary)


def _number(name: str, *, null: bool = False, primary: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null, primary_key=primary, autoincrement=False)


def _int(name: str, *, primary: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, primary_key=primary, autoincrement=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _of(name: str, table: str, *, primary: bool = False, goes: str | None = None) -> sa.Column[str]:
    key = sa.ForeignKey(f"{table}.id", ondelete=goes)
    return sa.Column(name, sa.String(), key, nullable=False, primary_key=primary)


def _site() -> sa.Column[str]:
    return _of("site", "site", primary=True)


def _stays() -> None:
    op.create_table(
        "stay",
        _site(),
        *(_number(name, primary=True) for name in ("epoch", "seq")),
        _int("n", primary=True),
        *map(_text, ("person", "zone")),
        *map(_number, ("start_ms", "end_ms")),
        _text("how"),
        *map(_flag, ("estimated", "trusted")),
    )
    op.create_index("stay_by_start", "stay", ["site", "start_ms", "epoch", "seq", "n"])
    op.create_index("stay_person", "stay", ["person", "start_ms"])
    op.create_table(
        "visit",
        _site(),
        _number("epoch", primary=True),
        _text("id", primary=True),
        *map(_text, ("zone", "host", "purpose")),
        _number("start_ms"),
        _number("end_ms", null=True),
        _text("ended_by"),
    )
    op.create_index("visit_by_start", "visit", ["site", "start_ms", "epoch", "id"])


def _looks() -> None:
    op.create_table("look", _text("id", primary=True), *map(_text, ("operator", "person", "what")), _number("at_ms"))
    op.create_index("look_person", "look", ["person", "at_ms", "id"])


def _conflicts() -> None:
    op.create_table(
        "conflict",
        _text("id", primary=True),
        _text("person"),
        _of("site", "site"),
        _number("start_ms"),
        _of("other_site", "site"),
        _number("other_start_ms"),
        _text("why"),
        _number("found_ms"),
        _number("resolved_ms", null=True),
        _text("resolved_by"),
        sa.Column("note", sa.Text(), nullable=False),
        _int("revision"),
    )
    two = ["person", "site", "start_ms", "other_site", "other_start_ms"]
    op.create_index("conflict_once", "conflict", two, unique=True)
    op.create_index("conflict_by_time", "conflict", ["found_ms", "id"])
    op.create_table("presence_policy", _site(), *map(_int, ("travel_minutes", "revision")))


def _roll_calls() -> None:
    op.create_table(
        "roll_call",
        _site(),
        *(_text(name, primary=True) for name in ("session", "person")),
        _int("n", primary=True),
        _flag("present"),
        *(_number(name, null=True) for name in ("from_ms", "to_ms")),
        *map(_text, ("author", "reason")),
        _number("at_ms"),
    )
    op.create_index("roll_call_person", "roll_call", ["person"])


def _service() -> None:
    op.create_table(
        "service_entry",
        _text("id", primary=True),
        _of("person", "person", goes="CASCADE"),
        _text("ledger"),
        *map(_number, ("start_ms", "end_ms")),
        *map(_text, ("note", "author")),
        _number("at_ms"),
        _flag("void"),
        _text("reason"),
        _int("revision"),
        sa.CheckConstraint("end_ms > start_ms", name="service_entry_span"),
        sa.CheckConstraint("ledger IN ('team', 'citizen')", name="service_entry_ledger"),
    )
    op.create_index("service_entry_person", "service_entry", ["person", "start_ms", "id"])
    op.create_table(
        "service_target",
        _of("person", "person", primary=True, goes="CASCADE"),
        *map(_int, ("minutes", "team_percent", "revision")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(PG_NO_OVERLAP)
        return
    for verb in ("INSERT", "UPDATE"):
        op.execute(SQLITE_NO_OVERLAP.format(verb=verb))
