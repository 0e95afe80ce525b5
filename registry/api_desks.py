"""The desks of a site as staff see them: what its sensors said, fused with the bookings by the core's own function."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import Connection, select

from access.desk import Use
from access.plan import DeskAt, desks_at
from access.records import Booking
from registry import sites, whose
from registry import tables as t
from registry.areas import Area
from registry.desk import Desk, reads
from registry.names import Id
from registry.overview import Overview
from registry.standings import standings

router = APIRouter(prefix="/api/v1/sites/{site}", tags=["live"])
NEVER = Overview()
_USES = frozenset(Use)


class DeskShown(BaseModel):
    """A desk: free, booked, occupied, occupied-without-booking, booked-but-empty, out-of-service or unknown.

    ``since_ms`` is when its sensors last said something else; ``booking`` holds it now, ``next`` begins next.
    """

    id: str
    name: str
    zone: str
    state: str
    since_ms: int | None
    booking: str | None
    until_ms: int | None
    next: str | None
    next_ms: int | None


class DesksShown(BaseModel):
    """The desks, as of the site's last event; null where it has never spoken."""

    as_of_ms: int | None
    seen_ms: int | None
    items: list[DeskShown]


@router.get("/desks", response_model=DesksShown)
def desks(desk: Annotated[Desk, reads(Area.LIVE, whose.SITE)], site: Id) -> dict[str, Any]:
    """Give what every desk of a site is now; ``unknown`` where no sensor says."""
    shared = desk.shared
    with desk.reading() as connection:
        sites.site(connection, site)
        named = _desks(connection, site)
        found = standings(connection, t.site.c.id == site)
        replica = shared.replicas.at(connection, site)
    looks = found[0].overview if found else NEVER
    present = found[0].occupancy.stays.keys() if found else frozenset[str]()
    uses = {ident: _use(looks, ident) for ident, _, _ in named}
    now_ms = shared.settings.wall_ms()
    fused = desks_at(replica, uses, now_ms, looks.checked_in.keys(), looks.released.keys(), present)
    items = [_shown(one, looks, fused[one[0]]) for one in named]
    last = {"as_of_ms": found[0].last_event_ms, "seen_ms": found[0].seen_ms} if found else {}
    return {"as_of_ms": None, "seen_ms": None, **last, "items": items}


def _desks(connection: Connection, site: str) -> list[tuple[str, str, str]]:
    r = t.resource.c
    query = select(r.id, r.name, r.zone).where(r.site == site, r.kind == "desk").order_by(r.id)
    return [(ident, name, zone) for ident, name, zone in connection.execute(query)]


def _use(looks: Overview, desk: str) -> Use:
    said = looks.desks.get(desk, ("", 0))[0]
    return Use(said) if said in _USES else Use.UNKNOWN


def _shown(named: tuple[str, str, str], looks: Overview, at: DeskAt) -> dict[str, Any]:
    ident, name, zone = named
    said = looks.desks.get(ident)
    return {
        "id": ident,
        "name": name,
        "zone": zone,
        "state": str(at.shown),
        "since_ms": None if said is None else said[1],
        **_booked("booking", "until_ms", at.booking, None if at.booking is None else at.booking.end_ms),
        **_booked("next", "next_ms", at.next, None if at.next is None else at.next.start_ms),
    }


def _booked(name: str, when: str, booking: Booking | None, at_ms: int | None) -> dict[str, Any]:
    return {name: None if booking is None else booking.id, when: at_ms}
