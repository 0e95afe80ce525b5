"""Of whoever is erased, whether the database's files were cleaned of them (P4): of those of before nobody knows."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody is cleaned of yet; the next purge does it."""
    op.add_column("erased", sa.Column("cleaned", sa.Boolean(), nullable=False, server_default=sa.false()))
