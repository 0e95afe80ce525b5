"""The waiting list of a site: standing in line, taking what is offered, stepping out."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, Row, select

from registry import identity
from registry.api.answers import Answer
from registry.api.bookings import answered, check_holder, settled
from registry.api.desk import Desk, done, reads, writes
from registry.api.paging import Cursor, Limit, paged
from registry.bookings import waiting
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area
from registry.names import Id
from registry.shapes.bookings import NewWaiting
from registry.shapes.shown import PageOf
from registry.shapes.shown_bookings import BookingShown, WaitingShown
from registry.sites import sites
from registry.tables import core as t

router = APIRouter(prefix="/api/v1/sites/{site}/waiting", tags=["bookings"])
_SAME = ("id", "turn", "person", "kind", "zone", "resource", "start_ms", "end_ms", "booking")


def _entry(row: Row[Any], now_ms: int) -> dict[str, Any]:
    over = row.state == "waiting" and row.end_ms <= now_ms
    named = {name: getattr(row, name) for name in _SAME}
    return {
        **named,
        "group": row.group_id,
        "state": "over" if over else row.state,
        "hold_until_ms": row.hold_until_ms if row.state == "offered" else None,
    }


def _with_offer() -> Any:  # noqa: ANN401 -- a select of the waiting table and its offers' ends
    w, b = t.waiting.c, t.booking.c
    same = (b.site == w.site) & (b.id == w.booking)
    return select(t.waiting, b.hold_until_ms).outerjoin(t.booking, same)


def _shown(connection: Connection, site: str, ident: str, now_ms: int) -> tuple[dict[str, Any], int]:
    revision: int = waiting.one_waiting(connection, site, ident).revision
    row = connection.execute(_with_offer().where(t.waiting.c.site == site, t.waiting.c.id == ident)).one()
    return _entry(row, now_ms), revision


@router.get("", response_model=PageOf[WaitingShown])
def list_waiting(
    desk: Annotated[Desk, reads(Area.BOOKINGS, whose.SITE)],
    site: Id,
    all_states: Annotated[bool, Query(alias="all", description="Those who are served or gone as well.")] = False,  # noqa: FBT002 -- a query's own switch
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List who waits, and who has an offer, in their turn."""
    w = t.waiting.c
    now_ms = settled(desk, site)
    with desk.reading() as connection:
        sites.site(connection, site)
        query = _with_offer().where(w.site == site)
        if not all_states:
            query = query.where(w.state.in_(("waiting", "offered")), w.end_ms > now_ms)
        return paged(connection, query, [w.turn], cursor, limit, lambda row: _entry(row, now_ms))


@router.post("", status_code=201, response_model=WaitingShown)
def join(desk: Annotated[Desk, writes(Area.BOOKINGS, whose.BODY)], site: Id, body: NewWaiting) -> Response:
    """Stand in line; what is free already is offered at once."""
    ident = identity.new_id()
    check_holder(desk, site, body.person, body.group, None)
    settled(desk, site)
    hope = waiting.Hope(
        body.person or "",
        body.group or "",
        body.start_ms,
        body.end_ms,
        body.resource or "",
        body.zone or "",
        body.kind,
    )

    def do(edit: Edit) -> Answer:
        waiting.join(edit, site, ident, hope, desk.operator)
        return Answer(201, *_shown(edit.connection, site, ident, edit.at_ms))

    return desk.edit(do)


@router.get("/{waiting_id}", response_model=WaitingShown)
def read_waiting(desk: Annotated[Desk, reads(Area.BOOKINGS, whose.WAITING)], site: Id, waiting_id: Id) -> Response:
    """Give one entry of the list, whatever became of it."""
    now_ms = settled(desk, site)
    with desk.reading() as connection:
        body, revision = _shown(connection, site, waiting_id, now_ms)
    return desk.show(body, revision)


@router.post("/{waiting_id}/accept", response_model=BookingShown)
def accept(desk: Annotated[Desk, writes(Area.BOOKINGS, whose.WAITING)], site: Id, waiting_id: Id) -> Response:
    """Take what is offered; it is a booking from now on."""
    settled(desk, site)
    return desk.edit(lambda edit: answered(edit, waiting.accept(edit, site, waiting_id, desk.operator)))


@router.delete("/{waiting_id}", status_code=204)
def leave(desk: Annotated[Desk, writes(Area.BOOKINGS, whose.WAITING)], site: Id, waiting_id: Id) -> Response:
    """Step out of the line, or decline what is offered; then the next in line is offered it."""
    settled(desk, site)

    def do(edit: Edit) -> Answer:
        waiting.leave(edit, site, waiting_id)
        return done()

    return desk.edit(do)
