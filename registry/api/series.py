"""Recurring bookings: a series, all its occurrences, or one and those that follow."""

from datetime import datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, select

from access.records import BookingKind
from registry import identity
from registry.api.answers import Answer
from registry.api.bookings import check_excuse, check_holder, settled
from registry.api.desk import Desk, reads, writes
from registry.api.paging import Cursor, Limit, paged
from registry.bookings import series, series_edits
from registry.bookings.series import Made
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area
from registry.names import Id
from registry.problems import Kind, Problem
from registry.shapes.bookings import NewSeries, SeriesChange
from registry.shapes.shown import PageOf
from registry.shapes.shown_bookings import CancelledSeries, MadeSeries, SeriesShown
from registry.sites import sites
from registry.tables import core as t

router = APIRouter(prefix="/api/v1/sites/{site}/series", tags=["bookings"])
Since = Annotated[str | None, Query(max_length=19, description="A local time: this occurrence and those that follow.")]
_SAME = ("id", "resource", "person", "kind", "start", "length_ms", "rule", "made_ms", "made_by")


def _series(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the series table
    return {**{name: getattr(row, name) for name in _SAME}, "group": row.group_id, "left_out": series.left_out_of(row)}


def _wall(text: str) -> datetime:
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        wall = None
    if wall is None or wall.tzinfo is not None:
        raise Problem(Kind.INVALID, "a local time is one such as 2026-11-23T09:00; correct it.")
    return wall


def _since(text: str | None) -> datetime | None:
    return None if text is None else _wall(text)


def _time(text: str | None) -> time | None:
    try:
        return None if text is None else time.fromisoformat(text)
    except ValueError:
        raise Problem(Kind.INVALID, "a time of day is one such as 09:30; correct it.") from None


def _made(connection: Connection, site: str, made: Made, status: int) -> Answer:
    row = series.row_of(connection, site, made.id)
    body = {**_series(row), "bookings": list(made.bookings), "skipped": list(made.skipped)}
    return Answer(status, body, row.revision)


@router.get("", response_model=PageOf[SeriesShown])
def list_series(
    desk: Annotated[Desk, reads(Area.BOOKINGS, whose.SITE)], site: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List the series of a site."""
    s = t.series.c
    with desk.reading() as connection:
        sites.site(connection, site)
        return paged(connection, select(t.series).where(s.site == site), [s.id], cursor, limit, _series)


@router.post("", status_code=201, response_model=MadeSeries)
def add_series(desk: Annotated[Desk, writes(Area.BOOKINGS, whose.BODY)], site: Id, body: NewSeries) -> Response:
    """Book every occurrence of a rule, or none; with ``conflicts`` *skip*, those that can be."""
    ident = identity.new_id()
    check_holder(desk, site, body.person, body.group, body.excuse)
    settled(desk, site)
    wanted = series.NewSeries(
        body.resource,
        body.person or "",
        body.group or "",
        _wall(body.start),
        body.length_ms,
        body.rule,
        tuple(sorted(map(_wall, body.left_out))),
        BookingKind(body.kind),
        body.places,
        body.excuse or "",
        body.conflicts == "skip",
        desk.operator,
    )

    def do(edit: Edit) -> Answer:
        return _made(edit.connection, site, series.make(edit, site, ident, wanted), 201)

    return desk.edit(do)


@router.get("/{series_id}", response_model=SeriesShown)
def read_series(desk: Annotated[Desk, reads(Area.BOOKINGS, whose.SERIES)], site: Id, series_id: Id) -> Response:
    """Give one series."""
    with desk.reading() as connection:
        row = series.row_of(connection, site, series_id)
    return desk.show(_series(row), row.revision)


@router.patch("/{series_id}", response_model=MadeSeries)
def change_series(
    desk: Annotated[Desk, writes(Area.BOOKINGS, whose.SERIES)], site: Id, series_id: Id, body: SeriesChange
) -> Response:
    """Change what has not begun of a series, from an occurrence on; where something stays before, it is split in two
    and the answer is the second part.
    """
    after_id = identity.new_id()
    check_excuse(desk, site, body.excuse)
    settled(desk, site)
    wanted = series.SeriesChange(
        _since(body.since), _time(body.time_of_day), body.length_ms, body.resource, body.excuse or ""
    )

    def do(edit: Edit) -> Answer:
        desk.check_match(series.row_of(edit.connection, site, series_id).revision)
        return _made(edit.connection, site, series_edits.change(edit, site, series_id, after_id, wanted), 200)

    return desk.edit(do)


@router.delete("/{series_id}", response_model=CancelledSeries)
def cancel_series(
    desk: Annotated[Desk, writes(Area.BOOKINGS, whose.SERIES)], site: Id, series_id: Id, since: Since = None
) -> Response:
    """Cancel what has not begun of a series, from an occurrence on; that it was is kept."""
    settled(desk, site)
    first = _since(since)

    def do(edit: Edit) -> Answer:
        return Answer(200, {"bookings": list(series_edits.cancel(edit, site, series_id, first))})

    return desk.edit(do)
