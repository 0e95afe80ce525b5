"""Branches of a site's log that grow out of one another, and which of them staff confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TO_THE_END = 2**62


def upgrade() -> None:
    """Every log of before is one branch from the beginning, all of it effected; a site's newest is the site's."""
    op.add_column("site", sa.Column("confirmed_epoch", sa.BigInteger(), nullable=True))
    op.add_column("branch", sa.Column("base_epoch", sa.BigInteger(), nullable=True))
    for name in ("base_seq", "applied", "counts_to", "head_epoch", "made_ms"):
        op.add_column("branch", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("branch", sa.Column("made_run", sa.String(), nullable=False, server_default=""))
    op.add_column("visit", sa.Column("end_seq", sa.BigInteger(), nullable=True))
    op.execute("UPDATE site SET confirmed_epoch = (SELECT max(epoch) FROM branch WHERE branch.site = site.id)")
    op.execute("UPDATE branch SET applied = seq")
    confirmed = "SELECT confirmed_epoch FROM site WHERE site.id = branch.site"
    op.execute(f"UPDATE branch SET counts_to = {_TO_THE_END} WHERE epoch = ({confirmed})")  # noqa: S608 -- our own words
    op.execute("UPDATE visit SET end_seq = 0 WHERE end_ms IS NOT NULL")
    _tables()


def _tables() -> None:
    op.create_table(
        "narrowing",
        sa.Column("site", sa.String(), sa.ForeignKey("site.id"), primary_key=True, nullable=False),
        sa.Column("run", sa.String(), primary_key=True, nullable=False),
        sa.Column("said_epoch", sa.BigInteger(), primary_key=True, nullable=False, autoincrement=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "confirmation",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("site", sa.String(), sa.ForeignKey("site.id"), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
    )
    op.create_index("confirmation_by_time", "confirmation", ["site", "at_ms", "id"])
