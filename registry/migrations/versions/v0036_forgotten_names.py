"""Of whoever is erased, a digest of the name: by it the logs are searched for what somebody typed (P5)."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The names of those who were erased before are known to nobody."""
    for name, kind, empty in (("salt", sa.String(), ""), ("words", sa.Integer(), "0"), ("digest", sa.String(), "")):
        op.add_column("erased", sa.Column(name, kind, nullable=False, server_default=empty))
