"""What changes by time alone: sources of rights that end, roles that begin, authorisations that follow one another, and
the birthday from which a person is no minor. Sites are told when it comes to that.

What a record carries with its dates needs no telling; a site that hears late errs on the safe side.
"""

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Connection, bindparam, select, union, update

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
_AFTER, _UNTIL = bindparam("after_ms", type_=BigInteger), bindparam("until_ms", type_=BigInteger)
_SWEPT = select(t.feed.c.swept_ms)
_PASSED = union(*(select(who).where((moment > _AFTER) & (moment <= _UNTIL)) for who, moment in _MOMENTS))
_BORN = select(t.person.c.id, t.person.c.birth_date).where(
    t.person.c.birth_date.between(bindparam("earliest"), bindparam("latest"))
)
_ZONES = select(t.site.c.timezone).distinct()
_DATED = tuple(
    (select(table.c.id, table.c.end_date).where(table.c.end_date.is_not(None)), of_table)
    for table, of_table in ((t.programme, t.enrolment.c.programme), (t.cohort, t.enrolment.c.cohort))
)
"""Every gateway's poll asks for these: they are built once."""


def due(connection: Connection, at_ms: int) -> list[str]:
    """Whose records have changed by time alone since the sites were last told, in order."""
    swept_ms: int = connection.execute(_SWEPT).scalar_one()
    if at_ms <= swept_ms:
        return []
    found = set(connection.execute(_PASSED, {"after_ms": swept_ms, "until_ms": at_ms}).scalars())
    zones = [ZoneInfo(name) for name in connection.execute(_ZONES).scalars()]
    found.update(_come_of_age(connection, zones, swept_ms, at_ms))
    found.update(_out_of_programme(connection, zones, swept_ms, at_ms))
    return sorted(found)


def _come_of_age(connection: Connection, zones: list[ZoneInfo], after_ms: int, until_ms: int) -> Iterator[str]:
    earliest = min((local(after_ms, zone).date() for zone in zones), default=None)
    latest = max((local(until_ms, zone).date() for zone in zones), default=None)
    if earliest is None or latest is None:
        return
    born = {"earliest": _of_age_on(earliest), "latest": _of_age_on(latest)}
    for ident, birth in connection.execute(_BORN, born):
        moments = (adult_from_ms(date.fromisoformat(birth), zone) for zone in zones)
        if any(after_ms < moment <= until_ms for moment in moments):
            yield ident


def _of_age_on(day: date) -> str:
    """The ISO date of birth of whoever comes of age on a day."""
    return f"{max(day.year - MAJORITY_YEARS, 1):04}-{day:%m-%d}"


def _out_of_programme(connection: Connection, zones: list[ZoneInfo], after_ms: int, until_ms: int) -> Iterator[str]:
    """Who is enrolled in a programme or a cohort whose last day is over."""
    for ends, of_table in _DATED:
        dated = connection.execute(ends)
        over = [
            ident
            for ident, end in dated.all()
            if any(after_ms < (dates_span(None, end, zone)[1] or 0) <= until_ms for zone in zones)
        ]
        if over:
            yield from connection.execute(select(t.enrolment.c.person).where(of_table.in_(over))).scalars()


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
