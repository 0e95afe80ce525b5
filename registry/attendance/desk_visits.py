"""Visits at the citizens' desk: of what kind, how many minutes, when, and by which angel. No word on who was helped."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert

from registry import store
from registry.attendance.service_hours import take_out
from registry.edit import Edit
from registry.people.known_at import sites_of
from registry.problems import Kind, Problem
from registry.tables import core as t

KINDS = ("identity", "health", "payments", "certificates", "mail", "work", "school", "other")
"""What citizens are helped with: digital identity, health services, payments, certificates, e-mail and telephone, work,
school. They are few and say nothing of a person; so there is no field for words.
"""
USUAL_MINUTES = (5, 10, 15, 20, 30, 45, 60, 90)
MOST_MINUTES = 480


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody was helped at a site by ``person``, an angel."""

    id: str
    site: str
    person: str
    kind: str
    minutes: int
    start_ms: int


def add(edit: Edit, visit: Visit, author: str, replaces: str | None = None) -> None:
    """Write a visit down. Raises Problem where the angel is not known at the site."""
    if visit.site not in sites_of(edit.connection, visit.person):
        raise Problem(Kind.INVALID, "this person is not known at this site; choose another, or give them a role there.")
    if visit.kind not in KINDS or not 0 < visit.minutes <= MOST_MINUTES:
        raise Problem(Kind.INVALID, f"a visit is of a known kind, and of 1 to {MOST_MINUTES} minutes.")
    said = {"author": author, "at_ms": edit.at_ms, "replaces": replaces, "void_by": "", "void_ms": None}
    values = {**asdict(visit), **said, "void": False, "reason": "", "revision": 1}
    edit.connection.execute(insert(t.desk_visit).values(values))


def one(connection: Connection, ident: str) -> Row[Any]:
    """A visit. Raises Problem."""
    return store.one(connection, t.desk_visit, t.desk_visit.c.id == ident, "visit")


def void(edit: Edit, row: Row[Any], reason: str, author: str) -> None:
    """Take a visit out of the account; it stays to be seen. Raises Problem where it was before."""
    take_out(edit, t.desk_visit, row, reason, author)


def correct(edit: Edit, row: Row[Any], visit: Visit, reason: str, author: str) -> None:
    """Write a visit in the place of another, which stays beside it. Raises Problem."""
    void(edit, row, reason, author)
    add(edit, visit, author, row.id)
