"""Accounts, their sessions, and the trail of what was done."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has an account yet: whoever holds the first operator's token, or the command line, makes the first."""
    op.create_table(
        "account",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("person", sa.String(), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=True),
        sa.Column("login", sa.String(), unique=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("totp", sa.LargeBinary(), nullable=True),
        sa.Column("totp_on", sa.Boolean(), nullable=False),
        sa.Column("totp_step", sa.BigInteger(), nullable=True),
        sa.Column("administrator", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    op.create_index("account_person", "account", ["person"])
    recovery = sa.Column("hash", sa.String(), primary_key=True, nullable=False)
    op.create_table("recovery_code", _account(primary_key=True), recovery)
    op.create_table(
        "linked_identity",
        sa.Column("issuer", sa.String(), primary_key=True, nullable=False),
        sa.Column("subject", sa.String(), primary_key=True, nullable=False),
        _account(),
        sa.Column("linked_ms", sa.BigInteger(), nullable=False),
    )
    op.create_index("linked_identity_account", "linked_identity", ["account"])
    _sessions()
    _acts()


def _account(*, primary_key: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey("account.id", ondelete="CASCADE")
    return sa.Column("account", sa.String(), key, primary_key=primary_key, nullable=False)


def _sessions() -> None:
    op.create_table(
        "web_session",
        sa.Column("hash", sa.String(), primary_key=True, nullable=False),
        sa.Column("id", sa.String(), unique=True, nullable=False),
        _account(),
        sa.Column("begun_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("told", sa.Text(), nullable=True),
    )
    op.create_index("web_session_account", "web_session", ["account"])
    op.create_index("web_session_until", "web_session", ["until_ms"])
    op.create_table(
        "password_reset",
        sa.Column("hash", sa.String(), primary_key=True, nullable=False),
        _account(),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
    )
    op.create_index("password_reset_account", "password_reset", ["account"])


def _acts() -> None:
    op.create_table(
        "act",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("site", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
    )
    op.create_index("act_in_order", "act", ["at_ms", "id"])
    op.create_index("act_kind", "act", ["kind", "at_ms"])
    op.create_index("act_account", "act", ["account", "at_ms"])
    op.create_index("act_person", "act", ["person", "at_ms"])
