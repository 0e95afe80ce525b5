"""Attendance: roll calls, what each person has of each session, totals by programme, and training."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Connection

from registry import store
from registry.api.answers import Answer
from registry.api.desk import Desk, reads, writes
from registry.api.paging import Cursor, Limit
from registry.attendance import attendance, rollcall
from registry.attendance.attendance import summed
from registry.attendance.training_progress import training_of
from registry.edit import Edit
from registry.guard import looks, whose
from registry.guard.areas import Area
from registry.guard.looking import looked
from registry.names import Id, readable
from registry.people.known_at import known_among
from registry.problems import Kind, Problem
from registry.programmes.sittings import terms_of
from registry.shapes.attendance import (
    AttendanceShown,
    PersonAttendance,
    RollCallBody,
    RollCallShown,
    TotalShown,
    TrainingShown,
)
from registry.shapes.shown import PageOf
from registry.shapes.shown_attendance import attended_shown, rows_shown, totals_shown, training_shown
from registry.tables import core as t

router = APIRouter(prefix="/api/v1", tags=["attendance"])
_WORD = ("person", "n", "present", "from_ms", "to_ms", "author", "reason", "at_ms")


def _called(connection: Connection, site: str, session: str) -> tuple[dict[str, Any], int]:
    """A session's roll call, and its revision: how many words there are."""
    s = t.session.c
    store.one(connection, t.session, (s.site == site) & (s.id == session), "session")
    rows = rollcall.said(connection, site, session)
    return {"calls": [{name: getattr(row, name) for name in _WORD} for row in rows]}, len(rows)


@router.get("/sites/{site}/sessions/{session}/roll-call", response_model=RollCallShown)
def read_roll_call(desk: Annotated[Desk, reads(Area.ATTENDANCE, whose.REGISTER)], site: Id, session: Id) -> Response:
    """Give every word of an off-site session's roll call, corrections included; whom it names was looked at."""

    def show(connection: Connection, named: set[str]) -> Response:
        shown, revision = _called(connection, site, session)
        named.update(call["person"] for call in shown["calls"])
        return desk.show(shown, revision)

    answer: Response = looked(desk, looks.ATTENDANCE, show)
    return answer


@router.put("/sites/{site}/sessions/{session}/roll-call", response_model=RollCallShown)
def call_roll(
    desk: Annotated[Desk, writes(Area.ATTENDANCE, whose.REGISTER)], site: Id, session: Id, body: RollCallBody
) -> Response:
    """Say who was there on an off-site session; a correction adds a word with its author and reason, and erases
    none.
    """
    words = [rollcall.Word(**one.model_dump()) for one in body.calls]
    for word in words:
        _check_text(word.reason)

    def do(edit: Edit) -> Answer:
        before, revision = _called(edit.connection, site, session)
        if before["calls"]:
            desk.check_match(revision)
        rollcall.call(edit, site, session, words, desk.operator)
        return Answer(200, *_called(edit.connection, site, session))

    return desk.edit(do)


def _check_text(text: str) -> None:
    try:
        readable(text)
    except ValueError as error:
        raise Problem(Kind.INVALID, f"reason: {error}.") from None


@router.get("/sites/{site}/sessions/{session}/attendance", response_model=AttendanceShown)
def of_session(desk: Annotated[Desk, reads(Area.ATTENDANCE, whose.REGISTER)], site: Id, session: Id) -> dict[str, Any]:
    """Give what everybody who is expected at a session has of it; open stays count up to now. The looks are noted."""

    def show(connection: Connection, named: set[str]) -> dict[str, Any]:
        s = t.session.c
        store.one(connection, t.session, (s.site == site) & (s.id == session), "session")
        found = attendance.of_session(connection, site, session, desk.shared.settings.wall_ms())
        named.update(register.person for register in found)
        return {"items": [attended_shown(one.person, *row) for one in found for row in one.rows]}

    shown: dict[str, Any] = looked(desk, looks.ATTENDANCE, show)
    return shown


@router.get("/people/{person}/attendance", response_model=PersonAttendance)
def of_person(desk: Annotated[Desk, reads(Area.ATTENDANCE, whose.PERSON)], person: Id) -> dict[str, Any]:
    """Give all that a person has of their sessions, at every site, and their totals. The look is noted."""

    def show(connection: Connection, named: set[str]) -> dict[str, Any]:
        store.one(connection, t.person, t.person.c.id == person, "person")
        named.add(person)
        register = attendance.of_person(connection, person, desk.shared.settings.wall_ms())
        here = [row for row in rows_shown(register) if desk.sites is None or row["site"] in desk.sites]
        return {"items": here, "totals": totals_shown(connection, register)}

    shown: dict[str, Any] = looked(desk, looks.ATTENDANCE, show)
    return shown


@router.get("/programmes/{programme}/attendance", response_model=PageOf[TotalShown])
def of_programme(
    desk: Annotated[Desk, reads(Area.ATTENDANCE, whose.ROWS)],
    programme: Id,
    cursor: Cursor = None,
    limit: Limit = 100,
    unreachable: Annotated[bool, Query(description="Only those who can no longer reach the threshold.")] = False,  # noqa: FBT002 -- a query's switch
) -> Response:
    """List everybody's total of a programme against its threshold, by person. The looks are noted."""

    def show(connection: Connection, named: set[str]) -> Response:
        store.one(connection, t.programme, t.programme.c.id == programme, "programme")
        found = attendance.of_programme(connection, programme, desk.shared.settings.wall_ms())
        if unreachable:
            terms = terms_of(connection, [programme])[programme]
            found = [one for one in found if not summed(one.rows, terms).reachable]
        known = known_among(connection, [one.person for one in found], desk.sites)
        mine = [one for one in found if one.person in known]
        rest = [one for one in mine if cursor is None or one.person > cursor]
        page = rest[:limit]
        named.update(register.person for register in page)
        items = [total for register in page for total in totals_shown(connection, register)]
        more = page[-1].person if len(rest) > limit else None
        return JSONResponse({"items": items, "next": more})

    answer: Response = looked(desk, looks.ATTENDANCE, show)
    return answer


@router.get("/people/{person}/training", response_model=TrainingShown)
def training(desk: Annotated[Desk, reads(Area.ATTENDANCE, whose.PERSON)], person: Id) -> dict[str, Any]:
    """Give how far a person is with the modules of their programmes. The look is noted."""

    def show(connection: Connection, named: set[str]) -> dict[str, Any]:
        store.one(connection, t.person, t.person.c.id == person, "person")
        named.add(person)
        return training_shown(training_of(connection, person, desk.shared.settings.wall_ms()))

    shown: dict[str, Any] = looked(desk, looks.ATTENDANCE, show)
    return shown
