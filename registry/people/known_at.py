"""At which sites a person is known: those that are or were told of them, and those whose staff made them known."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, exists, insert, or_, select, true, union

from registry.edit import Edit
from registry.guard.authority import Sites
from registry.tables import core as t
from registry.tables.tokens import person_site

_P, _R, _E, _C, _S = t.published.c, t.role.c, t.enrolment.c, t.cohort.c, person_site.c


def told_of(person: str) -> ColumnElement[bool]:
    """Whether a site is or was told of a person: looked up site by site, for SQLite reads all of a join's other end."""
    return exists().where(_P.site == t.site.c.id, _P.kind == "person", _P.id == person)


def sites_of(connection: Connection, person: str) -> frozenset[str]:
    """The sites at which a person is known."""
    found = union(
        select(t.site.c.id).where(told_of(person)),
        select(_R.site).where(_R.person == person, _R.site.is_not(None)),
        select(_C.site).join(t.enrolment, _E.cohort == _C.id).where(_E.person == person),
        select(_S.site).where(_S.person == person),
    )
    return frozenset(connection.execute(found).scalars())


def known_at(person: ColumnElement[str] | ColumnElement[str | None], sites: Sites) -> ColumnElement[bool]:
    """Whether whom a column names is known at one of these sites."""
    if sites is None:
        return true()
    return or_(
        exists().where(_P.site.in_(sites), _P.kind == "person", _P.id == person),
        exists().where(_R.person == person, _R.site.in_(sites)),
        exists().where(_E.person == person, _E.cohort == _C.id, _C.site.in_(sites)),
        exists().where(_S.person == person, _S.site.in_(sites)),
    )


def known_among(connection: Connection, persons: Sequence[str], sites: Sites) -> frozenset[str]:
    """Those of these people who are known at one of these sites."""
    if sites is None:
        return frozenset(persons)
    here = select(t.person.c.id).where(known_at(t.person.c.id, sites))
    return frozenset(persons) & frozenset(connection.execute(here).scalars())


def made_known(edit: Edit, person: str, sites: Sites) -> None:
    """Note that these sites' staff made a new person known; those of all sites need no note."""
    if sites:
        edit.connection.execute(insert(person_site), [{"person": person, "site": site} for site in sorted(sites)])
