"""When a site is open, and when it is closed: to everyone, to one audience, or one resource of it alone."""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, select, union_all, update

from access.codec import record_to_json
from access.records import LONGEST_BOOKING_MS, Closure, Opening, mistake_in
from registry import store
from registry.bookings.rows import LIVE
from registry.calendars.holidays import HolidaysRefused, closures_of
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.sites import sites
from registry.tables import core as t

_TABLES: dict[str, Table] = {"closure": t.closure, "opening": t.opening}
HOLIDAY = "holiday"
"""The source of closures that are the year's holidays."""


def closure_of(row: Any) -> Closure:  # noqa: ANN401 -- a row of the closure table
    """A closure as its row holds it."""
    return Closure(row.id, row.start_ms, row.end_ms, row.why, row.audience, row.resource)


def opening_of(row: Any) -> Opening:  # noqa: ANN401 -- a row of the opening table
    """Opening hours as their row holds them."""
    return Opening(row.id, row.weekday, row.from_minute, row.to_minute, row.audience, row.resource)


def revision_of(record: Closure | Opening) -> int:
    """What an ETag says of a record that counts no edits: 48 bits of what it holds."""
    return int.from_bytes(sha256(repr(sorted(record_to_json(record).items())).encode()).digest()[:6])


def closure_values(site: str, closure: Closure, source: str = "") -> dict[str, object]:
    """A closure's columns."""
    return {
        "site": site,
        "id": closure.id,
        "start_ms": closure.start_ms,
        "end_ms": closure.end_ms,
        "why": closure.why,
        "audience": closure.audience,
        "resource": closure.resource,
        "source": source,
    }


def opening_values(site: str, opening: Opening) -> dict[str, object]:
    """The columns of opening hours."""
    return {
        "site": site,
        "id": opening.id,
        "weekday": opening.weekday,
        "from_minute": opening.from_minute,
        "to_minute": opening.to_minute,
        "audience": opening.audience,
        "resource": opening.resource,
    }


def _check_closure(connection: Connection, site: str, closure: Closure) -> None:
    if mistake_in(closure):
        raise Problem(Kind.INVALID, "a closure ends after it starts; correct its times.")
    _check_resource(connection, site, closure.resource)
    if closure.resource and closure.audience:
        raise Problem(Kind.INVALID, "a closure is of one resource or for one audience; make two.")


def _check_resource(connection: Connection, site: str, ident: str) -> None:
    c = t.resource.c
    if ident and not store.count(connection, t.resource, (c.site == site) & (c.id == ident)):
        raise Problem(Kind.NOT_FOUND, "there is no such resource; list the site's to see which there are.")


def _check_opening(connection: Connection, site: str, opening: Opening) -> None:
    _check_resource(connection, site, opening.resource)
    if opening.resource and opening.audience:
        raise Problem(Kind.INVALID, "opening hours are of one resource or for one audience; make two.")
    if mistake_in(opening):
        raise Problem(Kind.INVALID, "opening hours are of a weekday 0 (Monday) to 6, from a minute to a later one.")


def add_closure(edit: Edit, site: str, closure: Closure, source: str = "") -> int:
    """Close a known site, or a resource of it, for a span; how many live bookings that refuses. Raises Problem."""
    _check_closure(edit.connection, site, closure)
    store.add(edit.connection, t.closure, closure_values(site, closure, source), "closure")
    edit.publish(site, closure)
    return refused(edit.connection, site, closure)


def change_closure(edit: Edit, site: str, closure: Closure) -> int:
    """Change a known closure; how many live bookings it refuses now. Raises Problem."""
    _check_closure(edit.connection, site, closure)
    values = closure_values(site, closure)
    del values["source"]
    edit.connection.execute(update(t.closure).where(here(t.closure, site, closure.id)).values(values))
    edit.publish(site, closure)
    return refused(edit.connection, site, closure)


def add_opening(edit: Edit, site: str, opening: Opening) -> None:
    """Open a known site each week from one local minute of a day to another. Raises Problem."""
    _check_opening(edit.connection, site, opening)
    store.add(edit.connection, t.opening, opening_values(site, opening), "opening")
    edit.publish(site, opening)


