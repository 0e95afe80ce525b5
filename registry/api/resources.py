"""What can be booked at a site: desks, rooms and zones."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import select

from registry import store
from registry.api.answers import Answer
from registry.api.desk import Desk, created, done, reads, writes
from registry.api.paging import Cursor, Limit, paged
from registry.bookings import resources
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area
from registry.names import Id
from registry.shapes.common import NewResource, ResourceBody
from registry.shapes.shown import PageOf, ResourceShown
from registry.sites import sites
from registry.tables import core as t

router = APIRouter(prefix="/api/v1/sites/{site}", tags=["sites"])
_NAMES = ("id", "kind", "name", "zone", "capacity", "buffer_minutes", "needs_approval")


def _resource(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the resource table
    return {name: getattr(row, name) for name in _NAMES}


@router.get("/resources", response_model=PageOf[ResourceShown])
def list_resources(
    desk: Annotated[Desk, reads(Area.RESOURCES, whose.SITE)], site: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List what can be booked at a site."""
    r = t.resource.c
    with desk.reading() as connection:
        sites.site(connection, site)
        return paged(connection, select(t.resource).where(r.site == site), [r.id], cursor, limit, _resource)


@router.post("/resources", status_code=201, response_model=ResourceShown)
def add_resource(desk: Annotated[Desk, writes(Area.RESOURCES, whose.SITE)], site: Id, body: NewResource) -> Response:
    """Make a desk, room or zone bookable."""

    def do(edit: Edit) -> Answer:
        sites.site(edit.connection, site)
        resources.add(edit, site, resources.Resource(**body.model_dump()))
        return created(body.model_dump(), 1)

    return desk.edit(do)


@router.get("/resources/{resource}", response_model=ResourceShown)
def read_resource(desk: Annotated[Desk, reads(Area.RESOURCES, whose.SITE)], site: Id, resource: Id) -> Response:
    """Give one resource."""
    with desk.reading() as connection:
        row = store.one(connection, t.resource, _at(site, resource), "resource")
    return desk.show(_resource(row), row.revision)


def _at(site: str, resource: str) -> Any:  # noqa: ANN401 -- a condition of SQLAlchemy's
    return (t.resource.c.site == site) & (t.resource.c.id == resource)


@router.put("/resources/{resource}", response_model=ResourceShown)
def change_resource(
    desk: Annotated[Desk, writes(Area.RESOURCES, whose.SITE)], site: Id, resource: Id, body: ResourceBody
) -> Response:
    """Change a resource; bookings that are made stay as they are."""

    def do(edit: Edit) -> Answer:
        row = store.one(edit.connection, t.resource, _at(site, resource), "resource")
        desk.check_match(row.revision)
        resources.change(edit, site, resource, **body.model_dump())
        return Answer(200, {**_resource(row), **body.model_dump()}, row.revision + 1)

    return desk.edit(do)


@router.delete("/resources/{resource}", status_code=204)
def drop_resource(desk: Annotated[Desk, writes(Area.RESOURCES, whose.SITE)], site: Id, resource: Id) -> Response:
    """Take a resource away that nobody has booked."""

    def do(edit: Edit) -> Answer:
        resources.drop(edit, site, resource)
        return done()

    return desk.edit(do)
