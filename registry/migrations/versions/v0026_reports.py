"""The funder's reports that were published are kept, so that another one can be held against them."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of them, empty."""
    op.create_table(
        "report",
        sa.Column("period", sa.String(), primary_key=True, nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
