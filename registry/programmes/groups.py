"""Groups: the teams and cohorts that bookings and sessions can be for. A group's id is never another's nor a person's,
for a site looks both up by the same name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, union_all

from registry import store
from registry.problems import Kind, Problem
from registry.tables import core as t


@dataclass(frozen=True, slots=True)
class Group:
    """A team or a cohort: its cohort (itself, where it is one), programme and site."""

    id: str
    cohort: str
    programme: str
    site: str


def refuse_taken(connection: Connection, ident: str) -> None:
    """Nobody else goes by this id. Raises Problem."""
    taken = union_all(*(select(table.c.id).where(table.c.id == ident) for table in (t.person, t.cohort, t.team)))
    if connection.execute(taken).first() is not None:
        raise Problem(Kind.EXISTS, "a person, cohort or team has this id already; choose another.")


def groups_of(connection: Connection, idents: Sequence[str]) -> dict[str, Group]:
    """Those of these ids that are teams or cohorts, by id."""
    c = t.cohort.c
    of_cohort = (c.id.label("cohort"), c.programme, c.site)
    cohorts = select(c.id.label("id"), *of_cohort).where(c.id.in_(idents))
    teams = select(t.team.c.id.label("id"), *of_cohort).join(t.cohort, c.id == t.team.c.cohort)
    rows = connection.execute(union_all(cohorts, teams.where(t.team.c.id.in_(idents)))).all()
    return {row.id: Group(row.id, row.cohort, row.programme, row.site) for row in rows}


def members_of(connection: Connection, group: str) -> list[str]:
    """Everyone who is, was or will be of a cohort or a team, in order."""
    e, m = t.enrolment.c, t.member.c
    both = select(e.person).where(e.cohort == group).union(select(m.person).where(m.team == group))
    return sorted(connection.execute(both).scalars())


def check_unbooked(connection: Connection, group: str) -> None:
    """Nothing is planned or booked for a group. Raises Problem."""
    planned = store.count(connection, t.session_group, t.session_group.c.group_id == group)
    booked = store.count(connection, t.booking, t.booking.c.group_id == group)
    if planned or booked:
        raise Problem(
            Kind.IN_USE,
            f"{planned} sessions and {booked} bookings are for this group; it stays with their history.",
            sessions=planned,
            bookings=booked,
        )
