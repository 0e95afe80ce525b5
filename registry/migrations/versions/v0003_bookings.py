"""Bookings with a state, series, quotas, buffers, approval and waiting lists."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PG_NO_OVERLAP = """
ALTER TABLE booking ADD CONSTRAINT booking_overlap EXCLUDE USING gist
(site WITH =, resource WITH =, int8range(start_ms, blocked_until_ms) WITH &&) WHERE (exclusive)
"""
SQLITE_NO_OVERLAP = """
CREATE TRIGGER booking_overlap_{verb} BEFORE {verb} ON booking WHEN NEW.exclusive BEGIN
  SELECT RAISE(ABORT, 'booking_overlap') WHERE EXISTS (
    SELECT 1 FROM booking WHERE site = NEW.site AND resource = NEW.resource AND exclusive AND id <> NEW.id
    AND start_ms < NEW.blocked_until_ms AND start_ms > NEW.start_ms - 691200000 AND blocked_until_ms > NEW.start_ms);
END
"""
CARRY_OVER = """
INSERT INTO booking (site, id, resource, person, zone, kind, state, start_ms, end_ms, blocked_until_ms, exclusive,
  places, waiting, walk_in, made_ms, made_by, revision)
SELECT site, id, resource, person, zone, 'desk', 'booked', start_ms, end_ms, end_ms, exclusive,
  1, {no}, {no}, 0, '', 1 FROM booking_before
"""
_HELD_BY_ONE = "(person IS NULL) <> (group_id IS NULL)"


def upgrade() -> None:
    """Give bookings a life of their own: those there are carry on as booked, never to be released."""
    op.add_column("resource", sa.Column("buffer_minutes", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("resource", sa.Column("needs_approval", sa.Boolean(), nullable=False, server_default=sa.false()))
    _bookings_anew()
    _series()
    _waiting()
    _limits()


def _text(name: str, *, null: bool = False, primary: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=null, primary_key=primary)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _int(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _site() -> sa.Column[str]:
    return sa.Column("site", sa.String(), sa.ForeignKey("site.id"), primary_key=True, nullable=False)


def _of_resource(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["site", "resource"], ["resource.site", "resource.id"], name=f"{name}_resource_fkey")


def _holder(*, cascade: bool) -> tuple[sa.Column[str], sa.Column[str]]:
    goes = "CASCADE" if cascade else None
    person = sa.Column("person", sa.String(), sa.ForeignKey("person.id", ondelete=goes), nullable=True)
    return person, _text("group_id", null=True)


def _bookings_anew() -> None:
    """Neither database can change every part of a table in place: the rows step aside, and come back."""
    op.execute("CREATE TABLE booking_before AS SELECT * FROM booking")
    op.drop_table("booking")
    _booking()
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute(CARRY_OVER.format(no="false" if is_postgresql else "0"))
    op.drop_table("booking_before")
    if is_postgresql:
        op.execute(PG_NO_OVERLAP)
        return
    for verb in ("INSERT", "UPDATE"):
        op.execute(SQLITE_NO_OVERLAP.format(verb=verb))


def _booking() -> None:
    op.create_table(
        "booking",
        *(_text(name, primary=True) for name in ("site", "id")),
        _text("resource"),
        *_holder(cascade=False),
        *map(_text, ("zone", "kind", "state")),
        *map(_number, ("start_ms", "end_ms", "blocked_until_ms")),
        _flag("exclusive"),
        _int("places"),
        *(_text(name, null=True) for name in ("series", "recurrence")),
        *(_number(name, null=True) for name in ("release_ms", "checked_in_ms")),
        _text("confirmed_by", null=True),
        _number("hold_until_ms", null=True),
        *map(_flag, ("waiting", "walk_in")),
        _text("excused", null=True),
        _number("made_ms"),
        _text("made_by"),
        _int("revision"),
        _of_resource("booking"),
        sa.CheckConstraint("end_ms > start_ms AND end_ms - start_ms <= 604800000", name="booking_span"),
        sa.CheckConstraint(
            "blocked_until_ms >= end_ms AND blocked_until_ms - end_ms <= 86400000", name="booking_buffer"
        ),
        sa.CheckConstraint(_HELD_BY_ONE, name="booking_holder"),
        sa.CheckConstraint(
            "state IN ('pending', 'booked', 'offered', 'cancelled', 'released', 'ended')", name="booking_state"
        ),
        sa.CheckConstraint("NOT exclusive OR state IN ('pending', 'booked', 'offered', 'ended')", name="booking_holds"),
        sa.CheckConstraint("(state = 'offered') = (hold_until_ms IS NOT NULL)", name="booking_offer"),
        sa.CheckConstraint("state <> 'released' OR checked_in_ms IS NULL", name="booking_release"),
    )
    op.create_index("booking_of_resource", "booking", ["site", "resource", "start_ms"])
    op.create_index("booking_by_start", "booking", ["site", "start_ms", "id"])
    op.create_index("booking_person", "booking", ["person", "start_ms"])
    op.create_index("booking_group", "booking", ["group_id", "start_ms"])
    op.create_index("booking_series", "booking", ["site", "series", "recurrence"])
    op.create_index("booking_hold", "booking", ["site", "hold_until_ms"])


def _series() -> None:
    op.create_table(
        "series",
        *(_text(name, primary=True) for name in ("site", "id")),
        _text("resource"),
        *_holder(cascade=True),
        *map(_text, ("kind", "start")),
        _number("length_ms"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("rule", "exceptions")),
        _number("made_ms"),
        _text("made_by"),
        _int("revision"),
        _of_resource("series"),
        sa.CheckConstraint(_HELD_BY_ONE, name="series_holder"),
    )
    op.create_index("series_person", "series", ["person"])


def _waiting() -> None:
    op.create_table(
        "waiting",
        _site(),
        _text("id", primary=True),
        _number("turn"),
        _text("state"),
        *_holder(cascade=True),
        *map(_text, ("kind", "zone")),
        _text("resource", null=True),
        *map(_number, ("start_ms", "end_ms")),
        _text("booking", null=True),
        _number("made_ms"),
        _text("made_by"),
        _int("revision"),
        sa.CheckConstraint(_HELD_BY_ONE, name="waiting_holder"),
    )
    op.create_index("waiting_line", "waiting", ["site", "state", "turn"])
    op.create_index("waiting_person", "waiting", ["person"])


def _limits() -> None:
    op.create_table("booking_policy", _site(), *map(_int, ("horizon_days", "revision")))
    op.create_table(
        "person_quota",
        sa.Column(
            "person", sa.String(), sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, nullable=False
        ),
        *(_int(name, null=True) for name in ("day_minutes", "day_count", "week_minutes", "week_count")),
        _int("revision"),
    )
