"""The desks of sites: one site's, fused with its bookings by the core's own function, and how many of many sites' are
what.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, select

from access.desk import Use
from access.plan import DeskAt, desks_at
from registry.bookings.rows import TOLD
from registry.downlink.replicas import Replicas
from registry.sites.overview import Overview
from registry.sites.standings import Standing
from registry.tables import core as t
from registry.tables.bookings import LONGEST_BLOCK_MS

NEVER = Overview()
_USES = frozenset(Use)
_R, _B = t.resource.c, t.booking.c


@dataclass(frozen=True, slots=True)
class Named:
    """A desk of a site by its id, name and zone."""

    site: str
    id: str
    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many desks are in use, booked and not in use, free, and how many of which nobody knows."""

    used: int = 0
    booked: int = 0
    free: int = 0
    unknown: int = 0


def named(connection: Connection, where: ColumnElement[bool]) -> Sequence[Named]:
    """The desks of the sites that ``where`` chooses, by site and id."""
    query = select(_R.site, _R.id, _R.name, _R.zone).join(t.site, t.site.c.id == _R.site)
    found = connection.execute(query.where(where, _R.kind == "desk").order_by(_R.site, _R.id))
    return [Named(*row) for row in found]


def fused(
    connection: Connection, replicas: Replicas, site: str, desks: Iterable[Named], stand: Standing | None, at_ms: int
) -> Mapping[str, DeskAt]:
    """What each of a site's desks is at a moment, by its id."""
    looks = NEVER if stand is None else stand.overview
    present = frozenset[str]() if stand is None else stand.occupancy.stays.keys()
    uses, lies_in = dict[str, Use](), dict[str, str]()
    for desk in desks:
        uses[desk.id], lies_in[desk.id] = use_of(looks, desk.id), desk.zone
    replica = replicas.at(connection, site)
    zone = ZoneInfo(connection.execute(select(t.site.c.timezone).where(t.site.c.id == site)).scalar_one())
    seen = (looks.checked_in.keys(), looks.released.keys(), present)
    return desks_at(replica, uses, at_ms, *seen, zone=zone, lies_in=lies_in)


def use_of(looks: Overview, desk: str) -> Use:
    """What sensors last said of a desk."""
    said = looks.desks.get(desk, ("", 0))[0]
    return Use(said) if said in _USES else Use.UNKNOWN


def counts(
    connection: Connection, where: ColumnElement[bool], standings: Iterable[Standing], at_ms: int
) -> Mapping[str, Counts]:
    """How many desks are what at the sites that ``where`` chooses, by site, in two queries for all of them."""
    looks = {one.site: one.overview for one in standings}
    since_ms = at_ms - LONGEST_BLOCK_MS
    holds = _B.state.in_(TOLD) & (_B.start_ms <= at_ms) & (_B.start_ms > since_ms) & (_B.end_ms > at_ms)
    query = select(_B.site, _B.id, _B.resource).where(_B.site.in_(select(t.site.c.id).where(where)), holds)
    booked = {
        (row.site, row.resource)
        for row in connection.execute(query)
        if row.id not in looks.get(row.site, NEVER).released
    }
    found: dict[str, list[str]] = {}
    for desk in named(connection, where):
        use = use_of(looks.get(desk.site, NEVER), desk.id)
        found.setdefault(desk.site, []).append(_kind(use, is_booked=(desk.site, desk.id) in booked))
    kinds = ("used", "booked", "free", "unknown")
    return {site: Counts(*(states.count(kind) for kind in kinds)) for site, states in found.items()}


def _kind(use: Use, *, is_booked: bool) -> str:
    if use is Use.OCCUPIED:
        return "used"
    if is_booked:
        return "booked"
    return "free" if use is Use.VACANT else "unknown"
