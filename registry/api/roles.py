"""Roles of people, and passes: rights between two moments that need no booking."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import ColumnElement, Connection

from access.records import PassKind
from registry import identity, store
from registry.api.desk import Desk, reads, writes
from registry.api.kept import Kept, dropped, plain
from registry.api.paging import Cursor, Limit
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area, Role
from registry.guard.authority import may_give
from registry.names import Id
from registry.people import passes, roles
from registry.problems import Kind, Problem
from registry.shapes.programmes import NewPass, PassBody, RoleBody
from registry.shapes.shown import PageOf
from registry.shapes.shown_programmes import PassShown, RoleShown
from registry.sites import sites
from registry.tables import core as t

router = APIRouter(prefix="/api/v1", tags=["roles"])
_PASS = ("id", "person", "start_ms", "end_ms", "kind", "from_minute", "to_minute")


def _passes(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    del connection
    return [
        {
            **{name: getattr(row, name) for name in _PASS},
            "zones": row.zones.split(),
            "weekdays": [int(day) for day in row.weekdays.split()],
        }
        for row in rows
    ]


_ROLES = Kept(t.role, "role", plain("id", "person", "role", "site", "zones", "from_ms", "until_ms", lists=["zones"]))
_PASSES = Kept(t.pass_, "pass", _passes)


AtSite = Annotated[Id | None, Query(description="That count at this site.")]
OfRole = Annotated[Id | None, Query(description="Of this role alone.")]


def _role(person: str, body: RoleBody) -> roles.Role:
    return roles.Role(person, body.role, body.site, frozenset(body.zones), body.from_ms, body.until_ms)


def _check_giving(desk: Desk, role: str, site: str | None) -> None:
    """Whoever asks may give or take this role at this site. Raises Problem."""
    if not may_give(desk.asked.authority, Role(role), site):
        raise Problem(Kind.NOT_YOURS, "a role is given by whoever holds a higher one at the same sites; ask them.")


@router.get("/roles", response_model=PageOf[RoleShown])
def list_all_roles(
    desk: Annotated[Desk, reads(Area.ROLES, whose.ROWS)],
    site: AtSite = None,
    role: OfRole = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List who holds which role, at a site or at all."""
    r = t.role.c
    here = desk.here(r.site) if desk.sites is None else desk.here(r.site) | r.site.is_(None)
    here = here if site is None else here & (r.site.is_(None) | (r.site == site))
    return _ROLES.listed(desk, here if role is None else here & (r.role == role), cursor, limit)


@router.get("/people/{person}/roles", response_model=PageOf[RoleShown])
def list_roles(
    desk: Annotated[Desk, reads(Area.ROLES, whose.PERSON)], person: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List a person's roles."""
    r = t.role.c
    here = desk.here(r.site) if desk.sites is None else desk.here(r.site) | r.site.is_(None)
    return _ROLES.listed(desk, (r.person == person) & here, cursor, limit)


@router.post("/people/{person}/roles", status_code=201, response_model=RoleShown)
def add_role(desk: Annotated[Desk, writes(Area.ROLES, whose.PERSON)], person: Id, body: RoleBody) -> Response:
    """Give a person a role."""
    _check_giving(desk, body.role, body.site)
    ident = identity.new_id()
    return _ROLES.added(desk, t.role.c.id == ident, lambda edit: roles.add(edit, ident, _role(person, body)))


@router.get("/roles/{role}", response_model=RoleShown)
def read_role(desk: Annotated[Desk, reads(Area.ROLES, whose.ROLE)], role: Id) -> Response:
    """Give one role."""
    return _ROLES.read(desk, t.role.c.id == role)


@router.put("/roles/{role}", response_model=RoleShown)
def change_role(desk: Annotated[Desk, writes(Area.ROLES, whose.ROLE)], role: Id, body: RoleBody) -> Response:
    """Change a role."""
    _check_giving(desk, body.role, body.site)

    def do(edit: Edit, row: Any) -> None:  # noqa: ANN401 -- a row of the role table
        _check_giving(desk, row.role, row.site)
        roles.change(edit, role, _role(row.person, body))

    return _ROLES.changed(desk, t.role.c.id == role, do)


@router.delete("/roles/{role}", status_code=204)
def drop_role(desk: Annotated[Desk, writes(Area.ROLES, whose.ROLE)], role: Id) -> Response:
    """Take a role back."""

    def do(edit: Edit) -> None:
        row = store.one(edit.connection, t.role, t.role.c.id == role, "role")
        _check_giving(desk, row.role, row.site)
        roles.drop(edit, role)

    return dropped(desk, do)


def _here(site: str, ident: str) -> ColumnElement[bool]:
    return (t.pass_.c.site == site) & (t.pass_.c.id == ident)


def _wanted(person: str, body: PassBody) -> passes.Wanted:
    return passes.Wanted(
        person,
        frozenset(body.zones),
        body.start_ms,
        body.end_ms,
        PassKind(body.kind),
        frozenset(body.weekdays),
        body.from_minute,
        body.to_minute,
    )


@router.get("/sites/{site}/passes", response_model=PageOf[PassShown])
def list_passes(
    desk: Annotated[Desk, reads(Area.RIGHTS, whose.SITE)], site: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List a site's passes."""
    with desk.reading() as connection:
        sites.site(connection, site)
    return _PASSES.listed(desk, t.pass_.c.site == site, cursor, limit)


@router.post("/sites/{site}/passes", status_code=201, response_model=PassShown)
def add_pass(desk: Annotated[Desk, writes(Area.RIGHTS, whose.SITE)], site: Id, body: NewPass) -> Response:
    """Give a person a pass at a site: a guest's, or an Angel's duty."""
    ident = identity.new_id()

    def do(edit: Edit) -> None:
        sites.site(edit.connection, site)
        desk.check_person(edit.connection, body.person)
        passes.add(edit, site, ident, _wanted(body.person, body))

    return _PASSES.added(desk, _here(site, ident), do)


@router.get("/sites/{site}/passes/{held}", response_model=PassShown)
def read_pass(desk: Annotated[Desk, reads(Area.RIGHTS, whose.SITE)], site: Id, held: Id) -> Response:
    """Give one pass."""
    return _PASSES.read(desk, _here(site, held))


@router.put("/sites/{site}/passes/{held}", response_model=PassShown)
def change_pass(desk: Annotated[Desk, writes(Area.RIGHTS, whose.SITE)], site: Id, held: Id, body: PassBody) -> Response:
    """Change a pass; it stays its person's."""
    here = _here(site, held)
    return _PASSES.changed(desk, here, lambda edit, row: passes.change(edit, site, held, _wanted(row.person, body)))


@router.delete("/sites/{site}/passes/{held}", status_code=204)
def drop_pass(desk: Annotated[Desk, writes(Area.RIGHTS, whose.SITE)], site: Id, held: Id) -> Response:
    """Take a pass back."""
    return dropped(desk, lambda edit: passes.drop(edit, site, held))
