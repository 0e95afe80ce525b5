"""What changes by time alone: sources of rights that end, roles that begin, authorisations that follow one another, and
the birthday from which a person is no minor. Sites are told when it comes to that.

What a record carries with its dates needs no telling; a site that hears late errs on the safe side.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Connection, String, bindparam, literal, select, true, union_all, update

from access.enrolment import MAJORITY_YEARS, adult_from_ms
from access.hours import local
from registry.calendars.local_dates import dates_span
from registry.downlink import admission
from registry.edit import Edit
from registry.prepared import Prepared
from registry.tables import core as t

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
_SWEPT = Prepared(select(t.feed.c.swept_ms, t.site.c.timezone).select_from(t.feed).outerjoin(t.site, true()).distinct())
_PASSED, _BORN = "passed", "born"
_DATED = {t.programme.name: t.enrolment.c.programme, t.cohort.name: t.enrolment.c.cohort}
_CHANGED = Prepared(
    union_all(
        *(
            select(literal(_PASSED, String).label("what"), who.label("id"), literal("", String).label("day")).where(
                (moment > _AFTER) & (moment <= _UNTIL)
            )
            for who, moment in _MOMENTS
        ),
        select(literal(_BORN), t.person.c.id, t.person.c.birth_date).where(
            t.person.c.birth_date.between(bindparam("earliest"), bindparam("latest"))
        ),
        *(
            select(literal(table.name), table.c.id, table.c.end_date).where(table.c.end_date.is_not(None))
            for table in (t.programme, t.cohort)
        ),
    )
)
"""Every gateway's poll asks for these two."""


def due(connection: Connection, at_ms: int) -> list[str]:
    """Whose records have changed by time alone since the sites were last told, in order."""
    rows = _SWEPT.on(connection, {}).all()
    swept_ms: int = rows[0].swept_ms
    if at_ms <= swept_ms:
        return []
    zones = [ZoneInfo(row.timezone) for row in rows if row.timezone is not None]
    found, over = set[str](), defaultdict[str, list[str]](list)
    for what, ident, day in _CHANGED.on(connection, _within(swept_ms, at_ms, zones)):
        if what == _PASSED:
            found.add(ident)
        elif any(swept_ms < (moment_ms or 0) <= at_ms for moment_ms in _moments(what, day, zones)):
            over[what].append(ident)
    found.update(over.pop(_BORN, ()))
    for what, idents in over.items():
        enrolled = select(t.enrolment.c.person).where(_DATED[what].in_(idents))
        found.update(connection.execute(enrolled).scalars())
    return sorted(found)


def _within(after_ms: int, until_ms: int, zones: list[ZoneInfo]) -> dict[str, int | str]:
    """Between when, and who was born when comes of age between then; nobody does where there is no site."""
    earliest = min((_of_age_on(local(after_ms, zone).date()) for zone in zones), default="")
    latest = max((_of_age_on(local(until_ms, zone).date()) for zone in zones), default="")
    return {"after_ms": after_ms, "until_ms": until_ms, "earliest": earliest, "latest": latest}


def _of_age_on(day: date) -> str:
    """The ISO date of birth of whoever comes of age on a day."""
    return f"{max(day.year - MAJORITY_YEARS, 1):04}-{day:%m-%d}"


def _moments(what: str, day: str, zones: list[ZoneInfo]) -> Iterator[int | None]:
    """When whoever was born on a day comes of age, or what has its last day then is over: in each zone."""
    if what == _BORN:
        return (adult_from_ms(date.fromisoformat(day), zone) for zone in zones)
    return (dates_span(None, day, zone)[1] for zone in zones)


def publish_due(edit: Edit, at_ms: int) -> int:
    """Tell the sites of whoever has changed by time alone up to a moment; how many people were looked at."""
    persons = due(edit.connection, at_ms)
    admission.publish_everywhere(edit, persons)
    later = t.feed.c.swept_ms < at_ms
    edit.connection.execute(update(t.feed).where(later).values(swept_ms=at_ms))
    return len(persons)
