"""Which desk a booking was at, or a series, may be forgotten; those that still say it are found by their end (P4)."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0042"
branch_labels = None
depends_on = None

_MADE = sa.text("SELECT type, sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL")
_MUST, _MAY = "resource VARCHAR NOT NULL", "resource VARCHAR"


def upgrade() -> None:
    """Let both tables have rows without a resource, and find the bookings that have one."""
    for name in ("booking", "series"):
        if op.get_bind().dialect.name == "postgresql":
            op.alter_column(name, "resource", nullable=True)
        else:
            _loosen(op.get_bind(), name)
    only = sa.text("resource IS NOT NULL")
    op.create_index("booking_over", "booking", ["kind", "end_ms"], sqlite_where=only, postgresql_where=only)


def _loosen(connection: sa.Connection, name: str) -> None:
    """SQLite changes no column in place: the table is made anew by its own words but for these, its rows move over, and
    its indexes and triggers come back as they were.
    """
    made = connection.execute(_MADE, {"name": name}).all()
    table = next(sql for kind, sql in made if kind == "table")
    anew = table.replace(f"CREATE TABLE {name} (", f"CREATE TABLE {name}_anew (", 1).replace(_MUST, _MAY)
    moved = f"INSERT INTO {name}_anew SELECT * FROM {name}"  # noqa: S608 -- a name of the two above
    for step in (anew, moved, f"DROP TABLE {name}", f"ALTER TABLE {name}_anew RENAME TO {name}"):
        connection.exec_driver_sql(step)
    for kind, sql in made:
        if kind != "table":
            connection.exec_driver_sql(sql)
