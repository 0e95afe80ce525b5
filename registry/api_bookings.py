"""Bookings, closures and opening hours of a site."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response
from sqlalchemy import ColumnElement, select

from access.records import Closure, Opening
from registry import bookings, calendars, identity, sites, store
from registry import tables as t
from registry.answers import Answer
from registry.desk import Asking, Writing, created, done
from registry.edit import Edit
from registry.names import Id
from registry.paging import Cursor, Limit, by_name, paged
from registry.problems import Kind, Problem
from registry.shapes import NewBooking, NewClosure, NewOpening
from registry.shown import BookingShown, ClosureShown, OpeningShown, PageOf

router = APIRouter(prefix="/api/v1/sites/{site}", tags=["bookings"])


def _booking(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the booking table
    names = ("id", "resource", "person", "zone", "start_ms", "end_ms")
    return {name: getattr(row, name) for name in names}


def day_span(day: str, timezone: str) -> tuple[int, int]:
    """A local day's first moment and the next one's, Unix ms: 23 or 25 hours where clocks change. Raises Problem."""
    try:
        first = date.fromisoformat(day)
        after = first + timedelta(days=1)
        zone = ZoneInfo(timezone)
        start, end = (datetime(d.year, d.month, d.day, tzinfo=zone).timestamp() for d in (first, after))
    except (ValueError, OverflowError):
        raise Problem(Kind.INVALID, "day: a date such as 2026-11-23; correct it and send again.") from None
    return int(start * 1_000), int(end * 1_000)


def _on(site: str, span: tuple[int, int]) -> ColumnElement[bool]:
    return (t.booking.c.site == site) & bookings.overlapping(*span)


@router.get("/bookings", response_model=PageOf[BookingShown])
def list_bookings(
    desk: Asking,
    site: Id,
    day: Annotated[str, Query(max_length=10, description="A date in the site's time zone.")],
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the bookings that touch one local day, by start."""
    b = t.booking.c
    with desk.reading() as connection:
        span = day_span(day, sites.site(connection, site).timezone)
        query = select(t.booking).where(_on(site, span))
        return paged(connection, query, [b.start_ms, b.id], cursor, limit, _booking)


@router.post("/bookings", status_code=201, response_model=BookingShown)
def book(desk: Writing, site: Id, body: NewBooking) -> Response:
    """Book a desk, room or zone; 409 with the spans that are taken, never with whose they are."""
    ident = identity.new_id()

    def do(edit: Edit) -> Answer:
        made = bookings.book(edit, site, ident, bookings.Wanted(**body.model_dump()))
        return created(_booking(made), 1)

    return desk.edit(do)


@router.get("/bookings/{booking}", response_model=BookingShown)
def read_booking(desk: Asking, site: Id, booking: Id) -> Response:
    """Give one booking."""
    here = (t.booking.c.site == site) & (t.booking.c.id == booking)
    with desk.reading() as connection:
        return desk.show(_booking(store.one(connection, t.booking, here, "booking")), 1)


@router.delete("/bookings/{booking}", status_code=204)
def cancel(desk: Writing, site: Id, booking: Id) -> Response:
    """Cancel a booking."""

    def do(edit: Edit) -> Answer:
        bookings.cancel(edit, site, booking)
        return done()

    return desk.edit(do)


@router.get("/closures", response_model=PageOf[ClosureShown])
def list_closures(desk: Asking, site: Id, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """List when the site is closed, by start."""
    c = t.closure.c
    with desk.reading() as connection:
        sites.site(connection, site)
        query = select(c.id, c.start_ms, c.end_ms, c.why).where(c.site == site)
        return paged(connection, query, [c.start_ms, c.id], cursor, limit, by_name)


@router.post("/closures", status_code=201, response_model=ClosureShown)
def close(desk: Writing, site: Id, body: NewClosure) -> Response:
    """Close the whole site for a span."""
    ident = identity.new_id()

    def do(edit: Edit) -> Answer:
        sites.site(edit.connection, site)
        calendars.add_closure(edit, site, Closure(ident, **body.model_dump()))
        return created({"id": ident, **body.model_dump()})

    return desk.edit(do)


@router.delete("/closures/{closure}", status_code=204)
def drop_closure(desk: Writing, site: Id, closure: Id) -> Response:
    """Take a closure back."""

    def do(edit: Edit) -> Answer:
        calendars.drop(edit, site, "closure", closure)
        return done()

    return desk.edit(do)


@router.get("/openings", response_model=PageOf[OpeningShown])
def list_openings(desk: Asking, site: Id, cursor: Cursor = None, limit: Limit = 100) -> Response:
    """List the site's weekly opening hours, by weekday."""
    o = t.opening.c
    with desk.reading() as connection:
        sites.site(connection, site)
        query = select(o.weekday, o.from_minute, o.to_minute, o.id).where(o.site == site)
        key = [o.weekday, o.from_minute, o.id]
        return paged(connection, query, key, cursor, limit, by_name)


@router.post("/openings", status_code=201, response_model=OpeningShown)
def open_weekly(desk: Writing, site: Id, body: NewOpening) -> Response:
    """Open the site each week at these hours."""
    ident = identity.new_id()

    def do(edit: Edit) -> Answer:
        sites.site(edit.connection, site)
        calendars.add_opening(edit, site, Opening(ident, **body.model_dump()))
        return created({"id": ident, **body.model_dump()})

    return desk.edit(do)


@router.delete("/openings/{opening}", status_code=204)
def drop_opening(desk: Writing, site: Id, opening: Id) -> Response:
    """Take opening hours back."""

    def do(edit: Edit) -> Answer:
        calendars.drop(edit, site, "opening", opening)
        return done()

    return desk.edit(do)
