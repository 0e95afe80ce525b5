"""Certificates of attendance, numbered within a site and a year; the database itself refuses to change or drop one."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0024"
branch_labels = None
depends_on = None

STANDS = "a certificate that was issued is never changed"
SAID = "site, year, number, code, programme, delivered, recognised, threshold, at_ms, author"


def upgrade() -> None:
    """Those of before had no number."""
    op.create_table(
        "certificate",
        sa.Column("site", sa.String(), primary_key=True, nullable=False),
        sa.Column("year", sa.Integer(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("programme_name", sa.String(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("recognised", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
    )
    op.create_table(
        "certificate_year",
        sa.Column("site", sa.String(), sa.ForeignKey("site.id"), primary_key=True, nullable=False),
        sa.Column("year", sa.Integer(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
    )
    op.create_index("certificate_code", "certificate", ["code"], unique=True)
    op.create_index("certificate_person", "certificate", ["person", "programme"])
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


_YEAR = "EXISTS (SELECT 1 FROM certificate_year WHERE site = OLD.site AND year = OLD.year)"
_ON = "CREATE TRIGGER certificate_"
_SQLITE = (
    f"{_ON}unchanged BEFORE UPDATE OF {SAID} ON certificate BEGIN SELECT RAISE(ABORT, '{STANDS}'); END",
    f"{_ON}kept BEFORE DELETE ON certificate WHEN {_YEAR} BEGIN SELECT RAISE(ABORT, '{STANDS}'); END",
)
_FUNCTION = f"""
CREATE FUNCTION certificate_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'DELETE' AND NOT {_YEAR} THEN RETURN OLD; END IF;
  RAISE EXCEPTION '{STANDS}' USING ERRCODE = 'restrict_violation';
END $$
"""
_POSTGRESQL = (
    _FUNCTION,
    f"{_ON}unchanged BEFORE UPDATE OF {SAID} ON certificate FOR EACH ROW EXECUTE FUNCTION certificate_stands()",
    f"{_ON}kept BEFORE DELETE ON certificate FOR EACH ROW EXECUTE FUNCTION certificate_stands()",
)
