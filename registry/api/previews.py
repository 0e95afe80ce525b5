"""What a change would refuse, before anybody saves it."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter
from sqlalchemy import Connection, select

from access.clock import DAY_MS
from access.records import Closure, Opening
from registry.api.desk import Desk, reads
from registry.guard import whose
from registry.guard.areas import Area
from registry.guard.authority import at
from registry.judging import previews, rehearsed
from registry.judging.foreseen import foresee
from registry.shapes.previews import (
    MOST_ROWS,
    BadgeLost,
    ChangeBody,
    ClosureChange,
    End,
    OpeningsChange,
    PersonSuspended,
    PreviewBody,
    PreviewShown,
    ProgrammeChange,
    RightsEnd,
)
from registry.sites import live
from registry.tables import core as t

router = APIRouter(prefix="/api/v1", tags=["decisions"])


@router.post("/previews", response_model=PreviewShown)
def preview(desk: Annotated[Desk, reads(Area.DECISIONS, whose.ROWS)], body: PreviewBody) -> dict[str, Any]:
    """Tell whom and what a change would refuse; it is made, read, and undone, and nobody is told of it."""
    now_ms = desk.shared.settings.wall_ms()
    with desk.reading() as connection:
        _check(desk, connection, body.change)
    seen = foresee(desk.shared, _doing(body.change), desk.sites, now_ms, now_ms + body.days * DAY_MS)
    found = seen.lost
    with desk.reading() as connection:
        names = live.names_of(connection, sorted({lost.person for lost in found[:MOST_ROWS]}))
    rows = [{**asdict(lost), "name": names.get(lost.person, "")} for lost in found[:MOST_ROWS]]
    return {**previews.counted(found), "unjudged": seen.unjudged, "more": len(found) > MOST_ROWS, "rows": rows}


_PLACES = {
    "badge": whose.BADGE,
    "role": whose.ROLE,
    "authorisation": whose.GUARDIAN,
    "enrolment": whose.ENROLMENT,
    "transfer": whose.TRANSFER,
}


def _check(desk: Desk, connection: Connection, change: ChangeBody) -> None:
    """Whoever asks may read about what the change would touch. Raises Problem."""
    match change:
        case ClosureChange() | OpeningsChange() | RightsEnd():
            desk.check(at(change.site), "site")
        case BadgeLost():
            desk.check(whose.BADGE.found(connection, change.badge), "badge")
        case PersonSuspended():
            desk.check(whose.person(connection, change.person), "person")
        case End() if change.of == "pass":
            site = connection.execute(select(t.pass_.c.site).where(t.pass_.c.id == change.id)).scalars().first()
            desk.check(None if site is None else at(site), "pass")
        case End():
            desk.check(_PLACES[change.of].found(connection, change.id), change.of)
        case _:
            return


def _doing(change: ChangeBody) -> rehearsed.Doing:
    match change:
        case ClosureChange():
            closure = Closure(
                rehearsed.PREVIEWED, change.start_ms, change.end_ms, "preview", change.audience, change.resource
            )
            return rehearsed.close(change.site, closure)
        case OpeningsChange():
            hours = [Opening("", one.weekday, one.from_minute, one.to_minute) for one in change.hours]
            return rehearsed.open_at(change.site, change.audience, hours, change.resource)
        case ProgrammeChange():
            zones = None if change.zones is None else {site: frozenset(of) for site, of in change.zones.items()}
            return rehearsed.run_programme(change.programme, change.start_date, change.end_date, zones)
        case _:
            return _of_one(change)


def _of_one(change: BadgeLost | PersonSuspended | RightsEnd | End) -> rehearsed.Doing:
    match change:
        case BadgeLost():
            return rehearsed.lose(change.badge)
        case PersonSuspended():
            return rehearsed.suspend(change.person)
        case RightsEnd():
            return rehearsed.end_rights(change.site, change.person, change.end_ms)
        case End():
            return rehearsed.end(change.of, change.id, change.end_ms)
