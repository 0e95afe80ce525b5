"""People, and what each may at each site."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import select

from registry import identity, store
from registry.api.answers import Answer
from registry.api.desk import Desk, created, done, reads, with_secrets, writes
from registry.api.paging import Cursor, Limit, paged
from registry.edit import Edit
from registry.guard import acts, whose
from registry.guard.acts import Act
from registry.guard.areas import Area, Verb
from registry.guard.authority import sites_for
from registry.names import Id
from registry.people import people
from registry.people.known_at import known_at, made_known
from registry.retention import erasing
from registry.shapes.common import PersonBody, RightsBody
from registry.shapes.shown import PageOf, PersonListed, PersonShown, RightsShown
from registry.sites import sites
from registry.tables import core as t

router = APIRouter(prefix="/api/v1", tags=["people"])
CORRECTED = "person-changed"
"""What the trail calls it, as the pages do."""


_LISTED = ("id", "name", "valid_from_ms", "valid_until_ms", "suspended", "minor", "ref")
_KNOWN = (*_LISTED, "birth_date", "fiscal_code", "email")


def _listed(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the person table
    return {name: getattr(row, name) for name in _LISTED}


def _person(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the person table
    return {name: getattr(row, name) for name in _KNOWN}


def _said(answer: Answer) -> Answer:
    """An answer that is kept without the fiscal code (guarantee P3)."""
    return with_secrets(answer, fiscal_code=(answer.body or {})["fiscal_code"])


@router.get("/people", response_model=PageOf[PersonListed])
def list_people(
    desk: Annotated[Desk, reads(Area.PEOPLE, whose.ROWS)], cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List the people, without what identifies them elsewhere."""
    with desk.reading() as connection:
        return paged(
            connection,
            select(t.person).where(known_at(t.person.c.id, desk.sites)),
            [t.person.c.id],
            cursor,
            limit,
            _listed,
        )


@router.post("/people", status_code=201, response_model=PersonShown)
def add_person(desk: Annotated[Desk, writes(Area.PEOPLE, whose.ROWS)], body: PersonBody) -> Response:
    """Make a person; no site admits them until they are enrolled, given a role, a pass or rights there."""
    ident = identity.new_id()

    def do(edit: Edit) -> Answer:
        people.check_birth(body.birth_date, edit.at_ms)
        people.add_person(edit, ident, people.Profile(**body.model_dump()))
        made_known(edit, ident, sites_for(desk.asked.authority, Area.PEOPLE, Verb.WRITE))
        return _said(created({"id": ident, **body.model_dump()}, 1))

    return desk.edit(do)


@router.get("/people/{person}", response_model=PersonShown)
def read_person(desk: Annotated[Desk, reads(Area.PEOPLE, whose.PERSON)], person: Id) -> Response:
    """Give one person."""
    with desk.reading() as connection:
        row = store.one(connection, t.person, t.person.c.id == person, "person")
    return desk.show(_person(row), row.revision)


@router.put("/people/{person}", response_model=PersonShown)
def change_person(desk: Annotated[Desk, writes(Area.PEOPLE, whose.PERSON)], person: Id, body: PersonBody) -> Response:
    """Change a person; the sites that admit them are told."""

    def do(edit: Edit) -> Answer:
        row = store.one(edit.connection, t.person, t.person.c.id == person, "person")
        desk.check_match(row.revision)
        people.check_birth(body.birth_date, edit.at_ms)
        profile = people.Profile(**body.model_dump())
        people.change_person(edit, person, profile)
        said = people.said_changes(people.profile_of(row), profile)
        acts.note(edit.connection, Act(CORRECTED, desk.operator, person=person, what=said), edit.at_ms)
        return _said(Answer(200, {"id": person, **body.model_dump()}, row.revision + 1))

    return desk.edit(do)


@router.delete("/people/{person}", status_code=204)
def drop_person(desk: Annotated[Desk, writes(Area.PEOPLE, whose.WHOLE_PERSON)], person: Id) -> Response:
    """Erase a person, here and at every site's next sync; a pseudonym stays while public money is accounted for.

    Refused (in-use) while a legal hold keeps what is known of them. Done twice it changes nothing.
    """

    def do(edit: Edit) -> Answer:
        erasing.erase(edit, person, desk.operator)
        return Answer(204, names=False)

    return desk.edit(do)


def _rights(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the rights table
    return {
        "site": row.site,
        "person": row.person,
        "zones": row.zones.split(),
        "standing": row.standing.split(),
        "valid_from_ms": row.valid_from_ms,
        "valid_until_ms": row.valid_until_ms,
        "staff": row.staff,
    }


@router.get("/people/{person}/rights", response_model=PageOf[RightsShown])
def list_rights_of_person(
    desk: Annotated[Desk, reads(Area.RIGHTS, whose.PERSON)], person: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List what a person may, site by site."""
    r = t.rights.c
    with desk.reading() as connection:
        store.one(connection, t.person, t.person.c.id == person, "person")
        return paged(
            connection, select(t.rights).where(r.person == person, desk.here(r.site)), [r.site], cursor, limit, _rights
        )


@router.get("/sites/{site}/rights", response_model=PageOf[RightsShown])
def list_rights_at_site(
    desk: Annotated[Desk, reads(Area.RIGHTS, whose.SITE)], site: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List whom a site admits, and where."""
    r = t.rights.c
    with desk.reading() as connection:
        sites.site(connection, site)
        return paged(connection, select(t.rights).where(r.site == site), [r.person], cursor, limit, _rights)


def _of(site: str, person: str) -> Any:  # noqa: ANN401 -- a condition of SQLAlchemy's
    return (t.rights.c.site == site) & (t.rights.c.person == person)


@router.get("/sites/{site}/rights/{person}", response_model=RightsShown)
def read_rights(desk: Annotated[Desk, reads(Area.RIGHTS, whose.SITE)], site: Id, person: Id) -> Response:
    """Give what a person may at a site."""
    with desk.reading() as connection:
        row = store.one(connection, t.rights, _of(site, person), "person at this site")
    return desk.show(_rights(row), row.revision)


@router.put("/sites/{site}/rights/{person}", response_model=RightsShown)
def set_rights(
    desk: Annotated[Desk, writes(Area.RIGHTS, whose.SITE)], site: Id, person: Id, body: RightsBody
) -> Response:
    """Say what a person may at a site; a change needs If-Match, the first time does not."""

    def do(edit: Edit) -> Answer:
        sites.site(edit.connection, site)
        desk.check_person(edit.connection, person)
        store.one(edit.connection, t.person, t.person.c.id == person, "person")
        row = edit.connection.execute(select(t.rights).where(_of(site, person))).one_or_none()
        if row is not None:
            desk.check_match(row.revision)
        zones, standing = frozenset(body.zones), frozenset(body.standing)
        rights = people.Rights(zones, standing, body.valid_from_ms, body.valid_until_ms, body.staff)
        people.set_rights(edit, site, person, rights)
        said = {"site": site, "person": person, **body.model_dump(), "zones": sorted(zones)}
        said |= {"standing": sorted(standing), "staff": rights.is_staff}
        return Answer(200 if row else 201, said, row.revision + 1 if row else 1)

    return desk.edit(do)


@router.delete("/sites/{site}/rights/{person}", status_code=204)
def drop_rights(desk: Annotated[Desk, writes(Area.RIGHTS, whose.SITE)], site: Id, person: Id) -> Response:
    """Take back what a person was given by hand; where nothing else admits them, their bookings there go as well."""

    def do(edit: Edit) -> Answer:
        people.drop_rights(edit, site, person)
        return done()

    return desk.edit(do)
