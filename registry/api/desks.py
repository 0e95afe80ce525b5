"""The desks of a site as staff see them: what its sensors said, fused with the bookings by the core's own function."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel

from access.plan import DeskAt
from access.records import Booking
from registry.api.desk import Desk, reads
from registry.guard import whose
from registry.guard.areas import Area
from registry.names import Id
from registry.sites import desks as desks_of
from registry.sites import sites
from registry.sites.desks import Named
from registry.sites.overview import Overview
from registry.sites.standings import standings
from registry.tables import core as t

router = APIRouter(prefix="/api/v1/sites/{site}", tags=["live"])


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
    shared, at_ms = desk.shared, desk.shared.settings.wall_ms()
    with desk.reading() as connection:
        sites.site(connection, site)
        found = standings(connection, t.site.c.id == site)
        named = desks_of.named(connection, t.site.c.id == site)
        stand = found[0] if found else None
        fused = desks_of.fused(connection, shared.replicas, site, named, stand, at_ms)
    looks = desks_of.NEVER if stand is None else stand.overview
    items = [_shown(one, looks, fused[one.id]) for one in named]
    last = {} if stand is None else {"as_of_ms": stand.last_event_ms, "seen_ms": stand.seen_ms}
    return {"as_of_ms": None, "seen_ms": None, **last, "items": items}


def _shown(named: Named, looks: Overview, at: DeskAt) -> dict[str, Any]:
    said = looks.desks.get(named.id)
    return {
        "id": named.id,
        "name": named.name,
        "zone": named.zone,
        "state": str(at.shown),
        "since_ms": None if said is None else said[1],
        **_booked("booking", "until_ms", at.booking, None if at.booking is None else at.booking.end_ms),
        **_booked("next", "next_ms", at.next, None if at.next is None else at.next.start_ms),
    }


def _booked(name: str, when: str, booking: Booking | None, at_ms: int | None) -> dict[str, Any]:
    return {name: None if booking is None else booking.id, when: at_ms}
