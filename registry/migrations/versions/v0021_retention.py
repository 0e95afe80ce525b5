"""How far the logs were purged, what is held, and when a programme's accounts were closed."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was purged before, nothing is held, and no accounts are closed."""
    op.add_column("programme", sa.Column("closed_on", sa.String(), nullable=True))
    op.create_table(
        "purged",
        sa.Column("site", sa.String(), sa.ForeignKey("site.id"), primary_key=True, nullable=False),
        sa.Column("epoch", sa.BigInteger(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("period_ms", sa.BigInteger(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("kind", sa.String()),
        sa.Column("person", sa.String()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("begun_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("lifted_ms", sa.BigInteger()),
        sa.Column("lifted_by", sa.String(), nullable=False),
    )
    op.create_index("legal_hold_until", "legal_hold", ["until_ms"])
