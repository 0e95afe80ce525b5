"""Whom a booking is for: a person, or a group (a team or a cohort), and what they may at a site.

A person is taken as the site's doors were last told of them, so that who may book is who would be let in.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from access.codec import record_from_json
from access.records import Person
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.reasons import Reason, why
from registry.tables import core as t


@dataclass(frozen=True, slots=True)
class Holder:
    """A person or a group (the other is ""), the zones of a site that are theirs, between when, the audiences whose
    opening hours are theirs, since when training is overdue, and how many people they are. A group is of a
    ``programme``; a ``team`` is a group that quotas count for.
    """

    person: str
    group: str
    zones: frozenset[str]
    audiences: frozenset[str] = frozenset()
    valid_from_ms: int = 0
    valid_until_ms: int | None = None
    suspended: bool = False
    training_due_ms: int | None = None
    heads: int = 1
    programme: str = ""
    is_team: bool = False


def holder_of(edit: Edit, site: str, person: str, group: str, at_ms: int) -> Holder:
    """Who is to hold a booking that begins at a moment. Raises Problem where it is nobody whom the site knows."""
    if bool(person) == bool(group):
        raise Problem(Kind.INVALID, why("booking.of", "a booking is of a person or of a group; name one of them."))
    return _group(edit.connection, site, group, at_ms) if group else _person(edit, site, person)


def _person(edit: Edit, site: str, person: str) -> Holder:
    told = _told(edit, site, person)
    if told is None:
        return Holder(person, "", frozenset())
    return Holder(
        person,
        "",
        told.zones | told.standing,
        told.audiences,
        told.valid_from_ms,
        told.valid_until_ms,
        told.suspended,
        told.training_due_ms,
    )


def _told(edit: Edit, site: str, person: str) -> Person | None:
    """The person as the site knows them, this edit's own news included."""
    key = (site, "person", person)
    if key in edit.news:
        text = edit.news[key]
    else:
        p = t.published.c
        known = select(p.record).where(p.site == site, p.kind == "person", p.id == person)
        text = edit.connection.execute(known).scalar_one_or_none()
    told = None if text is None else record_from_json("person", text)
    return told if isinstance(told, Person) else None


def _group(connection: Connection, site: str, group: str, at_ms: int) -> Holder:
    team = connection.execute(_programme_of(team=True).where(t.team.c.id == group)).one_or_none()
    found = team or connection.execute(_programme_of(team=False).where(t.cohort.c.id == group)).one_or_none()
    if found is None:
        raise Problem(
            Kind.INVALID, why("group.none", "there is no such team or cohort; list them to see which there are.")
        )
    z = t.programme_zone.c
    zones = connection.execute(select(z.zones).where(z.programme == found.id, z.site == site)).scalar_one_or_none()
    audiences = frozenset({found.audience}) if found.audience else frozenset[str]()
    heads = _members(connection, group, at_ms) if team else _enrolled(connection, group, at_ms)
    return Holder(
        "",
        group,
        frozenset((zones or "").split()),
        audiences,
        heads=max(heads, 1),
        programme=found.id,
        is_team=team is not None,
    )


def _programme_of(*, team: bool) -> Any:  # noqa: ANN401 -- a select of two columns
    found = select(t.programme.c.id, t.programme.c.audience).join(t.cohort, t.cohort.c.programme == t.programme.c.id)
    return found.join(t.team, t.team.c.cohort == t.cohort.c.id) if team else found


def _members(connection: Connection, team: str, at_ms: int) -> int:
    m = t.member.c
    there = (m.team == team) & (m.from_ms <= at_ms) & (m.until_ms.is_(None) | (m.until_ms > at_ms))
    return _count(connection, select(func.count(m.person.distinct())).where(there))


def _enrolled(connection: Connection, cohort: str, at_ms: int) -> int:
    e = t.enrolment.c
    there = (e.cohort == cohort) & (e.from_ms <= at_ms) & (e.until_ms.is_(None) | (e.until_ms > at_ms))
    return _count(connection, select(func.count(e.person.distinct())).where(there, e.state == "active"))


def _count(connection: Connection, query: Any) -> int:  # noqa: ANN401 -- a select of one number
    number: int = connection.execute(query).scalar_one()
    return number


def checked(holder: Holder, resource: Row[Any], start_ms: int, end_ms: int) -> None:
    """They may be at this resource throughout a span. Raises Problem."""
    if resource.zone not in holder.zones:
        raise Problem(Kind.INVALID, _kept_out(holder, resource.zone), None, zone=resource.zone)
    if holder.suspended:
        raise Problem(
            Kind.INVALID, why("booking.suspended", "this person is suspended; lift that first."), None, suspended=True
        )
    until_ms = holder.valid_until_ms
    if start_ms < holder.valid_from_ms or (until_ms is not None and end_ms > until_ms):
        detail = why("booking.not_admitted", "this person is not admitted throughout this span; choose another.")
        raise Problem(Kind.INVALID, detail, None, valid_from_ms=holder.valid_from_ms, valid_until_ms=until_ms)


def _kept_out(holder: Holder, zone: str) -> Reason:
    if holder.group:
        said = "this group's programme may not enter zone {zone} of this site; give them the right first."
        return why("booking.zone_group", said, zone=zone)
    return why(
        "booking.zone", "this person may not enter zone {zone} of this site; give them the right first.", zone=zone
    )


def places_of(resource: Row[Any], holder: Holder, asked: int | None = None) -> int:
    """The places that a booking takes: of a zone, one for each member unless it is said; else one."""
    if resource.kind != "zone":
        return 1
    return holder.heads if asked is None else asked
