"""What changes by time alone: sources of rights that end, roles that begin, authorisations that follow one another, and
the birthday from which a person is no minor. Sites are told when it comes to that.

What a record carries with its dates needs no telling; a site that hears late errs on the safe side.
"""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, select, union, update

from access.enrolment import MAJORITY_YEARS, adult_from_ms
from access.hours import local
from registry import admission
from registry import tables as t
from registry.database import Database
from registry.edit import Edit, editing
from registry.local_dates import dates_span

_MOMENTS = (
    (t.rights.c.person, t.rights.c.valid_until_ms),
    (t.enrolment.c.person, t.enrolment.c.until_ms),
    (t.transfer.c.person, t.transfer.c.end_ms),
    (t.role.c.person, t.role.c.from_ms),
    (t.role.c.person, t.role.c.until_ms),
    (t.pass_.c.person, t.pass_.c.end_ms),
    (t.guardian.c.person, t.guardian.c.from_ms),
    (t.guardian.c.person, t.guardian.c.until_ms),
)
"""Whose record changes at which moment."""


def due(connection: Connection, at_ms: int) -> list[str]:
    """Whose records have changed by time alone since the sites were last told, in order."""
    swept_ms: int = connection.execute(select(t.feed.c.swept_ms)).scalar_one()
    if at_ms <= swept_ms:
        return []
    passed = union(*(select(person).where(_within(moment, swept_ms, at_ms)) for person, moment in _MOMENTS))
    found = set(connection.execute(passed).scalars())
    zones = [ZoneInfo(name) for name in connection.execute(select(t.site.c.timezone).distinct()).scalars()]
    found.update(_come_of_age(connection, zones, swept_ms, at_ms))
    found.update(_out_of_programme(connection, zones, swept_ms, at_ms))
    return sorted(found)


def _within(moment: ColumnElement[int], after_ms: int, until_ms: int) -> ColumnElement[bool]:
    return (moment > after_ms) & (moment <= until_ms)


def _come_of_age(connection: Connection, zones: list[ZoneInfo], after_ms: int, until_ms: int) -> Iterator[str]:
    c = t.person.c
    earliest = min((local(after_ms, zone).date() for zone in zones), default=None)
    latest = max((local(until_ms, zone).date() for zone in zones), default=None)
    if earliest is None or latest is None:
        return
    born = c.birth_date.between(_of_age_on(earliest), _of_age_on(latest))
    for ident, birth in connection.execute(select(c.id, c.birth_date).where(born)):
        moments = (adult_from_ms(date.fromisoformat(birth), zone) for zone in zones)
        if any(after_ms < moment <= until_ms for moment in moments):
            yield ident


def _of_age_on(day: date) -> str:
    """The ISO date of birth of whoever comes of age on a day."""
    return f"{max(day.year - MAJORITY_YEARS, 1):04}-{day:%m-%d}"


def _out_of_programme(connection: Connection, zones: list[ZoneInfo], after_ms: int, until_ms: int) -> Iterator[str]:
    """Who is enrolled in a programme or a cohort whose last day is over."""
    e = t.enrolment.c
    for table, of_table in ((t.programme, e.programme), (t.cohort, e.cohort)):
        dated = connection.execute(select(table.c.id, table.c.end_date).where(table.c.end_date.is_not(None)))
        over = [
            ident
            for ident, end in dated.all()
            if any(after_ms < (dates_span(None, end, zone)[1] or 0) <= until_ms for zone in zones)
        ]
        if over:
            yield from connection.execute(select(e.person).where(of_table.in_(over))).scalars()


def publish_due(edit: Edit, at_ms: int) -> int:
    """Tell the sites of whoever has changed by time alone up to a moment; how many people were looked at."""
    persons = due(edit.connection, at_ms)
    admission.publish_everywhere(edit, persons)
    later = t.feed.c.swept_ms < at_ms
    edit.connection.execute(update(t.feed).where(later).values(swept_ms=at_ms))
    return len(persons)


def sweep(database: Database, at_ms: int) -> int:
    """``publish_due`` where anything is due; where nothing is, a few reads and no write."""
    with database.read() as connection:
        if not due(connection, at_ms):
            return 0
    with editing(database, at_ms) as edit:
        return publish_due(edit, at_ms)
