"""Enrolments (domain, age): the age is reckoned in local time when somebody is enrolled, and not again.

No matching programme is an answer, never a guess. Seats are never exceeded, whoever enrols at the same moment: every
edit holds the feed's lock.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, delete, select

from access.enrolment import Ages, Matching, age_at, fits, matching
from registry import store
from registry.calendars.local_dates import common, dates_span
from registry.downlink import admission
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.programmes import checks
from registry.reasons import why
from registry.tables import core as t

STATES = ("active", "completed", "withdrawn")
HOME_ZONE = "Europe/Rome"
"""Whose calendar says how old somebody is where neither cohort nor programme has a site."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody is to be enrolled: in ``programme``, or ("") in the one that takes their age; in ``cohort`` where one is
    named. In force between ``from_ms`` (None: at once) and ``until_ms`` (None: as long as programme and cohort last).
    """

    person: str
    programme: str = ""
    cohort: str | None = None
    from_ms: int | None = None
    until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What may change of an enrolment; the age stays."""

    cohort: str | None
    from_ms: int
    until_ms: int | None
    state: str = "active"


def enrol(edit: Edit, ident: str, wanted: Wanted) -> Row[Any]:
    """Enrol a known person now, and tell the sites. Raises Problem, with the age where no programme takes it."""
    row = enrol_untold(edit, ident, wanted)
    admission.publish_everywhere(edit, [wanted.person])
    return row


def enrol_untold(edit: Edit, ident: str, wanted: Wanted) -> Row[Any]:
    """The same for one of many, whose sites are to be told of all at once in the same edit. Raises Problem."""
    person = store.one(edit.connection, t.person, t.person.c.id == wanted.person, "person")
    cohort = _cohort(edit.connection, wanted.cohort)
    birth = None if person.birth_date is None else date.fromisoformat(person.birth_date)
    programme, age = _fitting(edit.connection, wanted, cohort, birth, edit.at_ms)
    from_ms = edit.at_ms if wanted.from_ms is None else wanted.from_ms
    _check_seat(edit, ident, wanted.person, programme, cohort, (from_ms, wanted.until_ms))
    values = {
        "id": ident,
        "person": wanted.person,
        "programme": programme.id,
        "cohort": wanted.cohort,
        "age": age,
        "enrolled_ms": edit.at_ms,
        "from_ms": from_ms,
        "until_ms": wanted.until_ms,
        "state": "active",
        "revision": 1,
    }
    store.add(edit.connection, t.enrolment, values, "enrolment")
    return store.one(edit.connection, t.enrolment, t.enrolment.c.id == ident, "enrolment")


def _cohort(connection: Connection, ident: str | None) -> Row[Any] | None:
    return None if ident is None else store.one(connection, t.cohort, t.cohort.c.id == ident, "cohort")


def _fitting(
    connection: Connection, wanted: Wanted, cohort: Row[Any] | None, birth: date | None, at_ms: int
) -> tuple[Row[Any], int | None]:
    """The programme, and the age with which the person comes into it. Raises Problem."""
    named = wanted.programme or ("" if cohort is None else cohort.programme)
    if not named:
        return _by_age(connection, birth, at_ms)
    programme = store.one(connection, t.programme, t.programme.c.id == named, "programme")
    if cohort is not None and cohort.programme != programme.id:
        raise Problem(
            Kind.INVALID, why("cohort.other", "this cohort is of another programme; name one of this programme.")
        )
    if birth is None:
        if _goes_by_age(programme):
            raise Problem(
                Kind.INVALID,
                why("programme.by_age", "this programme goes by age; enter the person's birth date first."),
            )
        return programme, None
    age = age_at(birth, at_ms, _calendar(connection, programme.id, cohort))
    if not fits(_ages(programme), age):
        raise _none_takes(age)
    return programme, age


def _by_age(connection: Connection, birth: date | None, at_ms: int) -> tuple[Row[Any], int]:
    """The one programme that takes the person by their age; one that has no ages is entered by its name alone."""
    if birth is None:
        raise Problem(Kind.INVALID, why("programme.none", "name a programme, or enter the person's birth date first."))
    rows = {row.id: row for row in connection.execute(select(t.programme).order_by(t.programme.c.id))}
    zone = ZoneInfo(HOME_ZONE)
    running = [row for row in rows.values() if _goes_by_age(row) and _lasts(row, at_ms, zone)]
    found = matching(map(_ages, running), birth, at_ms, zone)
    if not isinstance(found, Matching):
        raise _none_takes(found.age)
    if len(found.programmes) > 1:
        detail = f"programmes {', '.join(found.programmes)} take somebody of {found.age}; name one."
        raise Problem(Kind.INVALID, detail, programmes=list(found.programmes))
    return rows[found.programmes[0]], found.age