def change_opening(edit: Edit, site: str, opening: Opening) -> None:
    """Change known opening hours. Raises Problem."""
    _check_opening(edit.connection, site, opening)
    edit.connection.execute(
        update(t.opening).where(here(t.opening, site, opening.id)).values(opening_values(site, opening))
    )
    edit.publish(site, opening)


def set_week(edit: Edit, site: str, audience: str, wanted: Iterable[Opening], resource: str = "") -> None:
    """Make these the weekly hours of an audience, or of a resource, at a known site; those that are there already stay
    as they are. Raises Problem.
    """
    o = t.opening.c
    theirs = select(t.opening).where(o.site == site, o.audience == audience, o.resource == resource)
    held = [opening_of(row) for row in edit.connection.execute(theirs)]
    hours = {_hours(one): replace(one, audience=audience, resource=resource) for one in wanted}
    for one in held:
        if hours.pop(_hours(one), None) is None:
            drop(edit, site, "opening", one.id)
    for one in hours.values():
        add_opening(edit, site, one)


def _hours(opening: Opening) -> tuple[int, int, int]:
    return opening.weekday, opening.from_minute, opening.to_minute


def drop(edit: Edit, site: str, kind: str, ident: str) -> None:
    """Take a ``closure`` or an ``opening`` back. Raises Problem."""
    table = _TABLES[kind]
    if edit.connection.execute(delete(table).where(here(table, site, ident))).rowcount == 0:
        raise Problem(Kind.NOT_FOUND, f"there is no such {kind}; list the site's to see which there are.")
    edit.withdraw(site, kind, ident)


def here(table: Table, site: str, ident: str) -> ColumnElement[bool]:
    """One row of a calendar table."""
    return (table.c.site == site) & (table.c.id == ident)


def add_holidays(edit: Edit, site: str, year: int) -> list[Closure]:
    """Close a known site on the year's holidays by its setting; gives those that were missing. Raises Problem."""
    known = sites.site(edit.connection, site)
    try:
        wanted = closures_of(year, known.holidays, ZoneInfo(known.timezone))
    except HolidaysRefused as error:
        raise Problem(Kind.INVALID, str(error)) from None
    c = t.closure.c
    there = select(c.id).where(c.site == site, c.id.in_([closure.id for closure in wanted]))
    held = set(edit.connection.execute(there).scalars())
    missing = [closure for closure in wanted if closure.id not in held]
    insert_closures(edit, site, missing, HOLIDAY)
    return missing


def insert_closures(edit: Edit, site: str, closures: Iterable[Closure], source: str) -> None:
    """Close a site for many new spans at once, all of one source, and tell it."""
    made = list(closures)
    if made:
        edit.connection.execute(insert(t.closure), [closure_values(site, closure, source) for closure in made])
    for closure in made:
        edit.publish(site, closure)


def refused(connection: Connection, site: str, closure: Closure) -> int:
    """How many live bookings lie in a closure that they are bound by."""
    b = t.booking.c
    within = (b.site == site) & (b.start_ms < closure.end_ms) & (b.end_ms > closure.start_ms) & b.state.in_(LIVE)
    within &= b.start_ms > closure.start_ms - LONGEST_BOOKING_MS
    if closure.resource:
        within &= b.resource == closure.resource
    if closure.audience:
        people, groups = _of_audience(closure.audience)
        within &= b.person.in_(people) | b.group_id.in_(groups)
    return store.count(connection, t.booking, within)


def _of_audience(audience: str) -> tuple[Any, Any]:
    """The people and the groups of the programmes of an audience, as queries."""
    e, c = t.enrolment.c, t.cohort.c
    programmes = select(t.programme.c.id).where(t.programme.c.audience == audience).scalar_subquery()
    people = select(e.person).where(e.programme.in_(programmes), e.state == "active")
    cohorts = select(c.id).where(c.programme.in_(programmes))
    teams = select(t.team.c.id).join(t.cohort, c.id == t.team.c.cohort).where(c.programme.in_(programmes))
    return people, union_all(cohorts, teams)
