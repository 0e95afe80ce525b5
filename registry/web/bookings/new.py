"""Booking for somebody: whom first, a person found by name or a team or cohort, then where and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Row

from access.clock import HOUR_MS
from access.hours import local
from registry import identity
from registry.bookings import bookings, series, waiting
from registry.edit import Edit
from registry.guard.areas import Area, Verb
from registry.problems import Kind, Problem
from registry.sites import sites
from registry.web.asked import Asked, Looking, Sending
from registry.web.bookings import form as bookings_form
from registry.web.bookings import refused as bookings_refused
from registry.web.bookings import rows as bookings_rows
from registry.web.bookings.form import MOST_PLACES, Place, Said
from registry.web.bookings.refused import NOTHING, Instead
from registry.web.bookings.rows import BOOKINGS
from registry.web.forms import WHOLE, Form, shown_moment
from registry.web.participant import times
from registry.web.participant.own import Did
from registry.web.people import rows as people_rows
from registry.web.reaching import check_site, sites_where
from registry.web.sites import closures_rows

NEW = f"{BOOKINGS}-new"
Text = Annotated[str, Query(max_length=120)]
Ident = Annotated[str, Query(max_length=32)]


@dataclass(frozen=True, slots=True)
class Holder:
    """For whom: a person or a group (the other is ""), with their name."""

    person: str
    group: str
    name: str


def routes() -> APIRouter:
    """The steps of a new booking."""
    router = APIRouter()

    @router.get(NEW)
    def new(
        asked: Looking,
        site: Ident = "",
        person: Ident = "",
        group: Ident = "",
        resource: Ident = "",
        day: Ident = "",
        q: Text = "",
    ) -> Response:
        """Ask for a site, then for whom, then where and when; what is known already is not asked for."""
        there = _sites(asked)
        if not site and len(there) != 1:
            return asked.page("booking_whom.html", sites=there, site=None, person=person)
        place = place_of(asked, site or there[0].id)
        holder = _holder(asked, place, person, group)
        if holder is None:
            return _whom(asked, place, q.strip(), {"resource": resource, "day": day})
        return _form(asked, place, holder, Form(asked.t, _first(place, resource, day, asked.at_ms)))

    @router.post(NEW)
    def book(asked: Sending) -> Response:
        """Book, once or weekly; or stand in line for it. 422 or 409 with the form where it cannot be."""
        place, form = place_of(asked, asked.fields.get("site", "")), Form(asked.t, asked.fields)
        holder = _holder(asked, place, form.value("person"), form.value("group"))
        if holder is None:
            return _whom(asked, place, "", {})
        said, weeks = bookings_form.read(form, place), bookings_form.weeks_of(form)
        places = form.figure("places", 1, MOST_PLACES)
        if not form.wrong and said.span.end_ms <= asked.at_ms:
            form.refuse("end", "me.wrong.past")
        if form.wrong:
            return _form(asked, place, holder, form)
        waits = form.value("do") == "wait"
        try:
            with asked.editing() as edit:
                if waits:
                    path = _wait(asked, edit, place, holder, said)
                else:
                    path = _book(asked, edit, place, holder, (said, weeks, places, form.ticked("skip")))
        except Problem as problem:
            instead = bookings_refused.refuse(form, problem, place.resources, place.zone)
            return _form(asked, place, holder, form, instead, problem)
        return asked.see(path, "success", asked.t("bookings.done.waits" if waits else "bookings.done.booked"))

    return router


def _sites(asked: Asked) -> Sequence[Row[Any]]:
    allowed = sites_where(asked, Area.BOOKINGS, Verb.WRITE)
    with asked.reading() as connection:
        return closures_rows.sites_of(connection, allowed)


def place_of(asked: Asked, site: str) -> Place:
    """A site whose bookings the viewer may write. Raises NotYours or Problem."""
    check_site(asked, site, Area.BOOKINGS, Verb.WRITE)
    waiting.settle_now(asked.face.shared.database, site, asked.at_ms)
    with asked.reading() as connection:
        found = sites.site(connection, site)
        return Place(found, {row.id: row for row in bookings_rows.resources_of(connection, site)})


def _holder(asked: Asked, place: Place, person: str, group: str) -> Holder | None:
    """Somebody who is known at the site, or one of its groups; None where it is neither."""
    if bool(person) == bool(group):
        return None
    with asked.reading() as connection:
        if group:
            name = dict(bookings_rows.groups_of(connection, place.site.id)).get(group)
        else:
            found = people_rows.of_ids(connection, [person], frozenset({place.site.id}))
            name = found[0].name if found else None
    return None if name is None else Holder(person, group, name)


def _whom(asked: Asked, place: Place, words: str, kept: dict[str, str]) -> Response:
    """The people of the site who go by some words, and its teams and cohorts."""
    with asked.reading() as connection:
        here = frozenset({place.site.id})
        people = people_rows.found(connection, here, None, asked.at_ms, words=words, state="in-force", sort="name")
        groups = bookings_rows.groups_of(connection, place.site.id)
    return asked.page(
        "booking_whom.html",
        sites=(),
        site=place.site,
        people=people if words else None,
        groups=groups,
        q=words,
        kept=kept,
    )


def _first(place: Place, resource: str, day: str, at_ms: int) -> dict[str, str]:
    """What the form proposes: the next hour of today, or the morning of another day."""
    here = local(at_ms, place.zone)
    found: date = times.read_day(day) or here.date()
    if found == here.date():
        start_ms = (at_ms // HOUR_MS + 1) * HOUR_MS
    else:
        start_ms = times.moment(max(found, here.date() - timedelta(1)), time(9), place.zone)
    shown = {"start": shown_moment(start_ms, place.zone), "end": shown_moment(start_ms + HOUR_MS, place.zone)}
    return {"resource": resource, **shown, "weeks": "1"}


def _form(
    asked: Asked, place: Place, holder: Holder, form: Form, instead: Instead = NOTHING, problem: Problem | None = None
) -> Response:
    status = problem.kind.status if problem is not None else 422 if form.wrong else 200
    return asked.page(
        "booking_new.html",
        status=status,
        site=place.site,
        holder=holder,
        form=form,
        whole=form.says(WHOLE),
        resources=place.choices,
        weeks=bookings_form.week_choices(form),
        instead=instead,
        can_wait=problem is not None and problem.kind is Kind.BOOKING_CONFLICT and form.value("weeks") == "1",
    )


def _book(asked: Asked, edit: Edit, place: Place, holder: Holder, wanted: tuple[Said, int, int | None, bool]) -> str:
    """Book; the path of the first booking. Raises Problem."""
    said, weeks, places, skip = wanted
    ident, site, by = identity.new_id(), place.site.id, asked.viewer.account
    if weeks == 1:
        span = (said.span.start_ms, said.span.end_ms)
        one = bookings.Wanted(
            said.resource, holder.person, *span, holder.group, places=places, excuse=said.excuse, made_by=by
        )
        first = bookings.book(edit, site, ident, one).id
    else:
        start = local(said.span.start_ms, place.zone).replace(tzinfo=None, microsecond=0)
        length_ms = said.span.end_ms - said.span.start_ms
        rule = f"FREQ=WEEKLY;COUNT={weeks}"
        many = series.NewSeries(
            said.resource,
            holder.person,
            holder.group,
            start,
            length_ms,
            rule,
            places=places,
            excuse=said.excuse,
            skip=skip,
            made_by=by,
        )
        first = series.make(edit, site, ident, many).bookings[0]
    asked.note(edit.connection, Did.BOOKED, first, person=holder.person or None, site=site)
    return f"{BOOKINGS}/{site}/{first}"


def _wait(asked: Asked, edit: Edit, place: Place, holder: Holder, said: Said) -> str:
    """Stand in line for it; the path of the line. Raises Problem."""
    site, ident = place.site.id, identity.new_id()
    hope = waiting.Hope(holder.person, holder.group, said.span.start_ms, said.span.end_ms, said.resource)
    waiting.join(edit, site, ident, hope, asked.viewer.account)
    asked.note(edit.connection, Did.WAITED, ident, person=holder.person or None, site=site)
    return f"{BOOKINGS}-waiting?site={site}"
