"""Programmes, cohorts, teams, sessions, roles, passes, authorisations and transfers.

Whoever had a standing right is staff from now on, as the first version meant it, and the sites are told so.
"""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen the old tables and make the new ones."""
    _settings()
    _people()
    _calendars()
    _programmes()
    _members()
    _rights()
    _sessions()
    op.create_table("seeded", *(_text(name, primary=True) for name in ("example", "kind", "id")))
    _tell_staff()


def _text(name: str, *, null: bool = False, primary: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=null, primary_key=primary)


def _long(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str, *, null: bool = False, primary: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null, primary_key=primary, autoincrement=False)


def _int(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _of(name: str, table: str, *, null: bool = False, primary: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), sa.ForeignKey(f"{table}.id"), nullable=null, primary_key=primary)


def _id() -> sa.Column[str]:
    return _text("id", primary=True)


def _wider(table: str, kind: sa.String | sa.Integer, **defaults: str) -> None:
    for name, default in defaults.items():
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=default))


def _settings() -> None:
    op.add_column("feed", sa.Column("swept_ms", sa.BigInteger(), nullable=False, server_default="0"))
    _wider("site", sa.Integer(), no_show_minutes="15", offer_minutes="30")
    _wider("site", sa.String(), holiday_province="", holiday_language="it")
    _wider("site", sa.Text(), holidays_added="[]", holidays_removed="")
    op.add_column("site", sa.Column("layout", sa.Text(), nullable=True))


def _people() -> None:
    for name in ("birth_date", "fiscal_code", "email", "ref"):
        op.add_column("person", _text(name, null=True))
    op.create_index("person_ref", "person", ["ref"], unique=True)
    op.add_column("rights", sa.Column("staff", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.text("UPDATE rights SET staff = (standing <> '')"))


def _calendars() -> None:
    _wider("closure", sa.String(), audience="", resource="", source="")
    _wider("opening", sa.String(), audience="")


def _programmes() -> None:
    op.create_table(
        "programme",
        _id(),
        _text("name"),
        *(_int(name, null=True) for name in ("age_min", "age_max")),
        *(_text(name, null=True) for name in ("start_date", "end_date")),
        _int("seats", null=True),
        _text("audience"),
        _int("threshold_percent"),
        *map(_number, ("late_ms", "early_ms")),
        _int("rounding_minutes"),
        *(_int(name, null=True) for name in ("day_minutes", "day_count", "week_minutes", "week_count")),
        _int("revision"),
    )
    op.create_table(
        "programme_zone",
        _of("programme", "programme", primary=True),
        _of("site", "site", primary=True),
        _long("zones"),
    )
    op.create_table(
        "module",
        _id(),
        _of("programme", "programme"),
        _text("name"),
        _flag("mandatory"),
        _number("due_ms", null=True),
        *map(_int, ("required_minutes", "required_sessions", "revision")),
    )
    op.create_index("module_programme", "module", ["programme"])


def _members() -> None:
    dates = ("start_date", "end_date")
    cohort = (_of("programme", "programme"), _of("site", "site"), _text("name"))
    op.create_table(
        "cohort",
        _id(),
        *cohort,
        *(_text(name, null=True) for name in dates),
        _int("seats", null=True),
        _int("revision"),
    )
    op.create_index("cohort_programme", "cohort", ["programme"])
    op.create_table("team", _id(), _of("cohort", "cohort"), _text("name"), _int("revision"))
    op.create_index("team_cohort", "team", ["cohort"])
    whose = (_of("team", "team", primary=True), _of("person", "person", primary=True))
    op.create_table("member", *whose, _number("from_ms", primary=True), _number("until_ms", null=True))
    op.create_index("member_person", "member", ["person"])
    op.create_table(
        "enrolment",
        _id(),
        _of("person", "person"),
        _of("programme", "programme"),
        _of("cohort", "cohort", null=True),
        _int("age", null=True),
        *map(_number, ("enrolled_ms", "from_ms")),
        _number("until_ms", null=True),
        _text("state"),
        _int("revision"),
    )
    for name in ("person", "programme", "cohort"):
        op.create_index(f"enrolment_{name}", "enrolment", [name])


def _ends() -> tuple[sa.Column[int], sa.Column[int]]:
    return _number("from_ms"), _number("until_ms", null=True)


def _rights() -> None:
    zones = "zones"
    op.create_table(
        "role",
        _id(),
        _of("person", "person"),
        _text("role"),
        _of("site", "site", null=True),
        _long(zones),
        *_ends(),
        _int("revision"),
    )
    op.create_table("guardian", _id(), _of("person", "person"), *_ends(), _long(zones), _int("revision"))
    op.create_table(
        "transfer",
        _id(),
        _of("person", "person"),
        *(_of(name, "site") for name in ("from_site", "to_site")),
        *map(_number, ("start_ms", "end_ms")),
        _int("revision"),
    )
    op.create_table(
        "pass",
        _of("site", "site", primary=True),
        _id(),
        _of("person", "person"),
        _long(zones),
        *map(_number, ("start_ms", "end_ms")),
        *map(_text, ("kind", "weekdays")),
        *map(_int, ("from_minute", "to_minute", "revision")),
    )
    for table in ("role", "guardian", "transfer", "pass"):
        op.create_index(f"{table}_person", table, ["person"])


def _sessions() -> None:
    op.create_table(
        "session",
        _of("site", "site", primary=True),
        _id(),
        _of("programme", "programme"),
        _of("module", "module", null=True),
        *map(_text, ("title", "zone")),
        _text("resource", null=True),
        _flag("off_site"),
        _text("place"),
        *map(_number, ("start_ms", "end_ms")),
        _long("breaks"),
        *map(_text, ("state", "why")),
        _int("revision"),
        sa.ForeignKeyConstraint(["site", "resource"], ["resource.site", "resource.id"], name="session_resource_fkey"),
    )
    op.create_index("session_by_start", "session", ["site", "start_ms", "id"])
    op.create_index("session_programme", "session", ["programme"])
    _of_session("session_group", _text("group_id", primary=True))
    op.create_index("session_group_group", "session_group", ["group_id"])
    _of_session("session_trainer", _of("person", "person", primary=True))
    op.create_index("session_trainer_person", "session_trainer", ["person"])


def _of_session(table: str, whom: sa.Column[str]) -> None:
    one = sa.ForeignKeyConstraint(["site", "session"], ["session.site", "session.id"], name=f"{table}_session_fkey")
    op.create_table(table, _text("site", primary=True), _text("session", primary=True), whom, one)


def _tell_staff() -> None:
    """Published records are what gateways hold: a change of one is a new version of it (guarantee S10)."""
    connection = op.get_bind()
    last: int = connection.execute(sa.text("SELECT version FROM feed")).scalar_one()
    told = list(enumerate(_staff(connection), last + 1))
    if not told:
        return
    rows = [{"site": site, "id": ident, "at": version, "record": record} for version, (site, ident, record) in told]
    again = "UPDATE published SET version = :at, record = :record WHERE site = :site AND kind = 'person' AND id = :id"
    connection.execute(sa.text(again), rows)
    connection.execute(sa.text("UPDATE feed SET version = :last"), {"last": told[-1][0]})
    ends = {site: version for version, (site, _, _) in told}
    moved = sa.text("UPDATE site SET version = :version WHERE id = :site")
    connection.execute(moved, [{"site": site, "version": version} for site, version in ends.items()])


def _staff(connection: sa.Connection) -> Iterator[tuple[str, str, str]]:
    """Site, id and new record of everyone who has a standing right somewhere."""
    found = sa.text(
        "SELECT p.site, p.id, p.record FROM published p"
        " JOIN rights r ON r.site = p.site AND r.person = p.id"
        " WHERE p.kind = 'person' AND p.record IS NOT NULL AND r.standing <> '' ORDER BY p.version"
    )
    for site, ident, record in connection.execute(found).all():
        yield site, ident, json.dumps(json.loads(record) | {"staff": True}, ensure_ascii=False)
