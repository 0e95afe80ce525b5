"""Bookings with a state, series, quotas, buffers, approval and waiting lists."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
