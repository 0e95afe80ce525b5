"""Consents: a person's own, and what staff note of a person's or a guardian's word."""

from fastapi import APIRouter, Response

from registry import store
from registry.consents import consents
from registry.consents.consents import By, Word
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.problems import Problem
from registry.tables import core as t
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import NAME, Form
from registry.web.participant.own import person_of
from registry.web.people.rows import PEOPLE
from registry.web.reaching import check_person
from registry.web.trail import Did

MINE = "/me/consents"
OF_PERSON = f"{PEOPLE}/{{person}}/consents"


def routes() -> APIRouter:
    """The pages of consents."""
    router = APIRouter()

    @router.get(MINE)
    def mine(asked: Looking) -> Response:
        """One's own."""
        return _page(asked, person_of(asked), MINE)

    @router.post(MINE)
    def decide(asked: Sending) -> Response:
        """Give one, or take it back. 422 where it cannot be."""
        return _decided(asked, person_of(asked), MINE, By.PERSON)

    @router.get(OF_PERSON)
    def theirs(asked: Looking, person: Id) -> Response:
        """A person's, for staff."""
        with asked.reading() as connection:
            check_person(asked, connection, person, Area.PEOPLE)
        return _page(asked, person, f"{PEOPLE}/{person}/consents")

    @router.post(OF_PERSON)
    def note(asked: Sending, person: Id) -> Response:
        """Note what a person, or their guardian, said on paper."""
        with asked.reading() as connection:
            check_person(asked, connection, person, Area.PEOPLE, Verb.WRITE)
        by = By.GUARDIAN if asked.fields.get("by") == By.GUARDIAN else By.PERSON
        return _decided(asked, person, f"{PEOPLE}/{person}/consents", by)

    return router


def _page(asked: Asked, person: str, path: str, detail: str = "", form: Form | None = None) -> Response:
    with asked.reading() as connection:
        row = store.one(connection, t.person, t.person.c.id == person, "person")
        stands = consents.standing(connection, person, asked.at_ms)
    said = {"person": row, "stands": stands, "own": path == MINE, "action": path, "detail": detail}
    wrong = bool(detail) or form is not None
    return asked.page("consents_of.html", status=422 if wrong else 200, form=form or Form(asked.t), **said)


def _decided(asked: Asked, person: str, path: str, by: By) -> Response:
    kind, form = asked.fields.get("kind", ""), Form(asked.t, asked.fields)
    version = form.figure("version", 1, 9_999) or 0
    guardian = form.needed("guardian", NAME) if by is By.GUARDIAN and asked.fields.get("do") != "withdraw" else ""
    if form.wrong:
        return _page(asked, person, path, form=form)
    try:
        with asked.editing() as edit:
            if asked.fields.get("do") == "withdraw":
                consents.withdraw(edit, person, kind, asked.viewer.account)
                asked.note(edit.connection, Did.CONSENT_WITHDRAWN, kind[:32], person=person)
            else:
                consents.give(edit, person, kind, Word(version, by, guardian), asked.viewer.account)
                asked.note(edit.connection, Did.CONSENT_GIVEN, f"{kind} {version} {by}", person=person)
    except Problem as problem:
        return _page(asked, person, path, str(problem))
    return asked.see(path, "success", asked.t("consents.noted"))
