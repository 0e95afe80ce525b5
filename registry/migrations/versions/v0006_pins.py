"""Badges with a PIN, and the sealed cards of an emergency."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a badge may have beside its card; nobody has it yet."""
    op.add_column("badge", sa.Column("emergency", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("credential", sa.Column("pin", sa.LargeBinary(), nullable=True))
