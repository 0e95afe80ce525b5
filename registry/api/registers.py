"""Attendance registers: opened, read, corrected, closed by two, and given out as files."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, select

from access.register import SALT_BYTES, Part
from access.register_words import Refused
from registry import identity, store
from registry.api.answers import Answer
from registry.api.desk import Desk, reads, writes
from registry.api.paging import Cursor, Limit, page_of
from registry.edit import Edit
from registry.guard import looks, whose
from registry.guard.areas import Area
from registry.guard.looking import looked
from registry.names import Id
from registry.problems import Kind, Problem
from registry.registers import beside, editions, keeping, papers, scopes
from registry.registers.editions import Edition
from registry.registers.keeping import Signer, Word
from registry.registers.reading import Author
from registry.registers.refused import sentence
from registry.registers.scopes import Course, Scope
from registry.shapes.registers import (
    ClosingBody,
    CorrectionBody,
    FormName,
    NewRegister,
    ReadAnew,
    RegisterListed,
    RegisterShown,
)
from registry.shapes.shown import PageOf
from registry.shapes.shown_registers import listed, shown
from registry.tables import core as t

router = APIRouter(prefix="/api/v1", tags=["registers"])
ONE = "/sites/{site}/registers/{register}"
Number = Annotated[int | None, Query(ge=1, le=1_000_000, description="An edition; without it, the last.")]


def author_of(desk: Desk, connection: Connection) -> Author:
    """In whose name a request is done."""
    return keeping.author_of(connection, desk.operator, desk.operator)


def _answer(connection: Connection, scope: Scope, status: int = 200) -> Answer:
    now = scopes.one(connection, scope.site, scope.id)
    return Answer(status, listed(now), now.revision)


@router.get("/sites/{site}/registers", response_model=PageOf[RegisterListed])
def read_registers(
    desk: Annotated[Desk, reads(Area.ATTENDANCE, whose.SITE)], site: Id, cursor: Cursor = None, limit: Limit = 100
) -> dict[str, Any]:
    """List a site's registers, by number."""
    with desk.reading() as connection:
        store.one(connection, t.site, t.site.c.id == site, "site")
        found = select(t.register).where(t.register.c.site == site)
        rows, more = page_of(connection, found, [t.register.c.number], cursor, limit)
        return {"items": [listed(scopes.scope_of(row)) for row in rows], "next": more}


@router.post("/sites/{site}/registers", status_code=201, response_model=RegisterListed)
def open_course(desk: Annotated[Desk, writes(Area.ATTENDANCE, whose.SITE)], site: Id, body: NewRegister) -> Response:
    """Open the register of a programme's sessions, read from the logs."""
    course = Course(**body.model_dump())

    def do(edit: Edit) -> Answer:
        author = author_of(desk, edit.connection)
        scope = keeping.open_course(edit, identity.new_id(), site, course, author, salt)
        return _answer(edit.connection, scope, 201)

    return desk.edit(do)


@router.put("/sites/{site}/sessions/{session}/register", response_model=RegisterListed)
def open_session(desk: Annotated[Desk, writes(Area.ATTENDANCE, whose.REGISTER)], site: Id, session: Id) -> Response:
    """Open the register of a session, read from the logs; the one that there is, where it was opened before."""

    def do(edit: Edit) -> Answer:
        author = author_of(desk, edit.connection)
        scope = keeping.open_session(edit, identity.new_id(), site, session, author, salt)
        return _answer(edit.connection, scope)

    return desk.edit(do)


@router.get(ONE, response_model=RegisterShown)
def read_register(
    desk: Annotated[Desk, reads(Area.ATTENDANCE, whose.KEPT_REGISTER)], site: Id, register: Id, edition: Number = None
) -> Response:
    """Give an edition of a register, whole. The looks are noted."""

    def show(connection: Connection, named: set[str]) -> Response:
        scope = scopes.one(connection, site, register)
        held = editions.edition(connection, scope, edition or scope.edition)
        named.update(editions.people(held.said))
        late = editions.is_late(connection, scope, held, desk.shared.settings.wall_ms())
        return desk.show(shown(scope, held, beside.differing(connection, scope, held), late=late), scope.revision)

    answer: Response = looked(desk, looks.ATTENDANCE, show)
    return answer


@router.get(f"{ONE}/file", response_class=Response, responses={200: {"content": {"application/pdf": {}}}})
def give_out(
    desk: Annotated[Desk, reads(Area.ATTENDANCE, whose.KEPT_REGISTER)],
    site: Id,
    register: Id,
    form: FormName = "pdf",
    edition: Number = None,
) -> Response:
    """Give an edition as a file: ``json``, which can be verified, or a ``pdf`` that carries it; ``csv``, ``excel``,
    ``xlsx``. The looks are noted.
    """

    def show(connection: Connection, named: set[str]) -> Edition:
        scope = scopes.one(connection, site, register)
        held = editions.edition(connection, scope, edition or scope.edition)
        named.update(editions.people(held.said))
        return held

    held: Edition = looked(desk, looks.ATTENDANCE, show)
    return papers.answered(held, form)


@router.post(f"{ONE}/readings", response_model=RegisterListed)
def read_anew(
    desk: Annotated[Desk, writes(Area.ATTENDANCE, whose.KEPT_REGISTER)], site: Id, register: Id, body: ReadAnew
) -> Response:
    """Begin another edition, as the logs say it now; it names the hash that the one before ends with."""

    def do(edit: Edit) -> Answer:
        scope = scopes.one(edit.connection, site, register)
        desk.check_match(scope.revision)
        keeping.read_anew(edit, scope, author_of(desk, edit.connection), body.reason, salt)
        return _answer(edit.connection, scope)

    return desk.edit(do)


@router.post(f"{ONE}/corrections", response_model=RegisterListed)
def correct(
    desk: Annotated[Desk, writes(Area.ATTENDANCE, whose.KEPT_REGISTER)], site: Id, register: Id, body: CorrectionBody
) -> Response:
    """Say what is so in the place of a row, or beside the rows; of a sealed register it begins another edition."""
    word = Word(**body.model_dump())

    def do(edit: Edit) -> Answer:
        scope = scopes.one(edit.connection, site, register)
        desk.check_match(scope.revision)
        unless_refused(keeping.correct(edit, scope, author_of(desk, edit.connection), word))
        return _answer(edit.connection, scope)

    return desk.edit(do)


@router.post(f"{ONE}/closings", response_model=RegisterListed)
def close(
    desk: Annotated[Desk, writes(Area.ATTENDANCE, whose.KEPT_REGISTER)], site: Id, register: Id, body: ClosingBody
) -> Response:
    """Close a register as its trainer or as the coordinator, two persons; the second seals it."""

    def do(edit: Edit) -> Answer:
        scope = scopes.one(edit.connection, site, register)
        desk.check_match(scope.revision)
        signer = Signer(desk.caller.account, author_of(desk, edit.connection), desk.asked.authority)
        unless_refused(keeping.close(edit, scope, signer, Part(body.part)))
        return _answer(edit.connection, scope)

    return desk.edit(do)


def salt() -> bytes:
    """What a name is bound with."""
    return identity.new_salt(SALT_BYTES)


def unless_refused(held: Edition | Refused) -> Edition:
    """What was done. Raises Problem where it was refused."""
    if isinstance(held, Refused):
        raise Problem(Kind.OUT_OF_TURN, sentence(held.why), why=str(held.why))
    return held
