"""A call on a reader at the pages: how it stands, confirming and cancelling it, asking again."""

from fastapi import APIRouter, Response

from registry import identity
from registry.names import Id
from registry.people import badges, calls
from registry.problems import Problem
from registry.web.asked import Asked, Looking, Sending
from registry.web.badges import enrol_rows as rows
from registry.web.badges.enrol_pages import HOME, NEW, SAID, Did, call_on


def routes() -> APIRouter:
    """A call's page and its forms."""
    router = APIRouter()

    @router.get(f"{HOME}/calls/{{call}}")
    def progress(asked: Looking, call: Id) -> Response:
        """How a call stands, and what is to be done next."""
        with asked.reading() as connection:
            told_now = rows.telling(connection, asked.viewer, call, asked.at_ms)
        return asked.page("enrol_call.html", call=told_now, minutes=rows.minutes_left)

    @router.post(f"{HOME}/calls/{{call}}/confirm")
    def confirm(asked: Sending, call: Id) -> Response:
        """Enrol the card that was read."""
        return _confirm(asked, call)

    @router.post(f"{HOME}/calls/{{call}}/cancel")
    def cancel(asked: Sending, call: Id) -> Response:
        """Wait no more, and go back to the person."""
        with asked.editing() as edit:
            row = calls.one(edit.connection, call)
            rows.need(edit.connection, asked.viewer, row.person, row.site)
            if row.state != calls.State.DONE:
                calls.cancel(edit, call)
                asked.note(
                    edit.connection, Did.CALLED_OFF, f"{row.site}/{row.reader}", person=row.person, site=row.site
                )
        return asked.see(f"{HOME}/people/{row.person}")

    @router.post(f"{HOME}/calls/{{call}}/again")
    def again(asked: Sending, call: Id) -> Response:
        """Call on the same reader for the same; after an enrolment, for a test of the badge that was made."""
        with asked.reading() as connection:
            row = rows.telling(connection, asked.viewer, call, asked.at_ms).row
        what = NEW if row.purpose == calls.Purpose.ENROL else f"{row.purpose}:{row.badge}"
        return call_on(asked, row.person, f"test:{row.made}" if row.made else what, f"{row.site}/{row.reader}")

    return router


def _confirm(asked: Asked, call: str) -> Response:
    path, made = f"{HOME}/calls/{call}", identity.new_id()
    terms = badges.Terms(long_pulse=asked.fields.get("long") == "yes")
    try:
        with asked.editing() as edit:
            row = calls.one(edit.connection, call)
            rows.need(edit.connection, asked.viewer, row.person, row.site)
            calls.confirm(edit, call, made, terms)
            did = Did.REPLACED if row.purpose == calls.Purpose.REPLACE else Did.ENROLLED
            asked.note(edit.connection, did, made, person=row.person, site=row.site)
    except Problem as problem:
        return asked.see(path, "warning", asked.t(SAID.get(problem.kind, "enrol.wrong.late")))
    return asked.see(path)
