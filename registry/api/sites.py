"""Sites, their gateways' credentials and what can be booked there."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import select

from registry import identity, store
from registry.api.answers import Answer
from registry.api.desk import Desk, created, done, reads, with_secrets, writes
from registry.api.meant import site_meant
from registry.api.paging import Cursor, Limit, by_name, paged
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area
from registry.names import Id
from registry.shapes.common import NewSite, RekeyBody, SiteBody
from registry.shapes.shown import GatewayShown, MadeGateway, MadeSite, PageOf, Rekeyed, SiteShown
from registry.sites import rekeying, sites
from registry.tables import core as t

router = APIRouter(prefix="/api/v1/sites", tags=["sites"])


_MINUTES = ("no_show_minutes", "offer_minutes")


def _site(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the site table
    days = sites.site_of(row).holidays
    holidays = {
        "province": days.province,
        "language": days.language,
        "added": [{"day": own.day.isoformat(), "name": own.name} for own in days.added],
        "taken_away": [day.isoformat() for day in days.taken_away],
    }
    minutes = {name: getattr(row, name) for name in _MINUTES}
    named = {"id": row.id, "name": row.name, "timezone": row.timezone, "municipality": row.municipality}
    return {**named, **minutes, "holidays": holidays}


@router.get("", response_model=PageOf[SiteShown])
def list_sites(
    desk: Annotated[Desk, reads(Area.SITES, whose.ROWS)], cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List the sites."""
    with desk.reading() as connection:
        return paged(connection, select(t.site).where(desk.here(t.site.c.id)), [t.site.c.id], cursor, limit, _site)


@router.post("", status_code=201, response_model=MadeSite)
def add_site(desk: Annotated[Desk, writes(Area.CENTRE, whose.COMMON)], body: NewSite) -> Response:
    """Make a site, its key file here and its gateway's first token, which is shown this once."""
    token, gateway = identity.new_token(), identity.new_id()

    def do(edit: Edit) -> Answer:
        sites.begin(edit, desk.shared.keys, site_meant(body.id, body), gateway, token, identity.new_key())
        return with_secrets(created({**body.model_dump(), "gateway": gateway}, 1), token=token)

    return desk.edit(do)


@router.get("/{site}", response_model=SiteShown)
def read_site(desk: Annotated[Desk, reads(Area.SITES, whose.SITE)], site: Id) -> Response:
    """Give one site."""
    with desk.reading() as connection:
        row = store.one(connection, t.site, t.site.c.id == site, "site")
    return desk.show(_site(row), row.revision)


@router.put("/{site}", response_model=SiteShown)
def change_site(desk: Annotated[Desk, writes(Area.SITES, whose.SITE)], site: Id, body: SiteBody) -> Response:
    """Change a site's name, time zone and settings."""

    def do(edit: Edit) -> Answer:
        row = store.one(edit.connection, t.site, t.site.c.id == site, "site")
        desk.check_match(row.revision)
        sites.change_site(edit, site_meant(site, body))
        return Answer(200, {"id": site, **body.model_dump()}, row.revision + 1)

    return desk.edit(do)


@router.get("/{site}/gateways", response_model=PageOf[GatewayShown])
def list_gateways(
    desk: Annotated[Desk, reads(Area.GATEWAYS, whose.SITE)], site: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List the credentials that speak for a site; never the tokens."""
    g = t.gateway.c
    with desk.reading() as connection:
        sites.site(connection, site)
        query = select(g.id, g.created_ms).where(g.site == site)
        return paged(connection, query, [g.id], cursor, limit, by_name)


@router.post("/{site}/gateways", status_code=201, response_model=MadeGateway)
def add_gateway(desk: Annotated[Desk, writes(Area.GATEWAYS, whose.SITE)], site: Id) -> Response:
    """Make another token that speaks for a site; it is shown this once."""
    token, ident = identity.new_token(), identity.new_id()

    def do(edit: Edit) -> Answer:
        sites.site(edit.connection, site)
        sites.add_gateway(edit, site, ident, token)
        return with_secrets(created({"id": ident, "created_ms": edit.at_ms}), token=token)

    return desk.edit(do)


@router.delete("/{site}/gateways/{gateway}", status_code=204)
def drop_gateway(desk: Annotated[Desk, writes(Area.GATEWAYS, whose.SITE)], site: Id, gateway: Id) -> Response:
    """Take a token out of force, at once."""

    def do(edit: Edit) -> Answer:
        sites.drop_gateway(edit, site, gateway)
        return done()

    return desk.edit(do)


@router.post("/{site}/rekey", status_code=201, response_model=Rekeyed)
def rekey(desk: Annotated[Desk, writes(Area.GATEWAYS, whose.SITE)], site: Id, body: RekeyBody) -> Response:
    """After a gateway was stolen: void the site's credentials and its key, and make another of each; the token is shown
    this once, the key file is written here. What cards showed there is void as well, and they are to be replaced.
    """
    fresh = rekeying.Fresh(identity.new_id(), identity.new_token(), identity.new_key())

    def do(edit: Edit) -> Answer:
        exposed = rekeying.rekey(edit, desk.shared.keys, site, fresh, revoke=body.revoke)
        made = {"id": fresh.gateway, "created_ms": edit.at_ms}
        told = {"badges": exposed.badges, "logins": list(exposed.logins)}
        return with_secrets(created(made | told), token=fresh.token)

    return desk.edit(do)
