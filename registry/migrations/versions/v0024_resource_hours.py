"""Opening hours may be one resource's own; those that there are stay the site's."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the resource to each row: none."""
    op.add_column("opening", sa.Column("resource", sa.String(), nullable=False, server_default=""))
