"""Giving badges: choose a person and a reader, show the card there, confirm, test; lost ones revoked and replaced."""

from enum import StrEnum

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from registry import identity, store
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.people import badges, calls
from registry.problems import Kind, Problem
from registry.tables import core as t
from registry.web.asked import Asked, Looking, Sending
from registry.web.badges import enrol_rows as rows

HOME = "/enrol"
NEW = "new"
SAID = {
    Kind.IN_USE: "enrol.wrong.busy",
    Kind.INVALID: "enrol.wrong.reader",
    Kind.OUT_OF_TURN: "enrol.wrong.late",
    Kind.EXISTS: "enrol.wrong.taken",
}
"""What a refusal means to whoever stands at a desk."""


class Did(StrEnum):
    """What the audit trail calls what is done here."""

    CALLED = "badge-called"
    CALLED_OFF = "badge-called-off"
    ENROLLED = "badge-enrolled"
    REPLACED = "badge-replaced"
    REVOKED = "badge-revoked"


def routes() -> APIRouter:
    """The pages and their forms."""
    router = APIRouter()

    @router.get(HOME)
    def search(asked: Looking, q: str = "") -> Response:
        """Look somebody up by a part of their name."""
        asked.need(asked.viewer.may(Area.BADGES, Verb.WRITE))
        wanted = q.strip()[:120]
        with asked.reading() as connection:
            found = rows.found(connection, asked.viewer, wanted) if wanted else []
        return asked.page("enrol_search.html", q=wanted, found=found, most=rows.MOST_FOUND)

    @router.get(f"{HOME}/people/{{person}}")
    def of_person(asked: Looking, person: Id, what: str = NEW) -> Response:
        """Somebody's badges, and the form that calls on a reader for one."""
        return _person(asked, person, what)

    @router.post(f"{HOME}/people/{{person}}")
    def call(asked: Sending, person: Id) -> Response:
        """Call on a reader. 422 where it cannot be."""
        return call_on(asked, person, asked.fields.get("what", ""), asked.fields.get("reader", ""))

    @router.get(f"{HOME}/badges/{{badge}}/lost")
    def lost(asked: Looking, badge: Id) -> Response:
        """Ask why a badge is to be revoked."""
        return _lost(asked, badge)

    @router.post(f"{HOME}/badges/{{badge}}/lost")
    def revoke(asked: Sending, badge: Id) -> Response:
        """Revoke it for good; 422 without a reason."""
        why = asked.fields.get("why", "")
        if not why:
            return _lost(asked, badge, 422, wrong=asked.t("enrol.lost.why_missing"))
        with asked.editing() as edit:
            row = store.one(edit.connection, t.badge, t.badge.c.id == badge, "badge")
            rows.need(edit.connection, asked.viewer, row.person)
            badges.revoke(edit, badge)
            asked.note(edit.connection, Did.REVOKED, f"{badge}: {why[:200]}", person=row.person)
        return asked.see(f"{HOME}/people/{row.person}?what=replace:{badge}", "success", asked.t("enrol.lost.done"))

    return router


def _person(asked: Asked, person: str, what: str, status: int = 200, wrong: str = "", reader: str = "") -> Response:
    with asked.reading() as connection:
        row = store.one(connection, t.person, t.person.c.id == person, "person")
        rows.need(connection, asked.viewer, person)
        said = {
            "badges": rows.badges_of(connection, person),
            "readers": rows.readers(connection, asked.viewer),
            "chosen": reader or rows.last_reader(connection, asked.viewer),
            "recent": rows.recent(connection, person, asked.at_ms),
        }
    return asked.page("enrol_person.html", status=status, person=row, what=what, wrong=wrong, **said)


def call_on(asked: Asked, person: str, what: str, reader: str) -> Response:
    """Call on a reader and look at how it goes; 422 with what is wrong beside the field where it cannot be."""
    purpose, _, badge = what.partition(":")
    site, _, at = reader.partition("/")
    ident = identity.new_id()
    try:
        with asked.editing() as edit:
            rows.need(edit.connection, asked.viewer, person, site)
            if purpose == NEW:
                named = calls.Wanted(site, at, calls.Purpose.ENROL, asked.viewer.account, person=person)
            else:
                _check_whose(asked, edit.connection, badge, person)
                named = calls.Wanted(site, at, _purpose(purpose), asked.viewer.account, badge=badge)
            calls.ask(edit, ident, named)
            asked.note(edit.connection, Did.CALLED, f"{named.purpose} {site}/{at}", person=person, site=site)
    except Problem as problem:
        wrong = asked.t(SAID.get(problem.kind, "enrol.wrong.reader"))
        return _person(asked, person, what, 422, wrong, reader)
    return asked.see(f"{HOME}/calls/{ident}")


def _purpose(text: str) -> calls.Purpose:
    try:
        return calls.Purpose(text)
    except ValueError:
        raise Problem(Kind.INVALID, "a badge is enrolled, replaced or tested.") from None


def _check_whose(asked: Asked, connection: Connection, badge: str, person: str) -> None:
    row = store.one(connection, t.badge, t.badge.c.id == badge, "badge")
    asked.need(row.person == person)


def _lost(asked: Asked, badge: str, status: int = 200, wrong: str = "") -> Response:
    with asked.reading() as connection:
        row = store.one(connection, t.badge, t.badge.c.id == badge, "badge")
        rows.need(connection, asked.viewer, row.person)
        person = store.one(connection, t.person, t.person.c.id == row.person, "person")
    return asked.page("enrol_lost.html", status=status, badge=row, person=person, wrong=wrong)
