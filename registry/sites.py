"""Sites, the credentials of their gateways, and what can be booked there."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from registry import store, tokens
from registry import tables as t
from registry.edit import Edit
from registry.problems import Kind, Problem


@dataclass(frozen=True, slots=True)
class Site:
    """A site as the registry knows it."""

    id: str
    name: str
    timezone: str


def add_site(edit: Edit, site: Site) -> None:
    """Make a site. Raises Problem where its id is taken."""
    values = {"id": site.id, "name": site.name, "timezone": site.timezone, "version": 0, "revision": 1}
    store.add(edit.connection, t.site, values, "site")


def change_site(edit: Edit, site: Site) -> None:
    """Change a known site's name and timezone."""
    values = {"name": site.name, "timezone": site.timezone}
    store.change(edit.connection, t.site, t.site.c.id == site.id, values)


def site(connection: Connection, ident: str) -> Site:
    """A site. Raises Problem."""
    row = store.one(connection, t.site, t.site.c.id == ident, "site")
    return Site(row.id, row.name, row.timezone)


def site_ids(connection: Connection) -> list[str]:
    """Every site's id, in order."""
    return list(connection.execute(select(t.site.c.id).order_by(t.site.c.id)).scalars())


def add_gateway(edit: Edit, site_id: str, ident: str, token: str) -> None:
    """Let ``token`` speak for a known site from now on."""
    values = {"site": site_id, "id": ident, "token_hash": tokens.hashed(token), "created_ms": edit.at_ms}
    edit.connection.execute(insert(t.gateway).values(values))


def drop_gateway(edit: Edit, site_id: str, ident: str) -> None:
    """Take a gateway's token out of force. Raises Problem where there is none of that id."""
    gone = delete(t.gateway).where(t.gateway.c.site == site_id, t.gateway.c.id == ident)
    if edit.connection.execute(gone).rowcount == 0:
        raise Problem(Kind.NOT_FOUND, "there is no such gateway credential; list the site's to see which there are.")
