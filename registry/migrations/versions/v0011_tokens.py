"""Tokens of the API with scopes, and whom a site's own staff made known."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0015"
branch_labels = None
depends_on = None

OPERATORS = r"""
INSERT INTO api_token (id, name, account, scopes, sites, token_hash, created_ms, created_by, expires_ms, revoked_ms,
  last_day)
SELECT id, 'operator', NULL, '*\:write', NULL, token_hash, created_ms, '', NULL, NULL, NULL FROM operator
"""


def upgrade() -> None:
    """Whoever held an operator's token holds an administrator's; what was answered to a repeated request stays."""
    op.create_table(
        "api_token",
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("account", sa.String(), sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("sites", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.String(), unique=True, nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=True),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_day", sa.String(), nullable=True),
    )
    op.create_index("api_token_account", "api_token", ["account"])
    op.create_table(
        "person_site",
        sa.Column(
            "person",
            sa.String(),
            sa.ForeignKey("person.id", ondelete="CASCADE"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("site", sa.String(), sa.ForeignKey("site.id"), primary_key=True, nullable=False),
    )
    op.execute(OPERATORS)
    _answers()
    op.drop_table("operator")


def _answers() -> None:
    """An answer is a token's; neither database can change what it refers to in place."""
    op.execute("CREATE TABLE answer_before AS SELECT * FROM answer")
    op.drop_table("answer")
    op.create_table(
        "answer",
        sa.Column("operator", sa.String(), sa.ForeignKey("api_token.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("key_hash", sa.String(), primary_key=True),
        sa.Column("request_mac", sa.String(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    columns = "operator, key_hash, request_mac, created_ms, status, etag, body"
    op.execute(f"INSERT INTO answer ({columns}) SELECT {columns} FROM answer_before")  # noqa: S608 -- our own words
    op.drop_table("answer_before")
    op.create_index("answer_created", "answer", ["created_ms"])
