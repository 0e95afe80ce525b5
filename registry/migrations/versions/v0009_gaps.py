"""What is no more of a site's log, and which branches' counts it leaves estimated."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No log of before had a gap."""
    op.add_column("branch", sa.Column("gapped", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "gap",
        sa.Column("site", sa.String(), sa.ForeignKey("site.id"), primary_key=True, nullable=False),
        sa.Column("epoch", sa.BigInteger(), primary_key=True, nullable=False, autoincrement=False),
        sa.Column("first", sa.BigInteger(), primary_key=True, nullable=False, autoincrement=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
    )
