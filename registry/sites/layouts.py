"""What each site's doors are judged by, as its gateway told it, or as an operator wrote it for a site without one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from access.layout import digest, site_of
from access.site import Site
from registry.edit import Edit
from registry.prepared import Prepared
from registry.problems import Kind, Problem
from registry.tables import core as t
from registry.uplink.branches import is_confirmed

GATEWAY, OPERATOR = "gateway", "operator"
_REVISION_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Laid:
    """A layout as it is kept, and whose word it is: GATEWAY's or OPERATOR's."""

    layout: Mapping[str, Any]
    told_by: str

    @property
    def revision(self) -> int:
        """A number that follows from what the layout says: the same again is the same revision."""
        return int(digest(self.layout)[:_REVISION_DIGITS], 16)


def held(connection: Connection, site: str) -> Laid | None:
    """A known site's layout; None where nobody has told it."""
    return _read(_LAYOUT.on(connection, {"site": site}).scalar_one())


_LAYOUT = Prepared(select(t.site.c.layout).where(t.site.c.id == bindparam("site")))


def sites_laid(connection: Connection, sites: set[str]) -> dict[str, Site]:
    """Those of these sites whose layout is known, as far as a verdict needs them."""
    found = connection.execute(select(t.site.c.id, t.site.c.layout).where(t.site.c.id.in_(sites)))
    laid = ((ident, _read(text)) for ident, text in found)
    return {ident: site_of(ident, one.layout) for ident, one in laid if one is not None}


def door_names(connection: Connection, site: str) -> Mapping[str, str]:
    """The names of a known site's doors, as far as somebody told them."""
    laid = held(connection, site)
    return {one["id"]: one["name"] for one in (laid.layout["doors"] if laid else ()) if one.get("name")}


def _read(text: str | None) -> Laid | None:
    return None if text is None else Laid(**json.loads(text))


def wanted_of(connection: Connection, site: str, epoch: int) -> str | None:
    """The digest of what the registry holds, for a gateway to compare its own with ("": nothing); None where it speaks
    from a branch that is not the site's (guarantee S6).
    """
    if not is_confirmed(connection, site, epoch):
        return None
    laid = held(connection, site)
    return "" if laid is None or laid.told_by != GATEWAY else digest(laid.layout)


def told(edit: Edit, site: str, epoch: int, layout: Mapping[str, Any]) -> None:
    """Take a gateway's word for its site's layout; one from a branch that is not the site's changes nothing."""
    if is_confirmed(edit.connection, site, epoch):
        _keep(edit, site, Laid(layout, GATEWAY))


def write(edit: Edit, site: str, layout: Mapping[str, Any]) -> Laid:
    """Take an operator's word for the layout of a known site. Raises Problem where its gateway tells it."""
    laid = held(edit.connection, site)
    if laid is not None and laid.told_by == GATEWAY:
        raise Problem(Kind.IN_USE, "this site's gateway tells its layout; change its site file instead.")
    made = Laid(layout, OPERATOR)
    _keep(edit, site, made)
    return made


def _keep(edit: Edit, site: str, laid: Laid) -> None:
    text = json.dumps({"layout": laid.layout, "told_by": laid.told_by}, separators=(",", ":"))
    edit.connection.execute(update(t.site).where(t.site.c.id == site).values(layout=text))
