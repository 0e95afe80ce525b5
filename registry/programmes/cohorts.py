"""Cohorts: a programme's participants at one site, with seats and dates of their own."""

from dataclasses import dataclass

from sqlalchemy import delete

from registry import store
from registry.downlink import admission
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.programmes import checks, groups, programmes
from registry.tables import core as t


@dataclass(frozen=True, slots=True)
class Cohort:
    """A cohort; the local dates (ISO) are both included, None: as the programme's. ``seats`` None: no limit."""

    name: str
    start_date: str | None = None
    end_date: str | None = None
    seats: int | None = None


def cohort_values(cohort: Cohort) -> dict[str, object]:
    """A cohort's columns."""
    return {
        "name": cohort.name,
        "start_date": cohort.start_date,
        "end_date": cohort.end_date,
        "seats": cohort.seats,
    }


def add(edit: Edit, ident: str, programme: str, site: str, cohort: Cohort) -> None:
    """Make a cohort of a programme at a site. Raises Problem."""
    checks.check_days(cohort.start_date, cohort.end_date)
    store.one(edit.connection, t.programme, t.programme.c.id == programme, "programme")
    checks.check_site(edit.connection, site)
    groups.refuse_taken(edit.connection, ident)
    values = {"id": ident, "programme": programme, "site": site, "revision": 1, **cohort_values(cohort)}
    store.add(edit.connection, t.cohort, values, "cohort")


def change(edit: Edit, ident: str, cohort: Cohort) -> None:
    """Change a known cohort, and tell the sites of everyone in it. Raises Problem."""
    checks.check_days(cohort.start_date, cohort.end_date)
    programmes.check_seats(edit.connection, t.enrolment.c.cohort == ident, cohort.seats)
    store.change(edit.connection, t.cohort, t.cohort.c.id == ident, cohort_values(cohort))
    admission.publish_everywhere(edit, programmes.participants(edit.connection, t.enrolment.c.cohort == ident))


def drop(edit: Edit, ident: str) -> None:
    """Take a cohort away that nobody was ever in. Raises Problem."""
    store.one(edit.connection, t.cohort, t.cohort.c.id == ident, "cohort")
    groups.check_unbooked(edit.connection, ident)
    for table, name in ((t.enrolment, "enrolments"), (t.team, "teams")):
        number = store.count(edit.connection, table, table.c.cohort == ident)
        if number:
            raise Problem(Kind.IN_USE, f"{number} {name} are of this cohort; give it a last day instead.")
    edit.connection.execute(delete(t.cohort).where(t.cohort.c.id == ident))
