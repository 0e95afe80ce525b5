"""A planned day's people, badges and bookings, brought into the registry as an operator would."""

from collections.abc import Iterable, Mapping

from access.site import Site
from firmware_sim.scenario import DayPlan
from registry.badges import Terms
from registry.bulk import NewBadge, Seed
from registry.people import Profile, Rights
from registry.resources import Resource
from registry.setup import Registry


def people(registry: Registry, sites: Mapping[str, Site], plans: Iterable[DayPlan]) -> None:
    """Bring in everybody of the plans; a lost badge is revoked afterwards, as it is in life."""
    for plan in plans:
        registry.seed(_seed(sites[plan.site], plan))
        for card in plan.badges:
            if card.badge.revoked:
                registry.revoke(card.badge.id)


def _seed(site: Site, plan: DayPlan) -> Seed:
    return Seed(
        resources=[(site.id, resource) for resource in _resources(site)],
        persons={p.id: Profile(p.name, p.valid_from_ms, p.valid_until_ms, p.suspended, p.minor) for p in plan.people},
        rights=[(site.id, p.id, Rights(p.zones, p.standing)) for p in plan.people],
        badges=[NewBadge(c.badge.id, c.badge.person, c.uid, Terms(long_pulse=c.badge.long_pulse)) for c in plan.badges],
        bookings=[(site.id, booking) for booking in plan.bookings],
        openings=[(site.id, opening) for opening in plan.openings],
    )


def _resources(site: Site) -> list[Resource]:
    zones = [Resource(zone.id, "zone", zone.name, zone.id, zone.capacity) for zone in site.zones.values()]
    return zones + [Resource(desk.id, "desk", desk.name, desk.zone) for desk in site.desks.values()]
