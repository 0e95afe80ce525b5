"""What operators' bodies mean: the store's own values of them."""

from datetime import date

from access.quota import Quota
from registry.calendars.holidays import Holiday, HolidaySetting
from registry.programmes.programmes import Programme
from registry.shapes.common import SiteBody
from registry.shapes.programmes import ProgrammeBody
from registry.sites.sites import Site


def site_meant(ident: str, body: SiteBody) -> Site:
    """A site."""
    days = body.holidays
    added = tuple(Holiday(date.fromisoformat(own.day), own.name) for own in days.added)
    removed = tuple(date.fromisoformat(day) for day in days.taken_away)
    setting = HolidaySetting(days.province, days.language, added, removed)
    minutes = (body.no_show_minutes, body.offer_minutes)
    return Site(ident, body.name, body.timezone, *minutes, setting, body.municipality)


def programme_meant(body: ProgrammeBody) -> Programme:
    """A programme."""
    said = body.model_dump(exclude={"id", "quota", "zones"})
    zones = {site: frozenset(named) for site, named in body.zones.items()}
    return Programme(**said, quota=Quota(**body.quota.model_dump()), zones=zones)
