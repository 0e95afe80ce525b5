"""Programmes: whom they take and when, which zones they open, how attendance counts, and how much may be booked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from access.attendance import THRESHOLD_PERCENT
from access.clock import MINUTE_MS
from access.quota import Quota
from registry import store
from registry.downlink import admission
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.programmes import checks
from registry.tables import core as t

NO_QUOTA = Quota()
NO_ZONES: Mapping[str, frozenset[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme, editable in all of it. Ages are both included, and so are the local dates (ISO); None: no limit.

    Its participants belong to ``audience`` (opening hours) and enter ``zones`` of its sites. ``late_ms``, ``early_ms``
    and ``rounding_minutes`` are the tolerance and the unit of attendance; ``quota`` limits what one person books.
    On ``closed_on`` its funder closed its accounts.
    """

    name: str
    age_min: int | None = None
    age_max: int | None = None
    start_date: str | None = None
    end_date: str | None = None
    seats: int | None = None
    audience: str = ""
    threshold_percent: int = THRESHOLD_PERCENT
    late_ms: int = 10 * MINUTE_MS
    early_ms: int = 10 * MINUTE_MS
    rounding_minutes: int = 1
    closed_on: str | None = None
    quota: Quota = NO_QUOTA
    zones: Mapping[str, frozenset[str]] = field(default_factory=lambda: NO_ZONES)


def programme_values(programme: Programme) -> dict[str, object]:
    """A programme's columns."""
    names = (
        "name",
        "age_min",
        "age_max",
        "start_date",
        "end_date",
        "seats",
        "audience",
        "threshold_percent",
        "closed_on",
    )
    quota = programme.quota
    return {
        **{name: getattr(programme, name) for name in (*names, "late_ms", "early_ms", "rounding_minutes")},
        "day_minutes": quota.day_minutes,
        "day_count": quota.day_count,
        "week_minutes": quota.week_minutes,
        "week_count": quota.week_count,
    }


def add(edit: Edit, ident: str, programme: Programme) -> None:
    """Make a programme. Raises Problem."""
    _check(edit.connection, programme)
    values = {"id": ident, "revision": 1, **programme_values(programme)}
    store.add(edit.connection, t.programme, values, "programme")
    _set_zones(edit.connection, ident, programme)


def change(edit: Edit, ident: str, programme: Programme) -> None:
    """Change a known programme, and tell the sites of everyone in it; who is enrolled stays so. Raises Problem."""
    _check(edit.connection, programme)
    check_seats(edit.connection, t.enrolment.c.programme == ident, programme.seats)
    store.change(edit.connection, t.programme, t.programme.c.id == ident, programme_values(programme))
    _set_zones(edit.connection, ident, programme)
    admission.publish_everywhere(edit, participants(edit.connection, t.enrolment.c.programme == ident))


def drop(edit: Edit, ident: str) -> None:
    """Take a programme away that nobody was ever enrolled in. Raises Problem."""
    store.one(edit.connection, t.programme, t.programme.c.id == ident, "programme")
    for table, name in ((t.enrolment, "enrolments"), (t.cohort, "cohorts"), (t.session, "sessions")):
        number = store.count(edit.connection, table, table.c.programme == ident)
        if number:
            raise Problem(Kind.IN_USE, f"{number} {name} are of this programme; give it a last day instead.")
    for table in (t.module, t.programme_zone):
        edit.connection.execute(delete(table).where(table.c.programme == ident))
    edit.connection.execute(delete(t.programme).where(t.programme.c.id == ident))


def _check(connection: Connection, programme: Programme) -> None:
    checks.check_days(programme.start_date, programme.end_date)
    youngest, oldest = programme.age_min, programme.age_max
    if youngest is not None and oldest is not None and oldest < youngest:
        raise Problem(Kind.INVALID, "age_max is not below age_min; correct them.")
    for site in programme.zones:
        checks.check_site(connection, site)


def _set_zones(connection: Connection, ident: str, programme: Programme) -> None:
    connection.execute(delete(t.programme_zone).where(t.programme_zone.c.programme == ident))
    rows = [
        {"programme": ident, "site": site, "zones": checks.joined(zones)}
        for site, zones in sorted(programme.zones.items())
    ]
    if rows:
        connection.execute(insert(t.programme_zone), rows)


def zones_of(connection: Connection, idents: list[str]) -> dict[str, dict[str, list[str]]]:
    """The zones of these programmes, by programme and site."""
    z = t.programme_zone.c
    found: dict[str, dict[str, list[str]]] = {ident: {} for ident in idents}
    for row in connection.execute(select(t.programme_zone).where(z.programme.in_(idents)).order_by(z.site)):
        found[row.programme][row.site] = row.zones.split()
    return found


def participants(connection: Connection, where: ColumnElement[bool]) -> list[str]:
    """Everyone with such an active enrolment, in order."""
    e = t.enrolment.c
    found = select(e.person).distinct().where(where, e.state == "active").order_by(e.person)
    return list(connection.execute(found).scalars())


def check_seats(connection: Connection, where: ColumnElement[bool], seats: int | None) -> None:
    """There are as many seats as active enrolments. Raises Problem."""
    taken = store.count(connection, t.enrolment, where & (t.enrolment.c.state == "active"))
    if seats is not None and taken > seats:
        raise Problem(Kind.FULL, f"{taken} people are enrolled; leave at least so many seats.", taken=taken)
