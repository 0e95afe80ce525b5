"""Visits at the citizens' desk; at which site service hours were given, what corrects what, and hours of nobody's."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0027"
branch_labels = None
depends_on = None

COLUMNS = "id, person, ledger, start_ms, end_ms, note, author, at_ms, void, reason, revision"
NO_OVERLAP = """
CREATE TRIGGER service_overlap_{verb} BEFORE {verb} ON service_entry WHEN NOT NEW.void BEGIN
  SELECT RAISE(ABORT, 'service_overlap') WHERE EXISTS (
    SELECT 1 FROM service_entry WHERE person = NEW.person AND NOT void AND id <> NEW.id
    AND start_ms < NEW.end_ms AND end_ms > NEW.start_ms);
END
"""
ONE_SITE = """
UPDATE service_entry SET site = (
  SELECT min(role.site) FROM role WHERE role.person = service_entry.person AND role.role = 'angel'
  AND role.site IS NOT NULL GROUP BY role.person HAVING count(DISTINCT role.site) = 1)
"""


def upgrade() -> None:
    """An angel of one site gave there what they gave before."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("service_entry", "person", nullable=True)
        for column in _added():
            op.add_column("service_entry", column)
    else:
        _hours_anew()
    op.create_index("service_entry_site", "service_entry", ["site", "start_ms", "id"])
    op.execute(ONE_SITE)
    op.create_table(
        "desk_visit",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("site", sa.String(), sa.ForeignKey("site.id"), nullable=False),
        sa.Column("person", sa.String(), sa.ForeignKey("person.id", ondelete="SET NULL"), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        *_corrected(),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes > 0", name="desk_visit_minutes"),
    )
    op.create_index("desk_visit_site", "desk_visit", ["site", "start_ms", "id"])
    op.create_index("desk_visit_person", "desk_visit", ["person", "start_ms", "id"])


def _added() -> tuple[sa.Column[Any], ...]:
    return (sa.Column("site", sa.String(), sa.ForeignKey("site.id"), nullable=True), *_corrected())


def _corrected() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("replaces", sa.String(), nullable=True),
        sa.Column("void_by", sa.String(), nullable=False, server_default=""),
        sa.Column("void_ms", sa.BigInteger(), nullable=True),
    )


def _hours_anew() -> None:
    """SQLite changes no column: the table is made anew, and what stands on it."""
    op.rename_table("service_entry", "service_entry_before")
    op.create_table(
        "service_entry",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("person", sa.String(), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=True),
        sa.Column("ledger", sa.String(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("start_ms", "end_ms")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("note", "author")),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_added(),
        sa.CheckConstraint("end_ms > start_ms", name="service_entry_span"),
        sa.CheckConstraint("ledger IN ('team', 'citizen')", name="service_entry_ledger"),
    )
    op.execute(f"INSERT INTO service_entry ({COLUMNS}) SELECT {COLUMNS} FROM service_entry_before")  # noqa: S608 -- ours
    op.drop_table("service_entry_before")
    op.create_index("service_entry_person", "service_entry", ["person", "start_ms", "id"])
    for verb in ("INSERT", "UPDATE"):
        op.execute(NO_OVERLAP.format(verb=verb))
