"""Changing or cancelling a whole series, or one of its occurrences and all that follow.

What has begun, what was cancelled and what somebody came for stays as it was; so does what was moved by hand. Where
something stays before what changes, the series is split in two.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, insert, update

from access.spans import Span
from registry.bookings import bookings, series, waiting
from registry.bookings import moves as booking_moves
from registry.bookings import rules as booking_rules
from registry.bookings.series import Made, SeriesChange
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.recurrence import occurrences as rec
from registry.recurrence.wall import Length, RecurrenceRefused, span
from registry.tables import core as t


@dataclass(frozen=True, slots=True)
class _Turned:
    """How a series changes: its part before (None: nothing stays), the part that changes as it was and as it will be,
    that part's id, and by how much its local times move.
    """

    before: rec.Series | None
    old: rec.Series
    new: rec.Series
    ident: str
    by: timedelta


def change(edit: Edit, site: str, ident: str, after_id: str, wanted: SeriesChange) -> Made:
    """Change a series from an occurrence on, all of it or nothing; what is split off is the series ``after_id``.

    Raises Problem, which names the occurrences that cannot be booked so.
    """
    waiting.settle(edit, site)
    row = series.row_of(edit.connection, site, ident)
    lines = series.lines_of(edit.connection, site, ident)
    ahead = _ahead(lines, wanted.since, edit.at_ms)
    first = wanted.since or datetime.fromisoformat(ahead[0]["recurrence"])
    zone = booking_rules.house_of(edit.connection, site, Span(0, 1)).zone
    turned = _turned(series.series_of(row, zone), first, ident, after_id, wanted)
    tail = [line for line in lines if datetime.fromisoformat(line["recurrence"]) >= first]
    moving = [line for line in ahead if _is_by_rule(line, row, turned.old)]
    if not moving:
        raise Problem(Kind.OUT_OF_TURN, "nothing of this series can still change; make a new one.")
    booking_moves.move(edit, site, moving, [_moved(line, turned, wanted) for line in moving])
    ids = {line["id"] for line in moving}
    _relabel(edit, turned, [line for line in tail if line["id"] not in ids])
    _store(edit, row, turned, wanted.resource or row.resource)
    return Made(turned.ident, tuple(line["id"] for line in tail))


def _ahead(lines: list[dict[str, Any]], since: datetime | None, now_ms: int) -> list[dict[str, Any]]:
    """The bookings of a series that can still change, from an occurrence on. Raises Problem where there are none."""
    found = [
        line
        for line in lines
        if line["state"] in {"pending", "booked"}
        and line["checked_in_ms"] is None
        and line["start_ms"] > now_ms
        and (since is None or datetime.fromisoformat(line["recurrence"]) >= since)
    ]
    if not found:
        raise Problem(Kind.OUT_OF_TURN, "nothing of this series can still change; make a new one.")
    return found


def _turned(whole: rec.Series, first: datetime, ident: str, after_id: str, wanted: SeriesChange) -> _Turned:
    try:
        before, old = (None, whole) if first == whole.start else rec.split(whole, first)
        length = old.length if wanted.length_ms is None else Length(ms=wanted.length_ms)
        new = rec.at_time(old, wanted.time_of_day or old.start.time(), length)
    except RecurrenceRefused as error:
        raise Problem(Kind.INVALID, str(error)) from None
    return _Turned(before, old, new, ident if before is None else after_id, new.start - old.start)


def _is_by_rule(line: dict[str, Any], row: Row[Any], old: rec.Series) -> bool:
    """Whether a booking is where its rule put it."""
    there = span(datetime.fromisoformat(line["recurrence"]), old.length, old.zone)
    return bool((line["start_ms"], line["end_ms"]) == there and line["resource"] == row.resource)


def _moved(line: dict[str, Any], turned: _Turned, wanted: SeriesChange) -> dict[str, Any]:
    wall = datetime.fromisoformat(line["recurrence"]) + turned.by
    start_ms, end_ms = span(wall, turned.new.length, turned.new.zone)
    after = {**line, "series": turned.ident, "recurrence": wall.isoformat(), "start_ms": start_ms, "end_ms": end_ms}
    if wanted.resource is not None:
        after["resource"] = wanted.resource
    if wanted.excuse:
        after["excused"] = wanted.excuse
    return after


def _relabel(edit: Edit, turned: _Turned, lines: list[dict[str, Any]]) -> None:
    """What stays where it is belongs to the changed part all the same."""
    if not lines:
        return
    b = t.booking.c
    here = update(t.booking).where(b.site == bindparam("at_site"), b.id == bindparam("of_id"))
    edit.connection.execute(
        here.values(series=bindparam("to_series"), recurrence=bindparam("to_wall")),
        [
            {
                "at_site": line["site"],
                "of_id": line["id"],
                "to_series": turned.ident,
                "to_wall": (datetime.fromisoformat(line["recurrence"]) + turned.by).isoformat(),
            }
            for line in lines
        ],
    )


def _store(edit: Edit, row: Row[Any], turned: _Turned, resource: str) -> None:
    s = t.series.c
    here = update(t.series).where(s.site == row.site, s.id == row.id)
    changed = {**series.columns_of(turned.new), "resource": resource}
    if turned.before is None:
        edit.connection.execute(here.values(**changed, revision=s.revision + 1))
        return
    edit.connection.execute(here.values(**series.columns_of(turned.before), revision=s.revision + 1))
    own = {"id": turned.ident, "made_ms": edit.at_ms, "revision": 1}
    edit.connection.execute(insert(t.series).values({**dict(row._mapping), **changed, **own}))  # noqa: SLF001 -- its public name


def cancel(edit: Edit, site: str, ident: str, since: datetime | None) -> tuple[str, ...]:
    """Cancel what has not begun of a series, from an occurrence on; the ids of its bookings. Raises Problem."""
    waiting.settle(edit, site)
    series.row_of(edit.connection, site, ident)
    ahead = _ahead(series.lines_of(edit.connection, site, ident), since, edit.at_ms)
    return tuple(line["id"] for line in bookings.call_off(edit, site, ahead))
