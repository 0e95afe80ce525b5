"""A site is of a municipality, which stands at the head of its papers."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has said of which yet."""
    op.add_column("site", sa.Column("municipality", sa.String(), nullable=False, server_default=""))
