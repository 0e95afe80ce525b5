"""A badge that a stolen gateway knew is marked: its card can be copied, and it is to be replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the mark."""
    op.add_column("badge", sa.Column("exposed_ms", sa.BigInteger(), nullable=True))
