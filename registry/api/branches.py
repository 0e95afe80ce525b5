"""A site's branches: which there are, and which of them staff say is the site's (guarantee S6)."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import select

from registry.api.answers import Answer
from registry.api.desk import Desk, reads, writes
from registry.api.paging import Cursor, Limit, by_name, paged
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area
from registry.names import Id
from registry.shapes.shown import PageOf
from registry.shapes.shown_branches import BranchShown, ConfirmationShown, ConfirmBody, GapShown
from registry.sites import sites
from registry.tables import core as t
from registry.uplink import catching_up, confirming

router = APIRouter(prefix="/api/v1/sites", tags=["branches"])
_B, _C = t.branch.c, t.confirmation.c
_PLAIN = tuple(name for name in BranchShown.model_fields if name not in {"head", "confirmed"})


def _branch(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the branch table
    plain = {name: getattr(row, name) for name in _PLAIN}
    return {**plain, "head": bytes(row.head).hex(), "confirmed": row.confirmed_epoch == row.epoch}


@router.get("/{site}/branches", response_model=PageOf[BranchShown])
def list_branches(
    desk: Annotated[Desk, reads(Area.LOG, whose.SITE)], site: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List the branches of a site's log, by epoch; none is ever deleted."""
    with desk.reading() as connection:
        sites.site(connection, site)
        named = (*(_B[name] for name in _PLAIN), _B.head, t.site.c.confirmed_epoch)
        query = select(*named).join(t.site, t.site.c.id == _B.site).where(_B.site == site)
        return paged(connection, query, [_B.epoch], cursor, limit, _branch)


def _gap(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the gap table
    return {**by_name(row), "head": bytes(row.head).hex()}


@router.get("/{site}/gaps", response_model=PageOf[GapShown])
def list_gaps(
    desk: Annotated[Desk, reads(Area.LOG, whose.SITE)], site: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List what is no more of a site's log, in the log's order."""
    g = t.gap.c
    with desk.reading() as connection:
        sites.site(connection, site)
        query = select(g.epoch, g.first, g.last, g.head, g.at_ms).where(g.site == site)
        return paged(connection, query, [g.epoch, g.first], cursor, limit, _gap)


@router.get("/{site}/confirmations", response_model=PageOf[ConfirmationShown])
def list_confirmations(
    desk: Annotated[Desk, reads(Area.LOG, whose.SITE)], site: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List who said when which branch is the site's, by time; the first of all was so without a word."""
    with desk.reading() as connection:
        sites.site(connection, site)
        query = select(_C.id, _C.epoch, _C.operator, _C.note, _C.at_ms).where(_C.site == site)
        return paged(connection, query, [_C.at_ms, _C.id], cursor, limit, by_name)


@router.post("/{site}/confirmed-epoch", response_model=ConfirmBody)
def confirm(desk: Annotated[Desk, writes(Area.LOG, whose.SITE)], site: Id, body: ConfirmBody) -> Response:
    """Say which branch is the site's: people, bookings and what its rows effect follow it from now on."""

    def do(edit: Edit) -> Answer:
        sites.site(edit.connection, site)
        confirming.confirm(edit, site, body.epoch, desk.operator, body.note)
        return Answer(200, body.model_dump())

    answer = desk.edit(do)
    catching_up.sweep(desk.shared.database, desk.shared.settings.wall_ms())
    return answer
