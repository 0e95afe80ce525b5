"""A change of what is kept, done and undone: the very edit, so that a preview tells what would be, and nothing else.

Each change is what staff may think of saving; ``rehearse`` applies it in a transaction that is rolled back, and gives
what the sites would have been told.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlalchemy import Connection, Table

from access.codec import record_from_json
from access.quota import Quota
from access.records import Closure, Opening
from access.replica import Change, Drop, Put
from registry import store
from registry.calendars import calendars
from registry.database import Database
from registry.downlink import admission
from registry.edit import Edit, editing
from registry.people import badges
from registry.problems import Kind, Problem
from registry.programmes import programmes
from registry.sites import sites
from registry.tables import core as t

Doing = Callable[[Edit], None]
"""An edit; it raises Problem where it cannot be saved."""
PREVIEWED = "preview"
"""The id of what a preview adds."""


def rehearse(
    database: Database, at_ms: int, do: Doing, before: Callable[[Connection], None]
) -> Mapping[str, tuple[Change, ...]]:
    """What an edit would tell each site; ``before`` reads in the same transaction what it starts from. Nothing
    stays.
    """
    with editing(database, at_ms) as edit:
        before(edit.connection)
        undone = edit.connection.begin_nested()
        do(edit)
        undone.rollback()
        news, edit.news = edit.news, {}
    told: dict[str, list[Change]] = {}
    for (site, kind, ident), record in news.items():
        change: Change = Drop(kind, ident) if record is None else Put(record_from_json(kind, record))
        told.setdefault(site, []).append(change)
    return {site: tuple(changes) for site, changes in told.items()}


def close(site: str, closure: Closure) -> Doing:
    """A site, an audience's hours there or a resource are closed for a span."""

    def do(edit: Edit) -> None:
        sites.site(edit.connection, site)
        calendars.add_closure(edit, site, closure)

    return do


def open_at(site: str, audience: str, hours: list[Opening], resource: str = "") -> Doing:
    """The weekly opening hours of an audience ("": of everybody who has none of their own), or of a resource, are these
    from now on.
    """

    def do(edit: Edit) -> None:
        sites.site(edit.connection, site)
        named = (replace(opening, id=f"{PREVIEWED}-{number}") for number, opening in enumerate(hours))
        calendars.set_week(edit, site, audience, named, resource)

    return do


def lose(badge: str) -> Doing:
    """A badge is lost, and so revoked."""
    return lambda edit: badges.revoke(edit, badge)


def suspend(person: str) -> Doing:
    """A person is suspended."""

    def do(edit: Edit) -> None:
        here = t.person.c.id == person
        store.one(edit.connection, t.person, here, "person")
        store.change(edit.connection, t.person, here, {"suspended": True})
        _tell(edit, person)

    return do


def end_rights(site: str, person: str, end_ms: int) -> Doing:
    """What a person was given by hand at a site ends."""

    def do(edit: Edit) -> None:
        here = (t.rights.c.site == site) & (t.rights.c.person == person)
        store.one(edit.connection, t.rights, here, "right")
        store.change(edit.connection, t.rights, here, {"valid_until_ms": end_ms})
        _tell(edit, person)

    return do


_ENDS: Mapping[str, tuple[Table, str]] = {
    "badge": (t.badge, "valid_until_ms"),
    "role": (t.role, "until_ms"),
    "authorisation": (t.guardian, "until_ms"),
    "enrolment": (t.enrolment, "until_ms"),
    "transfer": (t.transfer, "end_ms"),
    "pass": (t.pass_, "end_ms"),
}


def end(kind: str, ident: str, end_ms: int) -> Doing:
    """A badge, a role, a guardian's authorisation, an enrolment, a transfer or a pass ends."""
    table, column = _ENDS[kind]

    def do(edit: Edit) -> None:
        row = store.one(edit.connection, table, table.c.id == ident, kind)
        store.change(edit.connection, table, table.c.id == ident, {column: end_ms})
        _tell(edit, row.person)

    return do


def _tell(edit: Edit, person: str) -> None:
    for site in sites.site_ids(edit.connection):
        admission.publish(edit, site, [person])


def run_programme(
    ident: str, start_date: str | None, end_date: str | None, zones: Mapping[str, frozenset[str]] | None
) -> Doing:
    """A programme has these dates, and these zones where any are given, from now on; all else of it stays."""

    def do(edit: Edit) -> None:
        programmes.change(edit, ident, _programme(edit.connection, ident, start_date, end_date, zones))

    return do


def _programme(
    connection: Connection,
    ident: str,
    start_date: str | None,
    end_date: str | None,
    zones: Mapping[str, frozenset[str]] | None,
) -> programmes.Programme:
    row = store.one(connection, t.programme, t.programme.c.id == ident, "programme")
    if start_date is not None and end_date is not None and end_date < start_date:
        raise Problem(Kind.INVALID, "a programme ends after it starts; correct its dates.")
    held = programmes.zones_of(connection, [ident])[ident]
    there = {site: frozenset(listed) for site, listed in held.items()} if zones is None else zones
    names = ("name", "age_min", "age_max", "seats", "audience", "threshold_percent", "late_ms", "early_ms")
    return programmes.Programme(
        **{name: getattr(row, name) for name in (*names, "rounding_minutes", "closed_on")},
        start_date=start_date,
        end_date=end_date,
        quota=Quota(row.day_minutes, row.day_count, row.week_minutes, row.week_count),
        zones=there,
    )
