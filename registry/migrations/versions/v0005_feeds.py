"""Calendar feeds by revocable tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of feeds."""
    op.create_table(
        "feed_token",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("token_hash", sa.String(), unique=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.String(), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=True),
        sa.Column("site", sa.String(), sa.ForeignKey("site.id"), nullable=True),
        sa.Column("resource", sa.String(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site", "resource"], ["resource.site", "resource.id"], name="feed_token_resource_fkey", ondelete="CASCADE"
        ),
    )
    op.create_index("feed_token_person", "feed_token", ["person"])
    op.create_index("feed_token_resource", "feed_token", ["site", "resource"])
