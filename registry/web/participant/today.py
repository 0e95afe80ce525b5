"""A participant's today: their next booking and until when to come, where they are, and what is on for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Response
from sqlalchemy import Connection, exists, or_, select

from access.clock import DAY_MS
from access.hours import local
from registry.own import bookings as own_bookings
from registry.sites import standings
from registry.tables import core as t
from registry.web.asked import Asked, Looking
from registry.web.face import see
from registry.web.participant import shown
from registry.web.participant.own import ME, person_of, settle, sites_of

AHEAD = ("booked", "checked-in", "pending", "offered", "unconfirmed", "site-offline")
"""The states of a booking that is still to be used."""


@dataclass(frozen=True, slots=True)
class Inside:
    """Somebody is in, as the site's log says."""

    site: str
    zone: str
    since: str
    estimated: bool


@dataclass(frozen=True, slots=True)
class On:
    """A session of today; ``why`` it was cancelled, "" where it was not."""

    title: str
    where: str
    hours: str
    cancelled: bool
    why: str


def routes() -> APIRouter:
    """One's day."""
    router = APIRouter()

    @router.get("/me")
    def me(_asked: Looking) -> Response:
        """What is one's own begins with today."""
        return see(ME)

    @router.get(ME)
    def today(asked: Looking) -> Response:
        """The next booking, where one is, what is on."""
        person = person_of(asked)
        settle(asked)
        with asked.reading() as connection:
            own = asked.viewer.authority
            lines = own_bookings.ending_after(connection, own, asked.at_ms)
            found = [one for one in shown.seen(connection, asked.t, lines[:20], asked.at_ms) if one.state in AHEAD]
            inside = _inside(connection, asked, person)
            on = _on(connection, asked, person)
            offers = [one for one in found if one.state == "offered"]
        coming = [one for one in found if one.state != "offered"]
        return asked.page("me_today.html", next=next(iter(coming), None), offers=offers, inside=inside, on=on)

    return router


def _inside(connection: Connection, asked: Asked, person: str) -> list[Inside]:
    sites = sites_of(asked)
    named = shown.places(connection, sites)
    return [
        Inside(
            named.site(one.site),
            named.resource(one.site, stay.zone),
            asked.t.hour(local(stay.here_ms, named.zone(one.site))),
            stay.estimated,
        )
        for one in standings.standings(connection, t.site.c.id.in_(sites))
        if (stay := one.occupancy.stays.get(person)) is not None
    ]


def _on(connection: Connection, asked: Asked, person: str) -> Sequence[On]:
    """The sessions of one's groups, and those that one trains, that share a moment with the site's local day."""
    s, g, trainer = t.session.c, t.session_group.c, t.session_trainer.c
    own = asked.viewer.authority
    groups = sorted(own.teams | own.cohorts)
    for_them = exists().where(g.site == s.site, g.session == s.id, g.group_id.in_(groups))
    by_them = exists().where(trainer.site == s.site, trainer.session == s.id, trainer.person == person)
    about_now = (s.start_ms < asked.at_ms + DAY_MS) & (s.end_ms > asked.at_ms - DAY_MS)
    query = select(t.session).where(about_now, or_(for_them, by_them)).order_by(s.start_ms, s.site, s.id).limit(50)
    rows = connection.execute(query).all()
    named = shown.places(connection, (row.site for row in rows))
    found = []
    for row in rows:
        zone = named.zone(row.site)
        today = local(asked.at_ms, zone).date()
        if local(row.start_ms, zone).date() <= today <= local(row.end_ms - 1, zone).date():
            place = row.place if row.off_site else named.resource(row.site, row.resource or row.zone)
            where = ", ".join(part for part in (place, "" if row.off_site else named.site(row.site)) if part)
            hours = shown.hours(asked.t, row.start_ms, row.end_ms, zone)
            found.append(On(row.title, where, hours, row.state == "cancelled", row.why))
    return found
