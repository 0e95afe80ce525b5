"""What is left of registers that were purged: their numbers and seals, which name nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None was purged before."""
    op.create_table(
        "register_gone",
        sa.Column("site", sa.String(), sa.ForeignKey("site.id"), primary_key=True, nullable=False),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("session", sa.String(), nullable=True),
        sa.Column("seal", sa.String(), nullable=False),
        sa.Column("gone_ms", sa.BigInteger(), nullable=False),
    )
    op.create_index("register_gone_session", "register_gone", ["site", "session"])
