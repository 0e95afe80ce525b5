"""What the page of one site says of it: who is there, desks, doors, devices, what is pending; names to staff alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from access.plan import DeskAt
from registry import store
from registry.attendance import conflicts
from registry.downlink.replicas import Replicas
from registry.guard import asked as decided
from registry.guard import authors
from registry.guard.areas import Area, Verb
from registry.guard.authority import at
from registry.sites import desks, live, pending
from registry.sites.desks import Named
from registry.sites.pending import Late
from registry.tables import core as t
from registry.uplink.awaiting import Branch, branches
from registry.web.face import NotYours
from registry.web.reaching import is_open
from registry.web.sites import rows as sites_rows
from registry.web.sites.rows import Glance, Reach, is_in
from registry.web.viewer import Viewer

MOST_ALARMS, MOST_WORDS, MOST_CONFLICTS = 20, 20, 100


@dataclass(frozen=True, slots=True)
class Telling:
    """A site as its page tells it; nobody and nothing of what goes on there where ``glance.is_live`` is not."""

    glance: Glance
    stays: Sequence[Mapping[str, Any]]
    zones: Sequence[Mapping[str, Any]]
    visits: int
    desks: Sequence[tuple[Named, DeskAt]]
    doors: Sequence[tuple[str, str, int]]
    silent: Sequence[tuple[str, str, int]]
    late: Sequence[Late]
    linked: bool


def need(viewer: Viewer, site: str, area: Area = Area.LOG, verb: Verb = Verb.READ) -> None:
    """Whoever looks may read or write what is a site's. Raises NotYours or Problem."""
    if not is_open(viewer, area, verb):
        raise NotYours
    decided.check(viewer.authority, area, verb, at(site), "site")


def telling(
    connection: Connection, named: set[str], *, viewer: Viewer, site: str, replicas: Replicas, at_ms: int
) -> Telling:
    """How a site stands now; whom it shows is put among ``named``. Raises NotYours or Problem."""
    need(viewer, site)
    row_of(connection, site)
    every, own = sites_rows.reach_of(viewer), frozenset({site})
    parts = (
        own if is_in(one, site) else frozenset[str]() for one in (every.log, every.live, every.badges, every.presence)
    )
    reach = Reach(*parts)
    (glance,) = sites_rows.glances(connection, reach, at_ms)
    late = pending.named(connection, reach.badges)
    linked = is_open(viewer, Area.PEOPLE)
    stand = glance.stand
    if stand is None:
        return Telling(glance, [], [], 0, [], [], [], late, linked)
    named.update(stand.occupancy.stays)
    shown = live.present(connection, stand)
    ours = desks.named(connection, t.site.c.id == site)
    fused = desks.fused(connection, replicas, site, ours, stand, at_ms)
    looks = stand.overview
    doors = [(door, *looks.ajar.get(door, said)) for door, said in sorted(looks.doors.items())]
    silent = [(ident, *said) for ident, said in sorted(looks.devices.items()) if said[0] != "online"]
    zones = _zones(connection, site)
    stays = [{**stay, "zone": zones.get(stay["zone"], stay["zone"])} for stay in shown["stays"]]
    stays.sort(key=lambda stay: (str(stay["name"]).lower(), stay["person"]))
    desked = [(desk, fused[desk.id]) for desk in ours]
    return Telling(glance, stays, shown["zones"], len(shown["visits"]), desked, doors, silent, late, linked)


def _zones(connection: Connection, site: str) -> Mapping[str, str]:
    """The names of a site's areas."""
    r = t.resource.c
    return {
        row.id: row.name for row in connection.execute(select(r.id, r.name).where(r.site == site, r.kind == "zone"))
    }


@dataclass(frozen=True, slots=True)
class Decisions:
    """What staff decide of a site, and have: its branches and who said which is the site's, conflicts of stays with the
    names of whom they are of, alarms about its log, and the credentials of its gateways.
    """

    branches: Sequence[Branch]
    words: Sequence[Any]
    authors: Mapping[str, str]
    conflicts: Sequence[Any]
    people: Mapping[str, str]
    sites: Mapping[str, str]
    alarms: Sequence[Any]
    gateways: Sequence[Any]


def decisions(connection: Connection, named: set[str], *, viewer: Viewer, site: str, at_ms: int) -> Decisions:
    """What is to be decided of a site, as far as whoever looks may see it; whom that shows is put among ``named``."""
    reach = sites_rows.reach_of(viewer)
    own = frozenset({site}) if is_in(reach.presence, site) else frozenset[str]()
    found = conflicts.waiting(connection, own, MOST_CONFLICTS)
    named.update(row.person for row in found)
    words = sites_rows.words_of(connection, site, MOST_WORDS)
    return Decisions(
        branches(connection, t.site.c.id == site, at_ms),
        words,
        authors.names_of(connection, [row.operator for row in words]),
        found,
        live.names_of(connection, [row.person for row in found]),
        names_of(connection),
        sites_rows.alarms_of(connection, site, MOST_ALARMS),
        sites_rows.gateways_of(connection, site) if viewer.may(Area.GATEWAYS, Verb.READ, at(site)) else [],
    )


def names_of(connection: Connection) -> Mapping[str, str]:
    """Every site's name by its id."""
    return {row.id: row.name for row in connection.execute(select(t.site.c.id, t.site.c.name))}


def row_of(connection: Connection, site: str) -> Any:  # noqa: ANN401 -- a row of the site table
    """A site's row. Raises Problem."""
    return store.one(connection, t.site, t.site.c.id == site, "site")
