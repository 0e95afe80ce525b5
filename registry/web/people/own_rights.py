"""Erasing somebody, and giving them all that is known of them (guarantee P5)."""

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from registry import store
from registry.guard import asked as decided
from registry.guard import looks, whose
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.problems import Kind, Problem
from registry.retention import erasing
from registry.tables import core as t
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import Form
from registry.web.participant.record import given_out
from registry.web.people.rows import PEOPLE
from registry.web.reaching import is_open
from registry.web.trail import Did

_P = t.person.c


def routes() -> APIRouter:
    """The pages of what concerns the whole of a person."""
    router = APIRouter()

    @router.get(f"{PEOPLE}/{{person}}/erase")
    def may_erase(asked: Looking, person: Id) -> Response:
        """Ask whether somebody is to be erased."""
        return _erasing(asked, person, Form(asked.t))

    @router.post(f"{PEOPLE}/{{person}}/erase")
    def erase(asked: Sending, person: Id) -> Response:
        """Erase them. 422 with the form where it is not confirmed, or a legal hold stops it."""
        form = Form(asked.t, asked.fields)
        if not form.ticked("sure"):
            form.refuse("sure", "wrong.missing")
            return _erasing(asked, person, form)
        try:
            with asked.editing() as edit:
                check_whole(asked, edit.connection, person)
                done = erasing.erase(edit, person, asked.viewer.account)
        except Problem as problem:
            if problem.kind is not Kind.IN_USE:
                raise
            form.refused(problem)
            return _erasing(asked, person, form)
        key = "erase.done_pseudonym" if done.pseudonym else "erase.done"
        return asked.see(PEOPLE, "success", asked.t(key, pseudonym=done.pseudonym))

    @router.post(f"{PEOPLE}/{{person}}/archive")
    def archive(asked: Sending, person: Id) -> Response:
        """Give out all that is known of somebody, for them; that it was looked at is noted."""
        with asked.editing() as edit:
            check_whole(asked, edit.connection, person)
            store.one(edit.connection, t.person, _P.id == person, "person")
            if person != asked.viewer.person:
                looks.note(edit.connection, asked.viewer.account, [person], looks.ARCHIVE, asked.at_ms)
            asked.note(edit.connection, Did.ARCHIVE_GIVEN, person=person)
        return given_out(asked, person)

    return router


def check_whole(asked: Asked, connection: Connection, person: str) -> None:
    """What concerns the whole of a person may be done: at each site that knows them. Raises NotYours or Problem."""
    asked.need(is_open(asked.viewer, Area.PEOPLE, Verb.WRITE))
    of = whose.whole_person(connection, person)
    decided.check(asked.viewer.authority, Area.PEOPLE, Verb.WRITE, of, "person")


def _erasing(asked: Asked, person: str, form: Form) -> Response:
    with asked.reading() as connection:
        check_whole(asked, connection, person)
        row = store.one(connection, t.person, _P.id == person, "person")
    return asked.page("person_erase.html", status=422 if form.wrong else 200, person=row, form=form)
