"""A consent that a guardian gave says who that was."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of those of before nobody wrote it down."""
    op.add_column("consent", sa.Column("guardian", sa.String(), nullable=False, server_default=""))
