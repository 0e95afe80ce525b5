"""Booking in three taps: that one wants to, where, when. What is free is shown first, whatever is chosen after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from access.hours import local
from access.spans import Span
from pages.languages import Words
from registry.names import Id
from registry.own import places as own_places
from registry.own.places import Choice, Place
from registry.problems import Kind, Problem
from registry.web.asked import Asked, Looking, Sending
from registry.web.participant import booked, shown, times
from registry.web.participant.own import BOOK, person_of, settle, sites_of

DAYS_SHOWN = 7
Day = Annotated[str, Query(max_length=10)]


@dataclass(frozen=True, slots=True)
class Free:
    """A place in words: when it is free, "" where it is not on this day."""

    id: str
    kind: str
    name: str
    free: str


@dataclass(frozen=True, slots=True)
class DayLink:
    """A day that can be looked at."""

    iso: str
    name: str


def routes() -> APIRouter:
    """What is free, when a place is, and booking it."""
    router = APIRouter()

    @router.get(BOOK)
    def free(asked: Looking, site: Annotated[str, Query(max_length=32)] = "", day: Day = "") -> Response:
        """What is free on a day at one of the sites that admit one."""
        person = person_of(asked)
        settle(asked)
        sites = sites_of(asked)
        if not sites:
            return asked.page("me_book.html", sites=(), at="", places=(), days=(), day="", barred="")
        at = site if site in sites else sites[0]
        return _free(asked, person, at, day)

    @router.get(f"{BOOK}/{{site}}/{{resource}}")
    def when(asked: Looking, site: Id, resource: Id, day: Day = "") -> Response:
        """When a place is free on a day."""
        return _when(asked, site, resource, day)

    @router.post(f"{BOOK}/{{site}}/{{resource}}")
    def book(asked: Sending, site: Id, resource: Id) -> Response:
        """Book it."""
        person_of(asked)
        settle(asked)
        if site not in sites_of(asked):
            raise Problem(Kind.NOT_FOUND, "there is no such site that admits you.")
        outcome = booked.book(asked, site, resource)
        if isinstance(outcome, booked.Wrong):
            return _when(asked, site, resource, asked.fields.get("day", ""), outcome)
        return outcome

    return router


def _free(asked: Asked, person: str, at: str, day: str) -> Response:
    with asked.reading() as connection:
        named = shown.places(connection, sites_of(asked))
        zone = named.zone(at)
        chosen = times.day_of(day, asked.at_ms, zone)
        found = own_places.choice(connection, at, person, times.within(chosen, zone), asked.at_ms)
    days = _days(asked.t, local(asked.at_ms, zone).date())
    places = [
        Free(one.resource.id, one.resource.kind, one.resource.name, _reads(asked.t, one, found)) for one in found.places
    ]
    return asked.page(
        "me_book.html",
        sites=[(ident, name) for ident, (name, _) in named.sites.items()],
        at=at,
        places=sorted(places, key=lambda one: not one.free),
        days=days,
        day=chosen.isoformat(),
        barred=_barred(found, asked.at_ms),
    )


def _days(words: Words, today: date) -> list[DayLink]:
    days = (today + timedelta(n) for n in range(DAYS_SHOWN))
    return [DayLink(one.isoformat(), words("me.book.today") if one == today else words.day(one)) for one in days]


def _reads(words: Words, place: Place, found: Choice) -> str:
    zone = found.house.zone
    long = (span for span in place.free if span.end_ms - span.start_ms >= times.SHORTEST_MS)
    return ", ".join(shown.hours(words, span.start_ms, span.end_ms, zone) for span in long)


def _barred(found: Choice, now_ms: int) -> str:
    """Why this person cannot book at all now; "" where they can."""
    holder = found.holder
    if holder.suspended:
        return "suspended"
    if holder.training_due_ms is not None and holder.training_due_ms <= now_ms:
        return "overdue"
    return "validity" if holder.valid_until_ms is not None and holder.valid_until_ms <= now_ms else ""


def _when(asked: Asked, site: str, resource: str, day: str, wrong: booked.Wrong = booked.NOTHING) -> Response:
    person = person_of(asked)
    settle(asked)
    if site not in sites_of(asked):
        raise Problem(Kind.NOT_FOUND, "there is no such site that admits you.")
    with asked.reading() as connection:
        named = shown.places(connection, [site])
        zone = named.zone(site)
        chosen = times.day_of(day, asked.at_ms, zone)
        found = own_places.choice(connection, site, person, times.within(chosen, zone), asked.at_ms)
        teams = booked.teams(connection, asked.viewer.authority)
    place = next((one for one in found.places if one.resource.id == resource), None)
    if place is None:
        raise Problem(Kind.NOT_FOUND, "there is no such place that is open to you.")
    spans = times.choices(place.free, chosen, asked.at_ms, zone)
    return asked.page(
        "me_when.html",
        status=wrong.status,
        site=site,
        site_name=named.site(site),
        resource=place.resource,
        day=chosen.isoformat(),
        day_name=asked.t.date(chosen),
        days=_days(asked.t, local(asked.at_ms, zone).date()),
        choices=_offered(asked.t, spans, found),
        teams=teams,
        weeks=booked.WEEKS,
        typed=asked.fields,
        wrong=wrong,
        barred=_barred(found, asked.at_ms),
    )


def _offered(words: Words, spans: Sequence[Span], found: Choice) -> list[tuple[str, str]]:
    zone = found.house.zone
    return [(f"{one.start_ms}-{one.end_ms}", shown.hours(words, one.start_ms, one.end_ms, zone)) for one in spans]
