"""What staff do with a booking that is there: approve, prolong, end, move; of a series one, some, or all."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response

from access.clock import MINUTE_MS
from access.hours import local
from registry import identity
from registry.bookings import bookings, series, series_edits
from registry.edit import Edit
from registry.names import Id
from registry.own.places import LONGER_BY_MINUTES
from registry.problems import Kind, Problem
from registry.web import trail
from registry.web.asked import Asked, Looking, Sending
from registry.web.bookings import form as bookings_form
from registry.web.bookings import refused as bookings_refused
from registry.web.bookings.form import Place, Said
from registry.web.bookings.new import place_of
from registry.web.bookings.pages import ONE
from registry.web.bookings.refused import NOTHING, Instead
from registry.web.bookings.rows import BOOKINGS
from registry.web.forms import WHOLE, Form, shown_moment
from registry.web.participant.own import Did

SCOPES = ("one", "following", "all")
STANDS = ("pending", "booked")


def routes() -> APIRouter:
    """The steps that keep a booking."""
    router = APIRouter()

    @router.post(f"{ONE}/approve")
    def approve(asked: Sending, site: Id, booking: Id) -> Response:
        """Let what waits for it hold."""
        return _done(asked, site, booking, lambda edit: bookings.approve(edit, site, booking), "approved")

    @router.post(f"{ONE}/longer")
    def longer(asked: Sending, site: Id, booking: Id) -> Response:
        """Prolong it by one of the lengths that are offered."""
        chosen = asked.fields.get("minutes", "")
        known = {str(minutes): minutes for minutes in LONGER_BY_MINUTES}
        if chosen not in known:
            raise Problem(Kind.INVALID, "choose one of the lengths that are offered.")

        def do(edit: Edit) -> object:
            line = bookings.line_of(edit.connection, site, booking, STANDS)
            change = bookings.Change(end_ms=line["end_ms"] + known[chosen] * MINUTE_MS)
            return bookings.change(edit, site, booking, change)

        return _done(asked, site, booking, do, "longer")

    @router.post(f"{ONE}/end")
    def end(asked: Sending, site: Id, booking: Id) -> Response:
        """End it now: its place is free for others."""
        change = bookings.Change(end_ms=asked.at_ms)
        return _done(asked, site, booking, lambda edit: bookings.change(edit, site, booking, change), "ended")

    @router.get(f"{ONE}/move")
    def moving(asked: Looking, site: Id, booking: Id) -> Response:
        """The form of where and when it is."""
        place = place_of(asked, site)
        line = _line(asked, site, booking)
        return _form(asked, place, line, Form(asked.t, _typed(place, line)))

    @router.post(f"{ONE}/move")
    def move(asked: Sending, site: Id, booking: Id) -> Response:
        """Put it elsewhere. 422, 409 or 412 with the form where it cannot be."""
        place, form = place_of(asked, site), Form(asked.t, asked.fields)
        line = _line(asked, site, booking)
        said, scope = bookings_form.read(form, place), _scope(form, line)
        if scope != "one" and not form.wrong and _day(place, said.span.start_ms) != _day(place, line["start_ms"]):
            form.refuse("start", "bookings.wrong.series_day")
        stale = not form.wrong and form.stale(line["revision"])
        if form.wrong:
            return _form(asked, place, line, form, status=412 if stale else 422)
        try:
            with asked.editing() as edit:
                _move(asked, edit, line, said, scope, place)
        except Problem as problem:
            instead = bookings_refused.refuse(form, problem, place.resources, place.zone)
            return _form(asked, place, line, form, instead, problem.kind.status)
        return asked.see(f"{BOOKINGS}/{site}/{booking}", "success", asked.t("bookings.done.moved"))

    return router


def _done(asked: Asked, site: str, ident: str, do: Any, key: str) -> Response:  # noqa: ANN401 -- an edit
    """Do one step, and tell on its page that it is done, or why it is not."""
    place_of(asked, site)
    path = f"{BOOKINGS}/{site}/{ident}"
    try:
        with asked.editing() as edit:
            line = do(edit)
            kind = trail.Did.BOOKING_APPROVED if key == "approved" else Did.CHANGED
            asked.note(edit.connection, kind, ident, person=line["person"], site=site)
    except Problem as problem:
        return asked.see(path, "danger", bookings_refused.sentence(asked.t, problem))
    return asked.see(path, "success", asked.t(f"bookings.done.{key}"))


def _line(asked: Asked, site: str, ident: str) -> dict[str, Any]:
    with asked.reading() as connection:
        return bookings.line_of(connection, site, ident, STANDS)


def _day(place: Place, at_ms: int) -> object:
    return local(at_ms, place.zone).date()


def _scope(form: Form, line: dict[str, Any]) -> str:
    """Of which of a series it is meant; of what is of none there is one."""
    return (form.one_of("scope", SCOPES) or "one") if line["series"] else "one"


def _typed(place: Place, line: dict[str, Any]) -> dict[str, str]:
    return {
        "resource": line["resource"] or "",
        "start": shown_moment(line["start_ms"], place.zone),
        "end": shown_moment(line["end_ms"], place.zone),
        "scope": "one",
        "revision": str(line["revision"]),
    }


def _kept(place: Place, line: dict[str, Any], said: Said) -> Said:
    """What was not touched stays to the millisecond, though a form shows minutes."""
    shown, span = _typed(place, line), said.span
    if shown_moment(span.start_ms, place.zone) == shown["start"]:
        span = replace(span, start_ms=line["start_ms"])
    if shown_moment(span.end_ms, place.zone) == shown["end"]:
        span = replace(span, end_ms=line["end_ms"])
    return replace(said, span=span)


def _move(asked: Asked, edit: Edit, line: dict[str, Any], said: Said, scope: str, place: Place) -> None:
    site, ident = line["site"], line["id"]
    said = _kept(place, line, said)
    span = said.span
    if scope == "one":
        wanted = bookings.Change(span.start_ms, span.end_ms, said.resource, said.excuse)
        bookings.change(edit, site, ident, wanted)
        asked.note(edit.connection, Did.CHANGED, ident, person=line["person"], site=site)
        return
    since = datetime.fromisoformat(line["recurrence"]) if scope == "following" else None
    at = local(span.start_ms, place.zone).time().replace(tzinfo=None)
    many = series.SeriesChange(since, at, span.end_ms - span.start_ms, said.resource, said.excuse)
    series_edits.change(edit, site, line["series"], identity.new_id(), many)
    asked.note(edit.connection, trail.Did.SERIES_CHANGED, line["series"], person=line["person"], site=site)


def _form(
    asked: Asked,
    place: Place,
    line: dict[str, Any],
    form: Form,
    instead: Instead = NOTHING,
    status: int = 200,
) -> Response:
    return asked.page(
        "booking_move.html",
        status=status,
        site=place.site,
        line=line,
        form=form,
        whole=form.says(WHOLE),
        resources=place.choices,
        scopes=[(one, asked.t(f"bookings.scope.{one}")) for one in SCOPES],
        instead=instead,
    )
