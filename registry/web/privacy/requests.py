"""What people ask about their data, to be corrected or erased, and deciding it (guarantee P5)."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, Row, select, true

from registry import store
from registry.api.paging import Cursor
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.people import requests
from registry.people.known_at import known_at
from registry.people.requests import ANSWER_WITHIN_MS, Wish
from registry.problems import Kind, Problem
from registry.retention import erasing
from registry.tables import core as t
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import TEXT, Form
from registry.web.listing import listed
from registry.web.people.own_rights import check_whole
from registry.web.reaching import check_person, sites_where
from registry.web.trail import Did

REQUESTS = "/requests"
_R, _P = t.data_request.c, t.person.c
Choice = Annotated[str, Query(max_length=8)]


def routes() -> APIRouter:
    """The pages of people's rights over their data."""
    router = APIRouter()

    @router.get(REQUESTS)
    def all_of(asked: Looking, past: Choice = "", after: Cursor = None) -> Response:
        """List what people of the viewer's sites ask for: what waits, or all."""
        sites = sites_where(asked, Area.PEOPLE, Verb.WRITE)
        query = select(t.data_request, _P.name).join(t.person, _P.id == _R.person)
        query = query.where(known_at(_R.person, sites), true() if past else _R.decided_ms.is_(None))
        with asked.reading() as connection:
            found = listed(connection, query, [_R.asked_ms, _R.id], after, REQUESTS, {"past": "1" if past else ""})
        states = {row.id: requests.state_of(row) for row in found.rows}
        return asked.page("requests.html", listed=found, states=states, within_ms=ANSWER_WITHIN_MS)

    @router.get(f"{REQUESTS}/{{request}}")
    def one(asked: Looking, request: Id) -> Response:
        """Show one, and the form that answers it."""
        return _page(asked, request, Form(asked.t))

    @router.post(f"{REQUESTS}/{{request}}")
    def answer(asked: Sending, request: Id) -> Response:
        """Answer it; where it is granted that somebody be erased, they are. 422 with the form where it cannot be."""
        form = Form(asked.t, asked.fields)
        granted = form.one_of("decision", ("grant", "refuse")) == "grant"
        said = form.needed("answer", TEXT)
        if form.wrong:
            return _page(asked, request, form)
        try:
            with asked.editing() as edit:
                row = _row(asked, edit.connection, request)
                requests.decide(edit, request, asked.viewer.account, said, granted=granted)
                if granted and row.kind == Wish.ERASE:
                    check_whole(asked, edit.connection, row.person)
                    erasing.erase(edit, row.person, asked.viewer.account)
                else:
                    what = f"{row.kind} {'granted' if granted else 'refused'}"
                    asked.note(edit.connection, Did.REQUEST_ANSWERED, what, person=row.person)
        except Problem as problem:
            if problem.kind is Kind.NOT_FOUND:
                raise
            form.refused(problem)
            return _page(asked, request, form)
        return asked.see(REQUESTS, "success", asked.t("requests.answered"))

    return router


def _row(asked: Asked, connection: Connection, ident: str) -> Row[Any]:
    row = store.one(connection, t.data_request, _R.id == ident, "request")
    check_person(asked, connection, row.person, Area.PEOPLE, Verb.WRITE)
    return row


def _page(asked: Asked, ident: str, form: Form) -> Response:
    with asked.reading() as connection:
        row = _row(asked, connection, ident)
        person = store.one(connection, t.person, _P.id == row.person, "person")
    said = {"row": row, "person": person, "state": requests.state_of(row), "due_ms": row.asked_ms + ANSWER_WITHIN_MS}
    return asked.page("request.html", status=422 if form.wrong else 200, form=form, **said)
