"""The audit trail is asked by author and by site, and looks by time."""

from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Indexes alone: no row changes."""
    op.create_index("act_author", "act", ["author", "at_ms"])
    op.create_index("act_site", "act", ["site", "at_ms"])
    op.create_index("look_in_order", "look", ["at_ms", "id"])
    op.create_index("look_operator", "look", ["operator", "at_ms"])
