"""The audit trail: what was done, by whom, to whom and where."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel
from sqlalchemy import ColumnElement, select, true

from registry.api.desk import Desk, reads
from registry.api.paging import Cursor, Limit, by_name, paged_at_once
from registry.guard import authors, whose
from registry.guard.areas import Area
from registry.names import LAST_MS, Id
from registry.people.known_at import known_at
from registry.shapes.shown import PageOf
from registry.tables.accounts import act

router = APIRouter(prefix="/api/v1/audit", tags=["audit"])
Since = Annotated[int, Query(ge=0, le=LAST_MS, description="What was done before this moment (Unix ms) is left out.")]
Before = Annotated[int, Query(ge=0, le=LAST_MS, description="What was done at or after this moment is left out.")]
OfAuthor = Annotated[Id | None, Query(description="By this account or token alone.")]
OfPerson = Annotated[Id | None, Query(description="Of what concerns this person alone.")]


class ActShown(BaseModel):
    """Something that was done: ``author`` is an account or a token, ``name`` theirs ("" of one that is gone)."""

    id: str
    at_ms: int
    author: str
    name: str
    kind: str
    account: str | None
    person: str | None
    site: str | None
    address: str
    what: str


_PLAIN = (act.c.id, act.c.at_ms, act.c.author, act.c.kind, act.c.account, act.c.person, act.c.site)


@router.get("", response_model=PageOf[ActShown])
def list_acts(
    desk: Annotated[Desk, reads(Area.AUDIT, whose.ROWS)],
    author: OfAuthor = None,
    person: OfPerson = None,
    from_ms: Since = 0,
    to_ms: Before = LAST_MS,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List what was done, by time: at one's sites, and to the people who are known there."""
    c = act.c
    here: ColumnElement[bool] = true()
    if desk.sites is not None:
        here = desk.here(c.site) | (c.site.is_(None) & known_at(c.person, desk.sites))
    for column, wanted in ((c.author, author), (c.person, person)):
        here = here if wanted is None else here & (column == wanted)
    with desk.reading() as connection:
        query = select(*_PLAIN, c.address, c.what).where(here, c.at_ms >= from_ms, c.at_ms < to_ms)

        def shape(rows: Sequence[Any]) -> list[dict[str, Any]]:
            names = authors.names_of(connection, (row.author for row in rows))
            return [{**by_name(row), "name": names.get(row.author, "")} for row in rows]

        return paged_at_once(connection, query, [c.at_ms, c.id], cursor, limit, shape)
