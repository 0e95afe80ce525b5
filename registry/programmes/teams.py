"""Teams of a cohort, and who is in them when."""

from sqlalchemy import delete, insert, update

from registry import store
from registry.downlink import admission
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.programmes import checks, groups
from registry.reasons import why
from registry.tables import core as t


def add(edit: Edit, ident: str, cohort: str, name: str) -> None:
    """Make a team of a cohort. Raises Problem."""
    store.one(edit.connection, t.cohort, t.cohort.c.id == cohort, "cohort")
    groups.refuse_taken(edit.connection, ident)
    store.add(edit.connection, t.team, {"id": ident, "cohort": cohort, "name": name, "revision": 1}, "team")


def change(edit: Edit, ident: str, name: str) -> None:
    """Change a known team's name."""
    store.change(edit.connection, t.team, t.team.c.id == ident, {"name": name})


def drop(edit: Edit, ident: str) -> None:
    """Take a team away that nothing was ever booked or planned for. Raises Problem."""
    store.one(edit.connection, t.team, t.team.c.id == ident, "team")
    groups.check_unbooked(edit.connection, ident)
    persons = groups.members_of(edit.connection, ident)
    edit.connection.execute(delete(t.member).where(t.member.c.team == ident))
    edit.connection.execute(delete(t.team).where(t.team.c.id == ident))
    admission.publish_everywhere(edit, persons)


def join(edit: Edit, team: str, person: str, from_ms: int, until_ms: int | None) -> None:
    """Put a person into a team of the cohort that they are enrolled in, for a span. Raises Problem."""
    join_untold(edit, team, person, from_ms, until_ms)
    admission.publish_everywhere(edit, [person])


def join_untold(edit: Edit, team: str, person: str, from_ms: int, until_ms: int | None) -> None:
    """The same for one of many, whose sites are to be told of all at once in the same edit. Raises Problem."""
    checks.check_span(from_ms, until_ms, "a time in a team")
    row = store.one(edit.connection, t.team, t.team.c.id == team, "team")
    e = t.enrolment.c
    here = (e.person == person) & (e.cohort == row.cohort) & (e.state == "active")
    if not store.count(edit.connection, t.enrolment, here):
        raise Problem(
            Kind.INVALID,
            why("team.not_enrolled", "this person is not enrolled in the team's cohort; enrol them first."),
        )
    _check_once(edit, team, person, from_ms, until_ms)
    values = {"team": team, "person": person, "from_ms": from_ms, "until_ms": until_ms}
    edit.connection.execute(insert(t.member).values(values))


def _check_once(edit: Edit, team: str, person: str, from_ms: int, until_ms: int | None) -> None:
    m = t.member.c
    same = (m.team == team) & (m.person == person) & (m.until_ms.is_(None) | (m.until_ms > from_ms))
    if until_ms is not None:
        same &= m.from_ms < until_ms
    if store.count(edit.connection, t.member, same):
        raise Problem(
            Kind.EXISTS, why("team.twice", "this person is in the team in this span already; end that time first.")
        )


def stay_until(edit: Edit, team: str, person: str, from_ms: int, until_ms: int | None) -> None:
    """Say when a time in a team ends (None: it does not). Raises Problem."""
    checks.check_span(from_ms, until_ms, "a time in a team")
    m = t.member.c
    this = (m.team == team) & (m.person == person) & (m.from_ms == from_ms)
    store.one(edit.connection, t.member, this, "time in this team")
    later = (m.team == team) & (m.person == person) & (m.from_ms > from_ms)
    if until_ms is not None:
        later &= m.from_ms < until_ms
    if store.count(edit.connection, t.member, later):
        raise Problem(Kind.EXISTS, "this person comes into the team again before that; end this time earlier.")
    edit.connection.execute(update(t.member).where(this).values(until_ms=until_ms))
    admission.publish_everywhere(edit, [person])


def leave(edit: Edit, team: str, person: str, from_ms: int) -> None:
    """Take back that a person was in a team from a moment on. Raises Problem."""
    m = t.member.c
    this = (m.team == team) & (m.person == person) & (m.from_ms == from_ms)
    if edit.connection.execute(delete(t.member).where(this)).rowcount == 0:
        raise Problem(Kind.NOT_FOUND, "this person is not in the team from that moment on; list who is.")
    admission.publish_everywhere(edit, [person])
