"""A participant in line: joining it, taking or declining what is offered, stepping out."""

from fastapi import APIRouter, Response

from registry import identity
from registry.bookings import waiting
from registry.names import Id
from registry.own import bookings as own_bookings
from registry.problems import Kind, Problem
from registry.web.asked import Asked, Sending
from registry.web.participant.booked import tapped
from registry.web.participant.own import Did, person_of, settle, sites_of
from registry.web.participant.refused import told
from registry.web.participant.shown import BOOKINGS


def routes() -> APIRouter:
    """What is done in a waiting list."""
    router = APIRouter()
    turn = "/me/waiting/{site}/{entry}"

    @router.post("/me/waiting/{site}")
    def join(asked: Sending, site: Id) -> Response:
        """Stand in line for a resource and a span."""
        return _join(asked, site)

    @router.post(f"{turn}/accept")
    def accept(asked: Sending, site: Id, entry: Id) -> Response:
        """Take what is offered; it is a booking from now on."""
        return _answer(asked, site, entry, Did.TAKEN)

    @router.post(f"{turn}/leave")
    def leave(asked: Sending, site: Id, entry: Id) -> Response:
        """Step out of the line, or decline what is offered."""
        return _answer(asked, site, entry, Did.LEFT)

    return router


def _join(asked: Asked, site: str) -> Response:
    person = person_of(asked)
    settle(asked)
    if site not in sites_of(asked):
        raise Problem(Kind.NOT_FOUND, "there is no such site that admits you.")
    span = tapped(asked.fields.get("span", ""))
    if span is None:
        raise Problem(Kind.INVALID, "choose one of the times that are offered.")
    hope = waiting.Hope(person, "", span.start_ms, span.end_ms, asked.fields.get("resource", ""))
    ident = identity.new_id()
    try:
        with asked.editing() as edit:
            waiting.join(edit, site, ident, hope, asked.viewer.account)
            asked.note(edit.connection, Did.WAITED, ident, person=person, site=site)
    except Problem as problem:
        return asked.see(BOOKINGS, "danger", told(asked.t, problem))
    return asked.see(BOOKINGS, "success", asked.t("me.done.waiting"))


def _answer(asked: Asked, site: str, entry: str, did: Did) -> Response:
    person = person_of(asked)
    settle(asked)
    try:
        with asked.editing() as edit:
            own_bookings.turn(edit.connection, asked.viewer.authority, site, entry)
            if did is Did.TAKEN:
                waiting.accept(edit, site, entry, asked.viewer.account)
            else:
                waiting.leave(edit, site, entry)
            asked.note(edit.connection, did, entry, person=person, site=site)
    except Problem as problem:
        if problem.kind is Kind.NOT_FOUND:
            raise
        return asked.see(BOOKINGS, "danger", told(asked.t, problem))
    key = "taken" if did is Did.TAKEN else "left"
    return asked.see(BOOKINGS, "success", asked.t(f"me.done.{key}"))
