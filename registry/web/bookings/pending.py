"""Approving several bookings at once: each that waits with what speaks against it now, each that is chosen one act."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from registry.bookings import bookings
from registry.bookings.pending import doubts
from registry.problems import Problem
from registry.web import trail
from registry.web.asked import Asked, Looking, Sending
from registry.web.bookings import refused as bookings_refused
from registry.web.bookings import rows as bookings_rows
from registry.web.bookings import shown as bookings_shown
from registry.web.bookings.form import Place
from registry.web.bookings.new import place_of
from registry.web.bookings.rows import BOOKINGS
from registry.web.forms import WHOLE, Form

PENDING = f"{BOOKINGS}-pending"
ONE = "one-"


def routes() -> APIRouter:
    """The page of what awaits approval, and its step."""
    router = APIRouter()

    @router.get(PENDING)
    def listed(asked: Looking, site: Annotated[str, Query(max_length=32)]) -> Response:
        """List what awaits approval at a site, the first to begin first, and what speaks against each."""
        return _page(asked, place_of(asked, site), Form(asked.t))

    @router.post(PENDING)
    def approve(asked: Sending) -> Response:
        """Approve those that are chosen, wholly or not at all. 409 or 422 with the page where one cannot be."""
        place, form = place_of(asked, asked.fields.get("site", "")), Form(asked.t, asked.fields)
        chosen = [name.removeprefix(ONE) for name in asked.fields if name.startswith(ONE) and form.ticked(name)]
        if not 0 < len(chosen) <= bookings_rows.PENDING_SHOWN:
            form.refuse(WHOLE, "bookings.pending.none_chosen")
            return _page(asked, place, form, 422)
        try:
            with asked.editing() as edit:
                for line in [bookings.approve(edit, place.site.id, ident) for ident in chosen]:
                    what = {"person": line["person"], "site": place.site.id}
                    asked.note(edit.connection, trail.Did.BOOKING_APPROVED, line["id"], **what)
        except Problem:
            form.refuse(WHOLE, "bookings.pending.changed")
            return _page(asked, place, form, 409)
        said = asked.t.number("bookings.pending.done", len(chosen))
        return asked.see(f"{BOOKINGS}?site={place.site.id}", "success", said)

    return router


def _page(asked: Asked, place: Place, form: Form, status: int = 200) -> Response:
    """The page; what speaks against nothing is chosen to begin with."""
    site = place.site.id
    with asked.editing() as edit:
        lines = bookings_rows.pending(edit.connection, site, asked.at_ms)
        held = bookings_shown.held(edit.connection, asked.t, lines, asked.at_ms)
        against = doubts(edit, site, lines)
    rows: list[dict[str, Any]] = [
        {
            "one": one,
            "name": f"{ONE}{one.line['id']}",
            "against": _sentence(asked, against.get(one.line["id"])),
            "chosen": form.ticked(f"{ONE}{one.line['id']}") if form.wrong else one.line["id"] not in against,
        }
        for one in held
    ]
    return asked.page("bookings_pending.html", status=status, site=place.site, rows=rows, whole=form.says(WHOLE))


def _sentence(asked: Asked, problem: Problem | None) -> str:
    return "" if problem is None else bookings_refused.sentence(asked.t, problem)
