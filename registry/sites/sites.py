"""Sites, the credentials of their gateways, and what can be booked there."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from access.fingerprint import EMPTY
from registry import store
from registry.accounts import tokens
from registry.calendars.holidays import Holiday, HolidaySetting, provinces
from registry.downlink import admission
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.sites.keys import Keys
from registry.tables import core as t

NO_HOLIDAYS = HolidaySetting()
"""The national ones alone."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site as the registry knows it, with its settings.

    A booking is released as a no-show ``no_show_minutes`` after its start (0: never); a waiting-list offer holds for
    ``offer_minutes``. ``holidays`` are its days of rest. ``municipality`` stands at the head of its papers.
    """

    id: str
    name: str
    timezone: str
    no_show_minutes: int = 15
    offer_minutes: int = 30
    holidays: HolidaySetting = NO_HOLIDAYS
    municipality: str = ""


def headed(municipality: str, site_name: str) -> str:
    """What stands at the head of a paper: the municipality with its site; one of them alone, where that says the other
    too, or nobody has said of which municipality it is.
    """
    if not municipality or site_name in municipality:
        return municipality or site_name
    return f"{municipality} · {site_name}"


def site_values(site: Site) -> dict[str, object]:
    """A site's columns, but for its id and those that count."""
    added = [[own.day.isoformat(), own.name] for own in site.holidays.added]
    return {
        "name": site.name,
        "timezone": site.timezone,
        "municipality": site.municipality,
        "no_show_minutes": site.no_show_minutes,
        "offer_minutes": site.offer_minutes,
        "holiday_province": site.holidays.province,
        "holiday_language": site.holidays.language,
        "holidays_added": json.dumps(added, ensure_ascii=False),
        "holidays_removed": " ".join(day.isoformat() for day in site.holidays.taken_away),
    }


def site_of(row: Row[Any]) -> Site:
    """A site as its row holds it."""
    added = tuple(Holiday(date.fromisoformat(day), name) for day, name in json.loads(row.holidays_added))
    removed = tuple(date.fromisoformat(day) for day in row.holidays_removed.split())
    holidays = HolidaySetting(row.holiday_province, row.holiday_language, added, removed)
    minutes = (row.no_show_minutes, row.offer_minutes)
    return Site(row.id, row.name, row.timezone, *minutes, holidays, row.municipality)


def add_site(edit: Edit, site: Site) -> None:
    """Make a site. Raises Problem where its id is taken, or its province is none."""
    _check(site)
    values = {"id": site.id, "version": 0, "digest": EMPTY, "revision": 1, **site_values(site)}
    store.add(edit.connection, t.site, values, "site")


def begin(edit: Edit, keys: Keys, site: Site, gateway: str, token: str, key: bytes) -> bytes:
    """Make a site with its key and its gateway's first token, and give the key: an earlier one where a file of this
    site is left. Raises Problem where its id is taken, or its province is none.
    """
    add_site(edit, site)
    add_gateway(edit, site.id, gateway, token)
    return keys.add(site.id, key)


def change_site(edit: Edit, site: Site) -> None:
    """Change a known site; where its time zone changes, so do the days on which people come of age. Raises Problem."""
    _check(site)
    store.change(edit.connection, t.site, t.site.c.id == site.id, site_values(site))
    admission.publish(edit, site.id, edit.connection.execute(select(t.person.c.id)).scalars().all())


def _check(site: Site) -> None:
    if site.holidays.province and site.holidays.province not in provinces():
        raise Problem(Kind.INVALID, "no holidays are known of that province of Italy; write letters such as MT or MI.")


def site(connection: Connection, ident: str) -> Site:
    """A site. Raises Problem."""
    return site_of(store.one(connection, t.site, t.site.c.id == ident, "site"))


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
