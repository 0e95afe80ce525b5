"""Bookings of a site."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Connection, Row, select

from access.records import BookingKind
from registry import identity
from registry.api.answers import Answer
from registry.api.desk import Desk, done, reads, tag, writes
from registry.api.paging import Cursor, Limit, paged
from registry.bookings import bookings, conflicts, noshow, waiting
from registry.bookings.rows import Line
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area, Verb
from registry.guard.authority import at, may
from registry.names import Id
from registry.problems import Kind, Problem
from registry.shapes.bookings import BookingChange, NewBooking
from registry.shapes.shown import PageOf
from registry.shapes.shown_bookings import BookingShown, shown_booking
from registry.sites import sites
from registry.tables import core as t
from registry.tables.bookings import HOLDING, STATES

router = APIRouter(prefix="/api/v1/sites/{site}", tags=["bookings"])


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


def _shown(connection: Connection, lines: Sequence[Line], now_ms: int) -> list[dict[str, Any]]:
    """Bookings of one site as they stand now."""
    if not lines:
        return []
    heard_ms = noshow.last_event_ms(connection, lines[0]["site"])
    return [shown_booking(line, noshow.status(line, now_ms, heard_ms)) for line in lines]


def answered(edit: Edit, line: Line, status: int = 200) -> Answer:
    """A booking that was just edited, as an answer."""
    (shown,) = _shown(edit.connection, [line], edit.at_ms)
    return Answer(status, shown, line["revision"])


def settled(desk: Desk, site: str) -> int:
    """The moment of a request, what has run out by then at the site being taken back."""
    now_ms = desk.shared.settings.wall_ms()
    waiting.settle_now(desk.shared.database, site, now_ms)
    return now_ms


def check_holder(desk: Desk, site: str, person: str | None, group: str | None, excuse: str | None) -> None:
    """Whoever asks may book for whom a body names. Raises Problem."""
    desk.check(whose.held_by(site, person, group), "site")
    check_excuse(desk, site, excuse)


def check_excuse(desk: Desk, site: str, excuse: str | None) -> None:
    """What waives quotas is the word of a site's staff, not of whoever books for themselves. Raises Problem."""
    if excuse and not may(desk.asked.authority, Area.BOOKINGS, Verb.WRITE, at(site)):
        raise Problem(Kind.NOT_YOURS, "an excuse is a word of the site's staff; leave it out, or ask them.")


@router.get("/bookings", response_model=PageOf[BookingShown])
def list_bookings(
    desk: Annotated[Desk, reads(Area.BOOKINGS, whose.SITE)],
    site: Id,
    day: Annotated[str, Query(max_length=10, description="A date in the site's time zone.")],
    all_states: Annotated[bool, Query(alias="all", description="Those cancelled and released as well.")] = False,  # noqa: FBT002 -- a query's own switch
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the bookings that touch one local day, by start."""
    b = t.booking.c
    now_ms = settled(desk, site)
    with desk.reading() as connection:
        start_ms, end_ms = day_span(day, sites.site(connection, site).timezone)
        touching = conflicts.overlapping(start_ms, end_ms) & (b.end_ms > start_ms)
        query = select(t.booking).where(b.site == site, touching)
        if not all_states:
            query = query.where(b.state.in_(HOLDING))
        heard_ms = noshow.last_event_ms(connection, site)

        def shape(row: Row[Any]) -> dict[str, Any]:
            line = dict(row._mapping)  # noqa: SLF001 -- SQLAlchemy's public name
            return shown_booking(line, noshow.status(line, now_ms, heard_ms))

        return paged(connection, query, [b.start_ms, b.id], cursor, limit, shape)


@router.post("/bookings", status_code=201, response_model=BookingShown)
def book(desk: Annotated[Desk, writes(Area.BOOKINGS, whose.BODY)], site: Id, body: NewBooking) -> Response:
    """Book a desk, room or zone; 409 with the spans that are taken, never with whose they are, and what is free."""
    ident = identity.new_id()
    check_holder(desk, site, body.person, body.group, body.excuse)
    now_ms = settled(desk, site)
    if body.walk_in != (body.start_ms is None):
        raise Problem(Kind.INVALID, "a booking has a start; a walk-in has none, for it begins now.")
    wanted = bookings.Wanted(
        body.resource,
        body.person or "",
        now_ms if body.start_ms is None else body.start_ms,
        body.end_ms,
        body.group or "",
        BookingKind(body.kind),
        body.places,
        body.walk_in,
        body.excuse or "",
        desk.operator,
    )

    def do(edit: Edit) -> Answer:
        bookings.book(edit, site, ident, wanted)
        return answered(edit, bookings.line_of(edit.connection, site, ident), 201)

    return desk.edit(do)


@router.get("/bookings/{booking}", response_model=BookingShown)
def read_booking(desk: Annotated[Desk, reads(Area.BOOKINGS, whose.BOOKING)], site: Id, booking: Id) -> Response:
    """Give one booking, whatever became of it."""
    now_ms = settled(desk, site)
    with desk.reading() as connection:
        line = bookings.line_of(connection, site, booking, STATES)
        (shown,) = _shown(connection, [line], now_ms)
    # Never 304: how it stands changes with the time alone, its revision not.
    return JSONResponse(shown, headers={"ETag": tag(line["revision"])})


@router.patch("/bookings/{booking}", response_model=BookingShown)
def change_booking(
    desk: Annotated[Desk, writes(Area.BOOKINGS, whose.BOOKING)], site: Id, booking: Id, body: BookingChange
) -> Response:
    """Move, prolong, shorten or end a booking; who waits is offered what becomes free."""
    check_excuse(desk, site, body.excuse)
    settled(desk, site)
    wanted = bookings.Change(body.start_ms, body.end_ms, body.resource, body.excuse or "")

    def do(edit: Edit) -> Answer:
        desk.check_match(bookings.line_of(edit.connection, site, booking, STATES)["revision"])
        return answered(edit, bookings.change(edit, site, booking, wanted))

    return desk.edit(do)


@router.delete("/bookings/{booking}", status_code=204)
def cancel(desk: Annotated[Desk, writes(Area.BOOKINGS, whose.BOOKING)], site: Id, booking: Id) -> Response:
    """Cancel a booking, one occurrence of a series alone; that it was is kept."""
    settled(desk, site)

    def do(edit: Edit) -> Answer:
        bookings.cancel(edit, site, booking)
        return done()

    return desk.edit(do)


@router.post("/bookings/{booking}/approve", response_model=BookingShown)
def approve(desk: Annotated[Desk, writes(Area.BOOKINGS, whose.SITE)], site: Id, booking: Id) -> Response:
    """Let a pending booking hold."""
    settled(desk, site)
    return desk.edit(lambda edit: answered(edit, bookings.approve(edit, site, booking)))


@router.post("/bookings/{booking}/reject", response_model=BookingShown)
def reject(desk: Annotated[Desk, writes(Area.BOOKINGS, whose.SITE)], site: Id, booking: Id) -> Response:
    """Refuse a pending booking; who waits is offered its place."""
    settled(desk, site)
    return desk.edit(lambda edit: answered(edit, bookings.reject(edit, site, booking)))
