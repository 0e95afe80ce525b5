"""Writing hours and visits at the Digital Angels' desk, in a few taps: by the angel, or by staff for them."""

from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response
from sqlalchemy import Row

from access.clock import MINUTE_MS
from access.service import Entry, Ledger
from registry import identity
from registry.attendance import desk_visits, service_hours
from registry.attendance.desk_visits import KINDS, MOST_MINUTES, Visit
from registry.attendance.service_month import places_of, zone_of
from registry.edit import Edit
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.problems import Problem
from registry.web.asked import Asked, Sending
from registry.web.evidence.service_shown import SERVICE, check, chosen, shown
from registry.web.forms import NAME, Form
from registry.web.trail import Did


def routes() -> APIRouter:
    """What the forms of an angel's month post to."""
    router = APIRouter()

    @router.post(f"{SERVICE}/{{person}}/hours")
    def give(asked: Sending, person: Id) -> Response:
        """Write hours into a ledger. 422 with the page where they cannot be."""
        form = Form(asked.t, asked.fields)
        with asked.reading() as connection:
            check(asked, connection, person, Verb.WRITE)
            places = places_of(connection, person)
        site, entry = site_in(form, places), entry_in(form, person, zone_of(places))
        if not form.wrong:
            _tried(asked, form, lambda edit: _give(asked, edit, entry, site))
        if form.wrong:
            return shown(asked, person, chosen(asked, form.value("month")), hours=form)
        return _again(asked, person, form, "service.given")

    @router.post(f"{SERVICE}/{{person}}/visits")
    def visited(asked: Sending, person: Id) -> Response:
        """Write a visit that ended now. 422 with the page where it cannot be."""
        form = Form(asked.t, asked.fields)
        with asked.reading() as connection:
            check(asked, connection, person, Verb.WRITE)
            places = places_of(connection, person)
        site, kind, minutes = site_in(form, places), kind_in(form), minutes_in(form)
        if not form.wrong:
            visit = Visit(identity.new_id(), site, person, kind, minutes, asked.at_ms - minutes * MINUTE_MS)
            _tried(asked, form, lambda edit: _visit(asked, edit, visit))
        if form.wrong:
            return shown(asked, person, chosen(asked, form.value("month")), visit=form)
        return _again(asked, person, form, "service.visited")

    return router


def entry_in(form: Form, person: str, zone: ZoneInfo) -> Entry:
    """The hours that a form says."""
    ledger = form.one_of("ledger", [str(one) for one in Ledger])
    start_ms, end_ms = form.moment("start", zone), form.moment("end", zone)
    if start_ms and end_ms and end_ms <= start_ms:
        form.refuse("end", "wrong.before")
    if start_ms and end_ms - start_ms > service_hours.LONGEST_MS:
        form.refuse("end", "service.too_long")
    note = form.given("note", NAME) or ""
    return Entry(identity.new_id(), person, Ledger(ledger or Ledger.TEAM), start_ms, end_ms, note)


def kind_in(form: Form) -> str:
    """Which kind of visit a form says."""
    return form.one_of("kind", KINDS)


def minutes_in(form: Form) -> int:
    """How many minutes it says."""
    if not form.value("minutes"):
        form.refuse("minutes", "wrong.missing")
    return form.figure("minutes", 1, MOST_MINUTES) or 1


def site_in(form: Form, places: Sequence[Row[*tuple[Any, ...]]]) -> str:
    """Which of a person's sites a form says; the only one needs not be said."""
    known = [row.id for row in places]
    return known[0] if not form.value("site") and len(known) == 1 else form.one_of("site", known)


def _give(asked: Asked, edit: Edit, entry: Entry, site: str) -> None:
    check(asked, edit.connection, entry.person, Verb.WRITE, Area.SERVICE)
    service_hours.add(edit, entry, asked.viewer.account, site)
    asked.note(edit.connection, Did.SERVICE_GIVEN, entry.id, person=entry.person, site=site)


def _visit(asked: Asked, edit: Edit, visit: Visit) -> None:
    check(asked, edit.connection, visit.person, Verb.WRITE, Area.SERVICE)
    desk_visits.add(edit, visit, asked.viewer.account)
    asked.note(edit.connection, Did.VISIT_WRITTEN, visit.id, person=visit.person, site=visit.site)


def _tried(asked: Asked, form: Form, do: Callable[[Edit], None]) -> None:
    """Do an edit; what the registry refuses is told with the form."""
    try:
        with asked.editing() as edit:
            do(edit)
    except Problem as problem:
        form.refused(problem)


def _again(asked: Asked, person: str, form: Form, key: str) -> Response:
    return asked.see(f"{SERVICE}/{person}?month={chosen(asked, form.value('month')).path}", "success", asked.t(key))
