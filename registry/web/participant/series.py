"""A participant's whole series: what of it is cancelled is listed first, and cancelled by one more step."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Response

from registry.bookings import series_edits
from registry.bookings.rows import Line
from registry.guard.areas import Verb
from registry.names import Id
from registry.own import bookings as own_bookings
from registry.problems import Kind, Problem
from registry.web import trail
from registry.web.asked import Asked, Looking, Sending
from registry.web.bookings import rows as bookings_rows
from registry.web.participant import shown
from registry.web.participant.own import person_of, settle
from registry.web.participant.refused import told

SCOPES = ("all", "following")
SERIES = f"{shown.BOOKINGS}/{{site}}/{{booking}}/series"


def routes() -> APIRouter:
    """What is done with a series as a whole."""
    router = APIRouter()

    @router.get(SERIES)
    def asking(asked: Looking, site: Id, booking: Id, scope: str = "all") -> Response:
        """List what would be cancelled: all that has not begun, or this one and those that follow."""
        line = _line(asked, site, booking)
        meant = scope if scope in SCOPES else "all"
        with asked.reading() as connection:
            ahead = _meant(bookings_rows.of_series(connection, line, asked.at_ms), line, meant)
            found = shown.seen(connection, asked.t, ahead, asked.at_ms)
        back = f"{shown.BOOKINGS}/{site}/{booking}"
        return asked.page("me_series.html", found=found, scope=meant, back=back, line=line)

    @router.post(SERIES)
    def cancel(asked: Sending, site: Id, booking: Id) -> Response:
        """Cancel it; each can be booked again as long as nobody else has its place."""
        line = _line(asked, site, booking, Verb.WRITE)
        since = datetime.fromisoformat(line["recurrence"]) if asked.fields.get("scope") == "following" else None
        path = f"{shown.BOOKINGS}/{site}/{booking}"
        try:
            with asked.editing() as edit:
                own_bookings.one(edit.connection, asked.viewer.authority, site, booking, Verb.WRITE)
                gone = series_edits.cancel(edit, site, line["series"], since)
                asked.note(
                    edit.connection, trail.Did.SERIES_CANCELLED, line["series"], person=asked.viewer.person, site=site
                )
        except Problem as problem:
            return asked.see(path, "danger", told(asked.t, problem))
        return asked.see(shown.BOOKINGS, "success", asked.t.number("me.done.series_cancelled", len(gone)))

    return router


def _line(asked: Asked, site: str, booking: str, verb: Verb = Verb.READ) -> Line:
    """One of one's own bookings that is of a series. Raises NotYours or Problem."""
    person_of(asked)
    settle(asked)
    with asked.reading() as connection:
        line = own_bookings.one(connection, asked.viewer.authority, site, booking, verb)
    if line["series"] is None:
        raise Problem(Kind.NOT_FOUND, "this booking is of no series; list your bookings to see which are.")
    return line


def _meant(ahead: Sequence[Line], line: Line, scope: str) -> list[Line]:
    return [one for one in ahead if scope == "all" or one["recurrence"] >= line["recurrence"]]
