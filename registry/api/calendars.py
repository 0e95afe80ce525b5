"""When a site is open, and when it is closed."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from sqlalchemy import select

from access.codec import record_to_json
from access.records import Closure, Opening
from registry import identity, store
from registry.api.answers import Answer
from registry.api.desk import Desk, created, done, reads, writes
from registry.api.paging import Cursor, Limit, by_name, paged
from registry.calendars import calendars
from registry.calendars.calendars import closure_of, opening_of, revision_of
from registry.calendars.holidays import FIRST_YEAR, LAST_YEAR
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area
from registry.names import Id
from registry.shapes.common import NewClosure, NewOpening
from registry.shapes.shown import AddedHolidays, ClosureShown, MadeClosure, OpeningShown, PageOf
from registry.sites import sites
from registry.tables import core as t

router = APIRouter(prefix="/api/v1/sites/{site}", tags=["calendars"])
Year = Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR)]


def _closure(closure: Closure, source: str) -> dict[str, Any]:
    return {"audience": "", "resource": "", **record_to_json(closure), "source": source}


def _opening(opening: Opening) -> dict[str, Any]:
    return {"audience": "", "resource": "", **record_to_json(opening)}


@router.get("/closures", response_model=PageOf[ClosureShown])
def list_closures(
    desk: Annotated[Desk, reads(Area.CLOSURES, whose.SITE)], site: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List when the site is closed, by start."""
    c = t.closure.c
    with desk.reading() as connection:
        sites.site(connection, site)
        query = select(c.id, c.start_ms, c.end_ms, c.why, c.audience, c.resource, c.source).where(c.site == site)
        return paged(connection, query, [c.start_ms, c.id], cursor, limit, by_name)


@router.post("/closures", status_code=201, response_model=MadeClosure)
def close(desk: Annotated[Desk, writes(Area.CLOSURES, whose.SITE)], site: Id, body: NewClosure) -> Response:
    """Close the site, or a resource of it, for a span; bookings that this refuses are counted, and stay."""
    ident = identity.new_id()

    def do(edit: Edit) -> Answer:
        sites.site(edit.connection, site)
        closure = Closure(ident, **body.model_dump())
        refused = calendars.add_closure(edit, site, closure)
        return created({**_closure(closure, ""), "refused_bookings": refused}, revision_of(closure))

    return desk.edit(do)


@router.get("/closures/{closure}", response_model=ClosureShown)
def read_closure(desk: Annotated[Desk, reads(Area.CLOSURES, whose.SITE)], site: Id, closure: Id) -> Response:
    """Give one closure."""
    with desk.reading() as connection:
        row = store.one(connection, t.closure, calendars.here(t.closure, site, closure), "closure")
    found = closure_of(row)
    return desk.show(_closure(found, row.source), revision_of(found))


@router.put("/closures/{closure}", response_model=MadeClosure)
def change_closure(
    desk: Annotated[Desk, writes(Area.CLOSURES, whose.SITE)], site: Id, closure: Id, body: NewClosure
) -> Response:
    """Change a closure; bookings that it refuses now are counted, and stay."""

    def do(edit: Edit) -> Answer:
        row = store.one(edit.connection, t.closure, calendars.here(t.closure, site, closure), "closure")
        desk.check_match(revision_of(closure_of(row)))
        changed = Closure(closure, **body.model_dump())
        refused = calendars.change_closure(edit, site, changed)
        return Answer(200, {**_closure(changed, row.source), "refused_bookings": refused}, revision_of(changed))

    return desk.edit(do)


@router.delete("/closures/{closure}", status_code=204)
def drop_closure(desk: Annotated[Desk, writes(Area.CLOSURES, whose.SITE)], site: Id, closure: Id) -> Response:
    """Take a closure back."""

    def do(edit: Edit) -> Answer:
        calendars.drop(edit, site, "closure", closure)
        return done()

    return desk.edit(do)


@router.post("/holidays/{year}", response_model=AddedHolidays)
def add_holidays(desk: Annotated[Desk, writes(Area.CLOSURES, whose.SITE)], site: Id, year: Year) -> Response:
    """Close the site on a year's holidays, by its setting; those that are closures already stay as they are."""

    def do(edit: Edit) -> Answer:
        added = calendars.add_holidays(edit, site, year)
        return Answer(200, {"items": [_closure(closure, calendars.HOLIDAY) for closure in added]})

    return desk.edit(do)


@router.get("/openings", response_model=PageOf[OpeningShown])
def list_openings(
    desk: Annotated[Desk, reads(Area.CLOSURES, whose.SITE)], site: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List the site's weekly opening hours, by weekday."""
    o = t.opening.c
    with desk.reading() as connection:
        sites.site(connection, site)
        query = select(o.weekday, o.from_minute, o.to_minute, o.audience, o.resource, o.id).where(o.site == site)
        key = [o.weekday, o.from_minute, o.id]
        return paged(connection, query, key, cursor, limit, by_name)


@router.post("/openings", status_code=201, response_model=OpeningShown)
def open_weekly(desk: Annotated[Desk, writes(Area.CLOSURES, whose.SITE)], site: Id, body: NewOpening) -> Response:
    """Open the site each week at these hours."""
    ident = identity.new_id()

    def do(edit: Edit) -> Answer:
        sites.site(edit.connection, site)
        opening = Opening(ident, **body.model_dump())
        calendars.add_opening(edit, site, opening)
        return created(_opening(opening), revision_of(opening))

    return desk.edit(do)


@router.get("/openings/{opening}", response_model=OpeningShown)
def read_opening(desk: Annotated[Desk, reads(Area.CLOSURES, whose.SITE)], site: Id, opening: Id) -> Response:
    """Give one weekday's opening hours."""
    with desk.reading() as connection:
        row = store.one(connection, t.opening, calendars.here(t.opening, site, opening), "opening")
    found = opening_of(row)
    return desk.show(_opening(found), revision_of(found))


@router.put("/openings/{opening}", response_model=OpeningShown)
def change_opening(
    desk: Annotated[Desk, writes(Area.CLOSURES, whose.SITE)], site: Id, opening: Id, body: NewOpening
) -> Response:
    """Change opening hours."""

    def do(edit: Edit) -> Answer:
        row = store.one(edit.connection, t.opening, calendars.here(t.opening, site, opening), "opening")
        desk.check_match(revision_of(opening_of(row)))
        changed = Opening(opening, **body.model_dump())
        calendars.change_opening(edit, site, changed)
        return Answer(200, _opening(changed), revision_of(changed))

    return desk.edit(do)


@router.delete("/openings/{opening}", status_code=204)
def drop_opening(desk: Annotated[Desk, writes(Area.CLOSURES, whose.SITE)], site: Id, opening: Id) -> Response:
    """Take opening hours back."""

    def do(edit: Edit) -> Answer:
        calendars.drop(edit, site, "opening", opening)
        return done()

    return desk.edit(do)
