"""Stays that contradict one another: staff see them, and say what they make of each."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, select

from registry.api.answers import Answer
from registry.api.desk import Desk, reads, writes
from registry.api.paging import Cursor, Limit, paged
from registry.attendance import conflicts
from registry.edit import Edit
from registry.guard import looks, whose
from registry.guard.areas import Area
from registry.guard.looking import looking_on
from registry.names import Id, readable
from registry.problems import Kind, Problem
from registry.shapes.shown import PageOf
from registry.shapes.shown_presence import ConflictShown, ResolutionBody
from registry.tables import core as t

router = APIRouter(prefix="/api/v1/conflicts", tags=["presence"])


def _conflict(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the conflict table
    return {name: getattr(row, name) for name in ConflictShown.model_fields}


@router.get("", response_model=PageOf[ConflictShown])
def list_conflicts(
    desk: Annotated[Desk, reads(Area.PRESENCE, whose.ROWS)],
    resolved: Annotated[bool, Query(description="Those that staff have resolved, too.")] = False,  # noqa: FBT002 -- a query's member
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the contradictions between people's stays, by when they were found; the look is noted."""
    c = t.conflict.c

    def show(connection: Connection, named: set[str]) -> Response:
        def shape(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the conflict table
            named.add(row.person)
            return _conflict(row)

        query = select(t.conflict).where(desk.here(c.site, c.other_site))
        query = query if resolved else query.where(c.resolved_ms.is_(None))
        return paged(connection, query, [c.found_ms, c.id], cursor, limit, shape)

    answer: Response = looking_on(desk, looks.CONFLICTS, show)
    return answer


@router.get("/{conflict}", response_model=ConflictShown)
def read_conflict(desk: Annotated[Desk, reads(Area.PRESENCE, whose.CONFLICT)], conflict: Id) -> Response:
    """Give one; the look is noted."""

    def show(connection: Connection, named: set[str]) -> Response:
        row = conflicts.one(connection, conflict)
        named.add(row.person)
        return desk.show(_conflict(row), row.revision)

    answer: Response = looking_on(desk, looks.CONFLICTS, show)
    return answer


@router.post("/{conflict}/resolve", response_model=ConflictShown)
def resolve(
    desk: Annotated[Desk, writes(Area.PRESENCE, whose.CONFLICT)], conflict: Id, body: ResolutionBody
) -> Response:
    """Say what staff make of it: who, when, and a note; the stays themselves stay as the logs tell them."""
    try:
        note = readable(body.note)
    except ValueError as error:
        raise Problem(Kind.INVALID, f"note: {error}.") from None

    def do(edit: Edit) -> Answer:
        row = conflicts.one(edit.connection, conflict)
        desk.check_match(row.revision)
        said = conflicts.resolve(edit, conflict, desk.operator, note)
        return Answer(200, {**_conflict(row), **said}, row.revision + 1)

    return desk.edit(do)
