"""People's rights over their data: what they ask about it and how it is answered, all of it to be taken away, and what
they consent to (guarantee P5).
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy import Connection, Row, select, true

from registry import store
from registry.api.answers import Answer
from registry.api.desk import Desk, created, reads, writes
from registry.api.paging import Cursor, Limit, paged
from registry.consents import consents
from registry.consents.consents import By, Word
from registry.edit import Edit
from registry.guard import acts, looks, whose
from registry.guard.acts import Act
from registry.guard.areas import Area, Verb
from registry.guard.looking import looked
from registry.names import Id
from registry.own import archive, archive_file
from registry.people import requests
from registry.people.known_at import known_at
from registry.people.requests import ANSWER_WITHIN_MS, Wish
from registry.problems import Kind, Problem
from registry.registers.papers import words
from registry.retention import erasing
from registry.shapes.rights import ConsentBody, ConsentsShown, DecisionBody, NewRequest, RequestShown
from registry.shapes.shown import PageOf
from registry.tables import core as t

router = APIRouter(prefix="/api/v1", tags=["rights"])
CONSENT = "/people/{person}/consents/{kind}"
GIVEN_OUT = "archive-given-out"
"""What the trail calls it, as the pages do."""
Consent = Annotated[str, Path(max_length=40, description="As the list of consents names it.")]
_R = t.data_request.c


def _shown(row: Row[Any]) -> dict[str, Any]:
    names = ("id", "person", "kind", "said", "asked_ms", "decided_ms", "decided_by", "answer")
    told = {name: getattr(row, name) for name in names}
    return told | {"state": requests.state_of(row), "due_ms": row.asked_ms + ANSWER_WITHIN_MS}


def _request(connection: Connection, ident: str) -> Row[Any]:
    return store.one(connection, t.data_request, _R.id == ident, "request")


@router.get("/data-requests", response_model=PageOf[RequestShown])
def list_requests(
    desk: Annotated[Desk, reads(Area.DATA, whose.ROWS)],
    state: Annotated[
        Literal["all", "waits"], Query(description="Those alone that wait for an answer, or all.")
    ] = "all",
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List what people of one's sites ask about their data, the oldest first."""
    here = known_at(_R.person, desk.sites) & (_R.decided_ms.is_(None) if state == "waits" else true())
    with desk.reading() as connection:
        return paged(connection, select(t.data_request).where(here), [_R.asked_ms, _R.id], cursor, limit, _shown)


@router.get("/data-requests/{request}", response_model=RequestShown)
def read_request(desk: Annotated[Desk, reads(Area.DATA, whose.REQUEST)], request: Id) -> dict[str, Any]:
    """Give one."""
    with desk.reading() as connection:
        return _shown(_request(connection, request))


@router.post("/people/{person}/data-requests", status_code=201, response_model=RequestShown)
def ask(desk: Annotated[Desk, writes(Area.DATA, whose.PERSON)], person: Id, body: NewRequest) -> Response:
    """Ask, for oneself or for whoever asks on paper; three at a time wait at most."""

    def do(edit: Edit) -> Answer:
        store.one(edit.connection, t.person, t.person.c.id == person, "person")
        ident = requests.ask(edit, person, Wish(body.kind), body.said)
        return created(_shown(_request(edit.connection, ident)))

    return desk.edit(do)


@router.post(
    "/data-requests/{request}/decision",
    response_model=RequestShown,
    responses={204: {"description": "They are erased."}},
)
def decide(desk: Annotated[Desk, writes(Area.PEOPLE, whose.REQUEST)], request: Id, body: DecisionBody) -> Response:
    """Answer a request; where it is granted that somebody be erased, they are, and the request with them (204)."""

    def do(edit: Edit) -> Answer:
        row = _request(edit.connection, request)
        requests.decide(edit, request, desk.operator, body.answer, granted=body.granted)
        if not (body.granted and row.kind == Wish.ERASE):
            return Answer(200, _shown(_request(edit.connection, request)))
        desk.check(whose.whole_person(edit.connection, row.person), "person", Area.PEOPLE, Verb.WRITE)
        erasing.erase(edit, row.person, desk.operator)
        return Answer(204, names=False)

    return desk.edit(do)


@router.get("/people/{person}/archive", response_class=Response, responses={200: {"content": {"application/zip": {}}}})
def give_out(
    desk: Annotated[Desk, reads(Area.DATA, whose.WHOLE_PERSON)],
    person: Id,
    form: Annotated[Literal["zip", "json"], Query(description="A ZIP holds a page, CSV files and the JSON.")] = "zip",
) -> Response:
    """Give all that is known of somebody, for them. The look is noted, and that it was given out."""

    def show(connection: Connection, named: set[str]) -> dict[str, archive.Rows]:
        store.one(connection, t.person, t.person.c.id == person, "person")
        if desk.sites is not None and not whose.person(connection, person).sites <= desk.sites:
            raise Problem(Kind.NOT_YOURS, "this person is known at other sites too; ask who may there.")
        named.add(person)
        found = archive.collected(connection, person)
        acts.note(connection, Act(GIVEN_OUT, desk.operator, person=person), at_ms)
        return found

    at_ms = desk.shared.settings.wall_ms()
    tables = looked(desk, looks.ARCHIVE, show)
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="hubout.{form}"'}
    if form == "json":
        return Response(archive_file.as_json(tables, at_ms), headers=headers, media_type="application/json")
    return Response(archive_file.zipped(tables, words(), at_ms), media_type="application/zip", headers=headers)


def _stands(found: Sequence[consents.Stand]) -> dict[str, Any]:
    return {"items": [_stand(one) for one in found]}


_HELD = ("version", "by", "given_ms", "guardian")


def _stand(one: consents.Stand) -> dict[str, Any]:
    given = one.given
    held = (None,) * 4 if given is None else (given.version, given.given_by, given.given_ms, given.guardian)
    text = {"text_version": one.text.version, "italian": one.text.italian, "english": one.text.english}
    return {"kind": one.needs.id, **text, "own": one.own, **dict(zip(_HELD, held, strict=True))}


@router.get("/people/{person}/consents", response_model=ConsentsShown)
def read_consents(desk: Annotated[Desk, reads(Area.DATA, whose.PERSON)], person: Id) -> dict[str, Any]:
    """Say where a person stands with everything that needs a consent, and the text of each."""
    with desk.reading() as connection:
        return _stands(consents.standing(connection, person, desk.shared.settings.wall_ms()))


@router.put(CONSENT, response_model=ConsentsShown)
def give(
    desk: Annotated[Desk, writes(Area.DATA, whose.PERSON)], person: Id, kind: Consent, body: ConsentBody
) -> Response:
    """Consent to the version that was read. A guardian's word is noted by whoever may change people."""

    def do(edit: Edit) -> Answer:
        if By(body.by) is By.GUARDIAN:
            desk.check(whose.person(edit.connection, person), "person", Area.PEOPLE, Verb.WRITE)
        consents.give(edit, person, kind, Word(body.version, By(body.by), body.guardian), desk.operator)
        return Answer(200, _stands(consents.standing(edit.connection, person, edit.at_ms)))

    return desk.edit(do)


@router.delete(CONSENT, status_code=204)
def take_back(desk: Annotated[Desk, writes(Area.DATA, whose.PERSON)], person: Id, kind: Consent) -> Response:
    """Take a consent back; one that does not hold changes nothing."""

    def do(edit: Edit) -> Answer:
        consents.withdraw(edit, person, kind, desk.operator)
        return Answer(204)

    return desk.edit(do)
