"""What pages say of sites: each at one glance, as far as whoever looks may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, true

from access.clock import DAY_MS
from access.site import Site, Zone
from registry.attendance import conflicts
from registry.guard.areas import Area
from registry.guard.authority import NO_SITE, Sites, sites_for
from registry.sites import desks, pending
from registry.sites.desks import Counts
from registry.sites.freshness import Fresh, Heard, heard
from registry.sites.layouts import sites_laid
from registry.sites.pending import Late
from registry.sites.standings import Standing, standings
from registry.tables import core as t
from registry.uplink.awaiting import Branch, Word, branches
from registry.web.viewer import Viewer

SITES = "/sites"
ALARMS_OF_MS = DAY_MS
"""What is wrong with a log is counted for a day; the site's own page has all of it."""
MOST_LATE = 5
"""Of one site's; its own page has them all."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which sites whoever looks is shown, and at which of them what goes on there, what is pending, and conflicts."""

    log: Sites
    live: Sites
    badges: Sites
    presence: Sites


def reach_of(viewer: Viewer) -> Reach:
    """What of sites a viewer is shown."""
    areas = (Area.LOG, Area.LIVE, Area.BADGES, Area.PRESENCE)
    return Reach(*(sites_for(viewer.authority, area) for area in areas))


def is_in(sites: Sites, site: str) -> bool:
    """Whether a site is one of some."""
    return sites is None or site in sites


@dataclass(frozen=True, slots=True)
class Glance:
    """A site at one glance. ``stand`` is None where it never spoke, or what goes on there is not shown (``is_live``
    False); ``branches`` are those that staff have to look at, ``late`` the first of what is pending.
    """

    id: str
    name: str
    timezone: str
    heard: Heard
    is_live: bool
    stand: Standing | None
    capacity: int | None
    desks: Counts
    branches: tuple[Branch, ...]
    late: tuple[Late, ...]
    pending: int
    conflicts: int
    alarms: int
    doors: Mapping[str, str]
    """The names of its doors, by id, as far as they were told."""

    @property
    def awaited(self) -> int:
        """How many branches wait until staff say which is the site's."""
        return sum(branch.word is Word.AWAITED for branch in self.branches)

    @property
    def speaks(self) -> bool:
        """Whether a gateway speaks that is not the site's, as staff have said."""
        return any(branch.word is Word.SPEAKS for branch in self.branches)

    @property
    def estimated(self) -> bool:
        """Whether the number of people present is an estimate."""
        return self.stand is not None and (self.stand.gapped or bool(self.stand.occupancy.estimated))

    def fresh(self, at_ms: int) -> Fresh:
        """How fresh what is known of it is."""
        return self.heard.fresh(at_ms)


def where_of(sites: Sites) -> ColumnElement[bool]:
    """What chooses some sites."""
    return true() if sites is None else t.site.c.id.in_(sites)


def glances(connection: Connection, reach: Reach, at_ms: int) -> Sequence[Glance]:
    """The sites within reach, by name; so many queries however many sites there are."""
    where = where_of(reach.log)
    rows = connection.execute(select(t.site).where(where).order_by(t.site.c.name, t.site.c.id)).all()
    found = standings(connection, where)
    known = {one.site: one for one in found}
    last = heard(connection, where, found)
    laid = sites_laid(connection, {row.id for row in rows})
    capacities = _capacities(connection, laid, {row.id for row in rows})
    counted = desks.counts(connection, where, found, at_ms)
    waiting = _by_site(one for one in branches(connection, where, at_ms) if one.word in {Word.AWAITED, Word.SPEAKS})
    late, pendings = _by_site(pending.named(connection, reach.badges)), pending.counts(connection, reach.badges)
    contradicted, alarms = conflicts.counts(connection, reach.presence), _alarms(connection, where, at_ms)
    return [
        Glance(
            row.id,
            row.name,
            row.timezone,
            last[row.id],
            is_live := is_in(reach.live, row.id),
            known.get(row.id) if is_live else None,
            capacities.get(row.id),
            counted.get(row.id, Counts()),
            tuple(waiting.get(row.id, ())),
            tuple(late.get(row.id, ())[:MOST_LATE]),
            pendings.get(row.id, 0),
            contradicted.get(row.id, 0) if is_in(reach.presence, row.id) else 0,
            alarms.get(row.id, 0),
            {door.id: door.name for door in laid[row.id].doors.values()} if row.id in laid else {},
        )
        for row in rows
    ]


def _by_site(found: Any) -> Mapping[str, list[Any]]:  # noqa: ANN401 -- things with a site
    by_site: dict[str, list[Any]] = {}
    for one in found:
        by_site.setdefault(one.site, []).append(one)
    return by_site


def _alarms(connection: Connection, where: ColumnElement[bool], at_ms: int) -> Mapping[str, int]:
    a = t.alarm.c
    query = select(a.site, func.count()).join(t.site, t.site.c.id == a.site).group_by(a.site)
    rows = connection.execute(query.where(where, a.at_ms > at_ms - ALARMS_OF_MS))
    return {row[0]: row[1] for row in rows}


def _capacities(connection: Connection, laid: Mapping[str, Site], sites: set[str]) -> Mapping[str, int]:
    """How many people each site holds: the sum of its zones', where every one has such a number."""
    zones = {site: _limits(one) for site, one in laid.items()}
    r = t.resource.c
    booked = select(r.site, r.capacity).where(r.kind == "zone", r.site.in_(sites - laid.keys()))
    for row in connection.execute(booked):
        zones.setdefault(row.site, []).append(row.capacity)
    return {site: sum(limits) for site, limits in zones.items() if limits and None not in limits}


def _limits(site: Site) -> list[Any]:
    found: list[Zone] = list(site.zones.values())
    return [zone.capacity for zone in found]


def alarms_of(connection: Connection, site: str, most: int) -> Sequence[Row[Any]]:
    """What is wrong with a site's log, the latest first."""
    a = t.alarm.c
    query = select(t.alarm).where(a.site == site).order_by(a.at_ms.desc(), a.kind, a.epoch, a.seq)
    return connection.execute(query.limit(most)).all()


def words_of(connection: Connection, site: str, most: int) -> Sequence[Row[Any]]:
    """Who said which branch is the site's, the latest first."""
    c = t.confirmation.c
    query = select(t.confirmation).where(c.site == site).order_by(c.at_ms.desc(), c.id)
    return connection.execute(query.limit(most)).all()


def gateways_of(connection: Connection, site: str) -> Sequence[Any]:
    """The credentials that speak for a site, the oldest first."""
    g = t.gateway.c
    query = select(g.id, g.created_ms).where(g.site == site).order_by(g.created_ms, g.id)
    return connection.execute(query).all()


def badges_known(connection: Connection, site: str) -> int:
    """How many badges in force a site's gateways know."""
    b, c = t.badge.c, t.credential.c
    here = b.id.in_(select(c.badge).where(c.site == site)) & b.revoked.is_(False)
    return connection.execute(select(func.count()).select_from(t.badge).where(here)).scalar_one()


def nothing_shown(reach: Reach) -> bool:
    """Whether whoever looks is shown no site at all."""
    return reach.log == NO_SITE
