"""Taking a booking back with a reason, or refusing one that awaits approval; booking again what was cancelled; and the
waiting list of a site.
"""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from registry import identity
from registry.bookings import bookings, series_edits, waiting
from registry.edit import Edit
from registry.guard.areas import Area
from registry.names import Id
from registry.own import bookings as own_bookings
from registry.problems import Kind, Problem
from registry.sites import live
from registry.web import trail
from registry.web.asked import Asked, Looking, Sending
from registry.web.bookings import rows as bookings_rows
from registry.web.bookings import shown as bookings_shown
from registry.web.bookings.edit import SCOPES
from registry.web.bookings.new import place_of
from registry.web.bookings.pages import ONE
from registry.web.bookings.refused import sentence
from registry.web.bookings.rows import BOOKINGS
from registry.web.forms import NAME, WHOLE, Form
from registry.web.participant.bookings import wanted_again
from registry.web.participant.own import Did
from registry.web.reaching import check_site, sites_where
from registry.web.sites import closures_rows

WAITING = f"{BOOKINGS}-waiting"
"""Who stands in line at a site."""


def routes() -> APIRouter:
    """The steps that take a booking back, and those of the waiting list."""
    router = APIRouter()

    @router.get(f"{ONE}/cancel")
    def asking(asked: Looking, site: Id, booking: Id) -> Response:
        """Ask for the reason, and of a series for how much of it."""
        place_of(asked, site)
        return _form(asked, site, booking, Form(asked.t, {"scope": "one"}))

    @router.post(f"{ONE}/cancel")
    def cancel(asked: Sending, site: Id, booking: Id) -> Response:
        """Cancel, or refuse what awaits approval. 422 or 409 with the form where it cannot be."""
        place_of(asked, site)
        form = Form(asked.t, asked.fields)
        reason, scope = form.needed("reason", NAME), form.value("scope")
        scope = scope if scope in SCOPES else "one"
        if form.wrong:
            return _form(asked, site, booking, form)
        try:
            with asked.editing() as edit:
                count = _cancel(asked, edit, site, booking, scope, reason)
        except Problem as problem:
            if problem.kind is Kind.NOT_FOUND:
                raise
            form.refused(problem)
            return _form(asked, site, booking, form, problem.kind.status)
        return asked.see(f"{BOOKINGS}/{site}/{booking}", "success", asked.t.number("bookings.done.cancelled", count))

    @router.post(f"{ONE}/again")
    def again(asked: Sending, site: Id, booking: Id) -> Response:
        """Book what was cancelled again."""
        place_of(asked, site)
        path = f"{BOOKINGS}/{site}/{booking}"
        try:
            with asked.editing() as edit:
                line = bookings.line_of(edit.connection, site, booking, ("cancelled",))
                new = bookings.book(edit, site, identity.new_id(), wanted_again(asked, line))
                asked.note(edit.connection, Did.BOOKED, new.id, person=line["person"], site=site)
        except Problem as problem:
            return asked.see(path, "danger", sentence(asked.t, problem))
        return asked.see(f"{BOOKINGS}/{site}/{new.id}", "success", asked.t("me.done.again"))

    _more(router)
    return router


def _more(router: APIRouter) -> None:
    """The steps of the waiting list."""

    @router.get(WAITING)
    def line(asked: Looking, site: Annotated[str, Query(max_length=32)] = "") -> Response:
        """List who stands in line at one of the viewer's sites, and to whom something is offered."""
        allowed = sites_where(asked, Area.BOOKINGS)
        with asked.reading() as connection:
            there = closures_rows.sites_of(connection, allowed)
        if not there:
            return asked.page("no_site.html", title="bookings.title")
        return _waiting(asked, site or there[0].id, [(row.id, row.name) for row in there])

    @router.post(f"{WAITING}/{{site}}/{{entry}}/accept")
    def accept(asked: Sending, site: Id, entry: Id) -> Response:
        """Take what is offered, for whom it is offered to."""
        return _answer(asked, site, entry, Did.TAKEN)

    @router.post(f"{WAITING}/{{site}}/{{entry}}/leave")
    def leave(asked: Sending, site: Id, entry: Id) -> Response:
        """Take somebody out of the line, or decline what is offered to them."""
        return _answer(asked, site, entry, Did.LEFT)


def _cancel(asked: Asked, edit: Edit, site: str, ident: str, scope: str, reason: str) -> int:
    """Cancel as much as is meant; how many bookings that were. Raises Problem."""
    line = bookings.line_of(edit.connection, site, ident)
    whom = {"person": line["person"], "site": site}
    if line["series"] and scope != "one":
        since = datetime.fromisoformat(line["recurrence"]) if scope == "following" else None
        gone = series_edits.cancel(edit, site, line["series"], since)
        asked.note(edit.connection, trail.Did.SERIES_CANCELLED, f"{line['series']}: {reason}", **whom)
        return len(gone)
    if line["state"] == "pending":
        bookings.reject(edit, site, ident)
        asked.note(edit.connection, trail.Did.BOOKING_REFUSED, f"{ident}: {reason}", **whom)
    else:
        bookings.cancel(edit, site, ident)
        asked.note(edit.connection, Did.CANCELLED, f"{ident}: {reason}", **whom)
    return 1


def _form(asked: Asked, site: str, ident: str, form: Form, status: int = 422) -> Response:
    with asked.reading() as connection:
        line = bookings.line_of(connection, site, ident)
        ahead = bookings_rows.of_series(connection, line, asked.at_ms)
        one, *rest = bookings_shown.held(connection, asked.t, [line, *ahead], asked.at_ms)
    return asked.page(
        "booking_cancel.html",
        status=status if form.wrong else 200,
        one=one,
        series=rest,
        form=form,
        whole=form.says(WHOLE),
        scopes=[(key, asked.t(f"bookings.scope.{key}")) for key in SCOPES],
    )


def _waiting(asked: Asked, site: str, choices: list[tuple[str, str]]) -> Response:
    check_site(asked, site, Area.BOOKINGS)
    place = place_of(asked, site)
    with asked.reading() as connection:
        rows = bookings_rows.in_line(connection, site, asked.at_ms)
        names: dict[str, Any] = dict(live.names_of(connection, sorted({row.person for row in rows if row.person})))
        names |= own_bookings.group_names(connection, [row.group_id for row in rows if row.group_id])
    return asked.page(
        "bookings_waiting.html", site=place.site, choices=choices, rows=rows, names=names, resources=place.resources
    )


def _answer(asked: Asked, site: str, entry: str, did: Did) -> Response:
    place_of(asked, site)
    path = f"{WAITING}?site={site}"
    try:
        with asked.editing() as edit:
            one = waiting.one_waiting(edit.connection, site, entry)
            if did is Did.TAKEN:
                waiting.accept(edit, site, entry, asked.viewer.account)
            else:
                waiting.leave(edit, site, entry)
            asked.note(edit.connection, did, entry, person=one.person, site=site)
    except Problem as problem:
        return asked.see(path, "danger", sentence(asked.t, problem))
    return asked.see(path, "success", asked.t("bookings.done.taken" if did is Did.TAKEN else "bookings.done.left"))
