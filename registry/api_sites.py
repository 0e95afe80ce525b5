"""Sites, their gateways' credentials and what can be booked there."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import select

from registry import identity, resources, sites, store
from registry import tables as t
from registry.answers import Answer
from registry.desk import Asking, Writing, created, done, with_secrets
from registry.edit import Edit
from registry.names import Id
from registry.paging import Cursor, Limit, by_name, paged
from registry.shapes import NewResource, NewSite, ResourceBody, SiteBody
from registry.shown import GatewayShown, MadeGateway, MadeSite, PageOf, ResourceShown, SiteShown

router = APIRouter(prefix="/api/v1/sites", tags=["sites"])


def _site(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the site table
    return {"id": row.id, "name": row.name, "timezone": row.timezone}


@router.get("", response_model=PageOf[SiteShown])
def list_sites(desk: Asking, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """List the sites."""
    with desk.reading() as connection:
        return paged(connection, select(t.site), [t.site.c.id], cursor, limit, _site)


@router.post("", status_code=201, response_model=MadeSite)
def add_site(desk: Writing, body: NewSite) -> Response:
    """Make a site, its key file here and its gateway's first token, which is shown this once."""
    token, gateway = identity.new_token(), identity.new_id()

    def do(edit: Edit) -> Answer:
        sites.add_site(edit, sites.Site(body.id, body.name, body.timezone))
        sites.add_gateway(edit, body.id, gateway, token)
        desk.shared.keys.add(body.id, identity.new_key())
        return with_secrets(created({**body.model_dump(), "gateway": gateway}, 1), token=token)

    return desk.edit(do)


@router.get("/{site}", response_model=SiteShown)
def read_site(desk: Asking, site: Id) -> Response:
    """Give one site."""
    with desk.reading() as connection:
        row = store.one(connection, t.site, t.site.c.id == site, "site")
    return desk.show(_site(row), row.revision)


@router.put("/{site}", response_model=SiteShown)
def change_site(desk: Writing, site: Id, body: SiteBody) -> Response:
    """Change a site's name and time zone."""

    def do(edit: Edit) -> Answer:
        row = store.one(edit.connection, t.site, t.site.c.id == site, "site")
        desk.check_match(row.revision)
        sites.change_site(edit, sites.Site(site, body.name, body.timezone))
        return Answer(200, {"id": site, **body.model_dump()}, row.revision + 1)

    return desk.edit(do)


@router.get("/{site}/gateways", response_model=PageOf[GatewayShown])
def list_gateways(desk: Asking, site: Id, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """List the credentials that speak for a site; never the tokens."""
    g = t.gateway.c
    with desk.reading() as connection:
        sites.site(connection, site)
        query = select(g.id, g.created_ms).where(g.site == site)
        return paged(connection, query, [g.id], cursor, limit, by_name)


@router.post("/{site}/gateways", status_code=201, response_model=MadeGateway)
def add_gateway(desk: Writing, site: Id) -> Response:
    """Make another token that speaks for a site; it is shown this once."""
    token, ident = identity.new_token(), identity.new_id()

    def do(edit: Edit) -> Answer:
        sites.site(edit.connection, site)
        sites.add_gateway(edit, site, ident, token)
        return with_secrets(created({"id": ident, "created_ms": edit.at_ms}), token=token)

    return desk.edit(do)


@router.delete("/{site}/gateways/{gateway}", status_code=204)
def drop_gateway(desk: Writing, site: Id, gateway: Id) -> Response:
    """Take a token out of force, at once."""

    def do(edit: Edit) -> Answer:
        sites.drop_gateway(edit, site, gateway)
        return done()

    return desk.edit(do)


def _resource(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the resource table
    return {"id": row.id, "kind": row.kind, "name": row.name, "zone": row.zone, "capacity": row.capacity}


@router.get("/{site}/resources", response_model=PageOf[ResourceShown])
def list_resources(desk: Asking, site: Id, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """List what can be booked at a site."""
    r = t.resource.c
    with desk.reading() as connection:
        sites.site(connection, site)
        return paged(connection, select(t.resource).where(r.site == site), [r.id], cursor, limit, _resource)


@router.post("/{site}/resources", status_code=201, response_model=ResourceShown)
def add_resource(desk: Writing, site: Id, body: NewResource) -> Response:
    """Make a desk, room or zone bookable."""

    def do(edit: Edit) -> Answer:
        sites.site(edit.connection, site)
        resources.add(edit, site, resources.Resource(**body.model_dump()))
        return created(body.model_dump(), 1)

    return desk.edit(do)


@router.get("/{site}/resources/{resource}", response_model=ResourceShown)
def read_resource(desk: Asking, site: Id, resource: Id) -> Response:
    """Give one resource."""
    with desk.reading() as connection:
        row = store.one(connection, t.resource, _at(site, resource), "resource")
    return desk.show(_resource(row), row.revision)


def _at(site: str, resource: str) -> Any:  # noqa: ANN401 -- a condition of SQLAlchemy's
    return (t.resource.c.site == site) & (t.resource.c.id == resource)


@router.put("/{site}/resources/{resource}", response_model=ResourceShown)
def change_resource(desk: Writing, site: Id, resource: Id, body: ResourceBody) -> Response:
    """Change a resource's name and capacity."""

    def do(edit: Edit) -> Answer:
        row = store.one(edit.connection, t.resource, _at(site, resource), "resource")
        desk.check_match(row.revision)
        resources.change(edit, site, resource, body.name, body.capacity)
        return Answer(200, {**_resource(row), **body.model_dump()}, row.revision + 1)

    return desk.edit(do)


@router.delete("/{site}/resources/{resource}", status_code=204)
def drop_resource(desk: Writing, site: Id, resource: Id) -> Response:
    """Take a resource away that nobody has booked."""

    def do(edit: Edit) -> Answer:
        resources.drop(edit, site, resource)
        return done()

    return desk.edit(do)
