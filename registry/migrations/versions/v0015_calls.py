"""Calls on readers for badges."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody called on a reader before."""
    op.create_table(
        "badge_call",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("site", sa.String(), sa.ForeignKey("site.id"), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("person", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("badge", sa.String()),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("heard_ms", sa.BigInteger()),
        sa.Column("read_ms", sa.BigInteger()),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("holder", sa.String()),
        sa.Column("made", sa.String()),
        sa.Column("seen", sa.Text()),
        sa.Column("opens", sa.Text()),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    op.create_index("badge_call_state", "badge_call", ["state", "site"])
    op.create_index("badge_call_person", "badge_call", ["person"])
