"""A site's layout: doors, zones and policy numbers that its doors are judged by."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from access.layout import digest
from registry.api.answers import Answer
from registry.api.desk import Desk, reads, writes
from registry.api.gateway import own_site
from registry.edit import Edit, editing
from registry.guard import whose
from registry.guard.areas import Area
from registry.names import Id
from registry.problems import Kind, Problem
from registry.shapes.layout import LayoutBody, LayoutShown, ToldLayout
from registry.sites import layouts, sites
from registry.uplink import wire

router = APIRouter(prefix="/api/v1", tags=["layouts"])


def _shown(laid: layouts.Laid) -> dict[str, Any]:
    return {**laid.layout, "told_by": laid.told_by}


@router.get("/sites/{site}/layout", response_model=LayoutShown)
def read_layout(desk: Annotated[Desk, reads(Area.LAYOUTS, whose.SITE)], site: Id) -> Response:
    """Give what a site's doors are judged by, as its gateway told it or an operator wrote it."""
    with desk.reading() as connection:
        sites.site(connection, site)
        laid = layouts.held(connection, site)
    if laid is None:
        raise Problem(Kind.NOT_FOUND, "nobody has told this site's layout yet; connect its gateway, or PUT one here.")
    return desk.show(_shown(laid), laid.revision)


@router.put("/sites/{site}/layout", response_model=LayoutShown)
def write_layout(desk: Annotated[Desk, writes(Area.LAYOUTS, whose.SITE)], site: Id, body: LayoutBody) -> Response:
    """Write the layout of a site that has no gateway; 409 where it has one, which tells it itself."""

    def do(edit: Edit) -> Answer:
        sites.site(edit.connection, site)
        before = layouts.held(edit.connection, site)
        if before is not None:
            desk.check_match(before.revision)
        made = layouts.write(edit, site, body.model_dump())
        return Answer(200, _shown(made), made.revision)

    return desk.edit(do)


@router.put("/gateway/layout", status_code=200, openapi_extra=wire.body_of(ToldLayout))
def tell_layout(request: Request) -> dict[str, str]:
    """Take a gateway's word for what its site's doors are judged by; its digest comes back."""
    said = wire.read_body(ToldLayout, request.state.body)
    site = request.state.principal.site
    shared = own_site(request, site)
    layout = said.layout.model_dump()
    with editing(shared.database, shared.settings.wall_ms()) as edit:
        layouts.told(edit, site, said.epoch, layout)
    return {"digest": digest(layout)}
