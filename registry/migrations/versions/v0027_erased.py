"""People who were erased leave a pseudonym while evidence hangs on it, and ask for it, or for a correction."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody was erased before, and nobody has asked."""
    op.add_column("person", sa.Column("erased_ms", sa.BigInteger(), nullable=True))
    op.create_table(
        "data_request",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("person", sa.String(), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("decided_ms", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
    )
    op.create_index("data_request_person", "data_request", ["person"])
    op.create_index("data_request_decided", "data_request", ["decided_ms"])
    op.create_table(
        "erased",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
    )
