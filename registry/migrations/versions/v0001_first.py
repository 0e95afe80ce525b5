"""The first tables, and the refusal of overlapping bookings by the database itself."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PG_NO_OVERLAP = """
ALTER TABLE booking ADD CONSTRAINT booking_overlap EXCLUDE USING gist
(site WITH =, resource WITH =, int8range(start_ms, end_ms) WITH &&) WHERE (exclusive)
"""
SQLITE_NO_OVERLAP = """
CREATE TRIGGER booking_overlap_{verb} BEFORE {verb} ON booking WHEN NEW.exclusive BEGIN
  SELECT RAISE(ABORT, 'booking_overlap') WHERE EXISTS (
    SELECT 1 FROM booking WHERE site = NEW.site AND resource = NEW.resource AND exclusive AND id <> NEW.id
    AND start_ms < NEW.end_ms AND start_ms > NEW.start_ms - 604800000 AND end_ms > NEW.start_ms);
END
"""


def upgrade() -> None:
    """Make every table of version 1."""
    _accounts()
    _people()
    _bookings()
    _log()
    _refuse_overlaps()
    op.get_bind().execute(
        sa.text("INSERT INTO feed (id, generation, version) VALUES (1, :generation, 0)"),
        {"generation": secrets.token_hex(8)},
    )


def _text(name: str, *, null: bool = False, primary: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=null, primary_key=primary)


def _number(name: str, *, null: bool = False, primary: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null, primary_key=primary, autoincrement=False)


def _int(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _site() -> sa.Column[str]:
    return sa.Column("site", sa.String(), sa.ForeignKey("site.id"), primary_key=True, nullable=False)


def _of_site() -> tuple[sa.Column[str], sa.Column[str]]:
    return _site(), _text("id", primary=True)


def _accounts() -> None:
    feed_id = sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False, nullable=False)
    op.create_table("feed", feed_id, _text("generation"), _number("version"))
    op.create_table(
        "site", _text("id", primary=True), _text("name"), _text("timezone"), _number("version"), _int("revision")
    )
    token = ("token_hash", sa.String())
    op.create_table(
        "operator", _text("id", primary=True), sa.Column(*token, unique=True, nullable=False), _number("created_ms")
    )
    op.create_table("gateway", *_of_site(), sa.Column(*token, unique=True, nullable=False), _number("created_ms"))
    op.create_table(
        "answer",
        sa.Column("operator", sa.String(), sa.ForeignKey("operator.id"), primary_key=True, nullable=False),
        _text("key_hash", primary=True),
        _text("request_mac"),
        _number("created_ms"),
        _int("status"),
        _text("etag"),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("answer_created", "answer", ["created_ms"])


def _people() -> None:
    validity = ("valid_from_ms", "valid_until_ms")
    op.create_table(
        "person",
        _text("id", primary=True),
        _text("name"),
        *(_number(name, null=name == "valid_until_ms") for name in validity),
        _flag("suspended"),
        _flag("minor"),
        _int("revision"),
    )
    op.create_table(
        "rights",
        _site(),
        sa.Column("person", sa.String(), sa.ForeignKey("person.id"), primary_key=True, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("zones", "standing")),
        *(_number(name, null=name == "valid_until_ms") for name in validity),
        _int("revision"),
    )
    op.create_index("rights_person", "rights", ["person"])
    op.create_table(
        "badge",
        _text("id", primary=True),
        sa.Column("person", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        *(_number(name, null=name == "valid_until_ms") for name in validity),
        _flag("revoked"),
        _flag("long_pulse"),
        _int("revision"),
    )
    op.create_index("badge_person", "badge", ["person"])
    op.create_table(
        "credential",
        _site(),
        sa.Column("hash", sa.LargeBinary(), primary_key=True, nullable=False),
        sa.Column("badge", sa.String(), sa.ForeignKey("badge.id"), nullable=False),
    )
    op.create_index("credential_badge", "credential", ["badge"])


def _bookings() -> None:
    spans = ("start_ms", "end_ms")
    op.create_table(
        "resource",
        *_of_site(),
        *map(_text, ("kind", "name", "zone")),
        _int("capacity", null=True),
        _int("revision"),
    )
    op.create_table(
        "booking",
        _text("site", primary=True),
        _text("id", primary=True),
        _text("resource"),
        sa.Column("person", sa.String(), sa.ForeignKey("person.id"), nullable=False),
        _text("zone"),
        *map(_number, spans),
        _flag("exclusive"),
        sa.ForeignKeyConstraint(["site", "resource"], ["resource.site", "resource.id"], name="booking_resource_fkey"),
        sa.CheckConstraint("end_ms > start_ms AND end_ms - start_ms <= 604800000", name="booking_span"),
    )
    op.create_index("booking_of_resource", "booking", ["site", "resource", "start_ms"])
    op.create_index("booking_by_start", "booking", ["site", "start_ms", "id"])
    op.create_index("booking_person", "booking", ["person"])
    op.create_table("closure", *_of_site(), *map(_number, spans), _text("why"))
    op.create_table("opening", *_of_site(), *map(_int, ("weekday", "from_minute", "to_minute")))


def _log() -> None:
    op.create_table(
        "published",
        _site(),
        *(_text(name, primary=True) for name in ("kind", "id")),
        _number("version"),
        sa.Column("record", sa.Text(), nullable=True),
    )
    op.create_index("published_in_order", "published", ["site", "version"], unique=True)
    op.create_table(
        "branch",
        _site(),
        _number("epoch", primary=True),
        _number("seq"),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        *map(_text, ("run", "software")),
        _number("seen_ms"),
        _number("last_event_ms", null=True),
        _int("poisoned"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("occupancy", "overview")),
    )
    op.create_table(
        "event",
        _site(),
        *(_number(name, primary=True) for name in ("epoch", "seq")),
        _text("kind"),
        _number("at_ms"),
        _flag("poison"),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in ("salt", "body")),
    )
    op.create_table(
        "alarm",
        _site(),
        _text("kind", primary=True),
        *(_number(name, primary=True) for name in ("epoch", "seq")),
        _number("at_ms"),
        _text("what"),
    )


def _refuse_overlaps() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(PG_NO_OVERLAP)
        return
    for verb in ("INSERT", "UPDATE"):
        op.execute(SQLITE_NO_OVERLAP.format(verb=verb))
