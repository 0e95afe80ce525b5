"""Calls on readers: a badge is enrolled, replaced or tested by showing it where it will be used."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import select

from registry import identity
from registry.api.answers import Answer
from registry.api.desk import Desk, created, reads, writes
from registry.api.paging import Cursor, Limit, paged
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area
from registry.guard.authority import at
from registry.names import Id
from registry.people import badges, calls
from registry.shapes.calls import CallShown, NewCall
from registry.shapes.common import BadgeBody
from registry.shapes.shown import PageOf
from registry.tables import core as t

router = APIRouter(prefix="/api/v1/badge-calls", tags=["badges"])
_PLAIN = ("id", "site", "reader", "purpose", "person", "badge", "author", "asked_ms", "until_ms", "heard_ms", "read_ms")
AtSite = Annotated[Id | None, Query(description="At this site alone.")]
OfPerson = Annotated[Id | None, Query(description="For this person's badges alone.")]


def shown(row: Any, at_ms: int) -> dict[str, Any]:  # noqa: ANN401 -- a row of the table of calls
    """A call at a moment; never what a card shows."""
    told = {name: getattr(row, name) for name in _PLAIN}
    came = {"state": str(calls.state_of(row, at_ms)), "holder": row.holder, "made": row.made}
    return {**told, **came, "opens": json.loads(row.opens or "[]")}


def _revision(row: Any, at_ms: int) -> int:  # noqa: ANN401 -- the same
    """Time alone changes a call once."""
    return 2 * int(row.revision) + (calls.state_of(row, at_ms) is calls.State.EXPIRED)


@router.post("", status_code=201, response_model=CallShown)
def make_call(desk: Annotated[Desk, writes(Area.BADGES, whose.BODY)], body: NewCall) -> Response:
    """Call on a reader: the next card there, within a minute, is read and not judged. 409 ``in-use`` where it waits for
    another one.
    """
    ident, purpose = identity.new_id(), calls.Purpose(body.purpose)
    wanted = calls.Wanted(body.site, body.reader, purpose, desk.operator, body.person, body.badge)

    desk.check(at(body.site), "site")

    def do(edit: Edit) -> Answer:
        if body.person is not None:
            desk.check_person(edit.connection, body.person)
        if body.badge is not None:
            desk.check(whose.BADGE.found(edit.connection, body.badge), "badge")
        row = calls.ask(edit, ident, wanted)
        return created(shown(row, edit.at_ms), _revision(row, edit.at_ms))

    return desk.edit(do)


@router.get("", response_model=PageOf[CallShown])
def list_calls(
    desk: Annotated[Desk, reads(Area.BADGES, whose.ROWS)],
    site: AtSite = None,
    person: OfPerson = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List calls on readers, whatever they came to."""
    c, at_ms = t.badge_call.c, desk.shared.settings.wall_ms()
    where: Any = desk.here(c.site)
    for column, wanted in ((c.site, site), (c.person, person)):
        where = where if wanted is None else where & (column == wanted)
    with desk.reading() as connection:
        query = select(t.badge_call).where(where)
        return paged(connection, query, [c.asked_ms, c.id], cursor, limit, lambda row: shown(row, at_ms))


@router.get("/{call}", response_model=CallShown)
def read_call(desk: Annotated[Desk, reads(Area.BADGES, whose.CALL)], call: Id) -> Response:
    """Give one call, as it stands now."""
    at_ms = desk.shared.settings.wall_ms()
    with desk.reading() as connection:
        row = calls.one(connection, call)
    return desk.show(shown(row, at_ms), _revision(row, at_ms))


@router.post("/{call}/confirm", response_model=CallShown)
def confirm_call(desk: Annotated[Desk, writes(Area.BADGES, whose.CALL)], call: Id, body: BadgeBody) -> Response:
    """Enrol the card that was read, on these terms, or in the place of the badge that it replaces, on that one's."""
    made, terms = identity.new_id(), badges.Terms(**body.model_dump())
    return desk.edit(lambda edit: _now(edit, calls.confirm(edit, call, made, terms)))


@router.post("/{call}/cancel", response_model=CallShown)
def cancel_call(desk: Annotated[Desk, writes(Area.BADGES, whose.CALL)], call: Id) -> Response:
    """Ask for no card any more, or do not enrol the one that was read; again changes nothing."""
    return desk.edit(lambda edit: _now(edit, calls.cancel(edit, call)))


def _now(edit: Edit, row: Any) -> Answer:  # noqa: ANN401 -- the same
    return Answer(200, shown(row, edit.at_ms), _revision(row, edit.at_ms))