def _goes_by_age(programme: Row[Any]) -> bool:
    return programme.age_min is not None or programme.age_max is not None


def _lasts(programme: Row[Any], at_ms: int, zone: ZoneInfo) -> bool:
    until_ms = dates_span(None, programme.end_date, zone)[1]
    return until_ms is None or at_ms < until_ms


def _none_takes(age: int) -> Problem:
    detail = why(
        "programme.no_age",
        "no matching programme: none of those asked for takes somebody of {age}; see the programmes' ages.",
        age=age,
    )
    return Problem(Kind.NO_PROGRAMME, detail, age=age)


def _ages(programme: Row[Any]) -> Ages:
    return Ages(programme.id, programme.age_min, programme.age_max)


def _calendar(connection: Connection, programme: str, cohort: Row[Any] | None) -> ZoneInfo:
    z = t.programme_zone.c
    sites = select(z.site).where(z.programme == programme).order_by(z.site).limit(1).scalar_subquery()
    site = sites if cohort is None else cohort.site
    timezone = connection.execute(select(t.site.c.timezone).where(t.site.c.id == site)).scalar_one_or_none()
    return ZoneInfo(timezone or HOME_ZONE)


def _check_seat(
    edit: Edit,
    ident: str,
    person: str,
    programme: Row[Any],
    cohort: Row[Any] | None,
    asked: tuple[int, int | None],
) -> None:
    """There is a seat during the span, and the person has none yet. Raises Problem."""
    checks.check_span(*asked, "an enrolment")
    zone = _calendar(edit.connection, programme.id, cohort)
    ends = [dates_span(row.start_date, row.end_date, zone) for row in (programme, cohort) if row is not None]
    span = common(asked, *ends)
    if span[1] is not None and span[1] <= span[0]:
        raise Problem(
            Kind.INVALID,
            why("programme.over", "the programme or the cohort does not last in this time; choose another."),
        )
    e = t.enrolment.c
    live = (e.state == "active") & (e.id != ident) & (e.until_ms.is_(None) | (e.until_ms > asked[0]))
    if asked[1] is not None:
        live &= e.from_ms < asked[1]
    if store.count(edit.connection, t.enrolment, live & (e.programme == programme.id) & (e.person == person)):
        raise Problem(
            Kind.EXISTS,
            why("enrolment.twice", "this person is enrolled in the programme already; change that enrolment."),
        )
    _check_free(edit.connection, live & (e.programme == programme.id), programme, "programme")
    if cohort is not None:
        _check_free(edit.connection, live & (e.cohort == cohort.id), cohort, "cohort")


def _check_free(connection: Connection, where: ColumnElement[bool], row: Row[Any], what: str) -> None:
    if row.seats is not None and store.count(connection, t.enrolment, where) >= row.seats:
        raise Problem(Kind.FULL, f"every seat of the {what} is taken in this time; free one first.", seats=row.seats)


def change(edit: Edit, ident: str, wanted: Change) -> Row[Any]:
    """Change a known enrolment: cohort, dates or what became of it; and tell the sites. Raises Problem."""
    row = store.one(edit.connection, t.enrolment, t.enrolment.c.id == ident, "enrolment")
    programme = store.one(edit.connection, t.programme, t.programme.c.id == row.programme, "programme")
    cohort = _cohort(edit.connection, wanted.cohort)
    if cohort is not None and cohort.programme != row.programme:
        raise Problem(
            Kind.INVALID, why("cohort.other", "this cohort is of another programme; name one of this programme.")
        )
    if wanted.state == "active":
        _check_seat(edit, ident, row.person, programme, cohort, (wanted.from_ms, wanted.until_ms))
    values = {name: getattr(wanted, name) for name in ("cohort", "from_ms", "until_ms", "state")}
    store.change(edit.connection, t.enrolment, t.enrolment.c.id == ident, values)
    admission.publish_everywhere(edit, [row.person])
    return store.one(edit.connection, t.enrolment, t.enrolment.c.id == ident, "enrolment")


def let_in(connection: Connection, ident: str) -> frozenset[str]:
    """The sites at which a known enrolment without a cohort lets somebody in: all those of the programme. One with a
    cohort is of the cohort's site, which is not said here.
    """
    e, z = t.enrolment.c, t.programme_zone.c
    homeless = select(z.site).join(t.enrolment, e.programme == z.programme).where(e.id == ident, e.cohort.is_(None))
    return frozenset(connection.execute(homeless).scalars())


def drop(edit: Edit, ident: str) -> None:
    """Take an enrolment back as if it had never been; who left is ``withdrawn`` instead. Raises Problem."""
    row = store.one(edit.connection, t.enrolment, t.enrolment.c.id == ident, "enrolment")
    edit.connection.execute(delete(t.enrolment).where(t.enrolment.c.id == ident))
    admission.publish_everywhere(edit, [row.person])
