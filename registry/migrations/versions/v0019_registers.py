"""Attendance registers, whose rows the database itself refuses to change."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0011"
branch_labels = None
depends_on = None

UNCHANGED = "a row of a register is never changed"
KEPT = "a row of a register goes only with its register"


def upgrade() -> None:
    """There were no registers before."""
    op.create_table(
        "register",
        sa.Column("site", sa.String(), sa.ForeignKey("site.id"), primary_key=True, nullable=False),
        sa.Column("id", sa.String(), primary_key=True, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("session", sa.String(), nullable=True),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("cohort", sa.String(), nullable=True),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("closed", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
    )
    op.create_index("register_number", "register", ["site", "number"], unique=True)
    op.create_index("register_session", "register", ["site", "session"], unique=True)
    op.create_index("register_programme", "register", ["programme"])
    op.create_table(
        "register_row",
        *_edition(),
        sa.Column("n", sa.Integer(), primary_key=True, autoincrement=False, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
    )
    op.create_table(
        "register_name",
        *_edition(),
        sa.Column("person", sa.String(), primary_key=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
    )
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)


def _edition() -> tuple[sa.Column[str], sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("site", sa.String(), primary_key=True, nullable=False),
        sa.Column("register_id", sa.String(), primary_key=True, nullable=False),
        sa.Column("edition", sa.Integer(), primary_key=True, autoincrement=False, nullable=False),
    )


_STANDS = "EXISTS (SELECT 1 FROM register WHERE site = OLD.site AND id = OLD.register_id)"
_ON = "CREATE TRIGGER register_row_"
_SQLITE = (
    f"{_ON}unchanged BEFORE UPDATE ON register_row BEGIN SELECT RAISE(ABORT, '{UNCHANGED}'); END",
    f"{_ON}kept BEFORE DELETE ON register_row WHEN {_STANDS} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END",
)
_FUNCTION = f"""
CREATE FUNCTION register_row_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'UPDATE' THEN RAISE EXCEPTION '{UNCHANGED}' USING ERRCODE = 'restrict_violation'; END IF;
  IF {_STANDS} THEN RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'restrict_violation'; END IF;
  RETURN OLD;
END $$
"""
_EACH = "FOR EACH ROW EXECUTE FUNCTION register_row_stands()"
_POSTGRESQL = (_FUNCTION, f"{_ON}stands BEFORE UPDATE OR DELETE ON register_row {_EACH}")
