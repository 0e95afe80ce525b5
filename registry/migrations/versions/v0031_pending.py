"""What awaits approval at a site is found without looking through all that is booked there."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add an index of the pending bookings alone."""
    only = sa.text("state = 'pending'")
    op.create_index("booking_pending", "booking", ["site", "start_ms", "id"], sqlite_where=only, postgresql_where=only)
