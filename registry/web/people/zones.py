"""Zones by the names that people call them at a site."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from registry.tables import core as t


@dataclass(frozen=True, slots=True)
class ZoneNames:
    """The names of zones, by site and id; a zone that nothing can be booked as goes by its id."""

    names: Mapping[tuple[str, str], str]

    def of(self, zone: str, site: str | None) -> str:
        """What a zone is called at a site; of none alone (None), by each name that it has at one."""
        if site is not None:
            return self.names.get((site, zone), zone)
        found = {name for (_, ident), name in self.names.items() if ident == zone}
        return " / ".join(sorted(found)) or zone

    def at(self, sites: frozenset[str]) -> "ZoneNames":
        """Those at some sites alone."""
        return ZoneNames({(site, zone): name for (site, zone), name in self.names.items() if site in sites})

    def said(self, zones: str, site: str | None) -> str:
        """Zones in words, behind what they belong to; "" where there are none."""
        return f": {', '.join(self.of(zone, site) for zone in zones.split())}" if zones else ""


def zone_names(connection: Connection) -> ZoneNames:
    """The names of every site's zones."""
    r = t.resource.c
    rows = connection.execute(select(r.site, r.id, r.name).where(r.kind == "zone").order_by(r.site, r.id))
    return ZoneNames({(row.site, row.id): row.name for row in rows})
