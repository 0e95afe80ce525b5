"""Programmes, cohorts, teams, sessions, roles, passes, authorisations and transfers."""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
