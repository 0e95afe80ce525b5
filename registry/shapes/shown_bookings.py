"""What operators are shown of bookings, series, waiting lists and availability. Times are Unix milliseconds."""

from typing import Any

from pydantic import BaseModel


class BookingShown(BaseModel):
    """A booking, whatever became of it. ``status`` says how it stands at this moment: its state, or ``checked-in``,
    ``unconfirmed``, ``unconfirmed: site offline``, ``lapsed``. ``resource`` is null once it is forgotten which desk it
    was.
    """

    id: str
    resource: str | None
    zone: str
    person: str | None
    group: str | None
    kind: str
    state: str
    status: str
    start_ms: int
    end_ms: int
    blocked_until_ms: int
    places: int
    series: str | None
    recurrence: str | None
    release_ms: int | None
    checked_in_ms: int | None
    confirmed_by: str | None
    hold_until_ms: int | None
    waiting: bool
    walk_in: bool
    excuse: str | None
    made_ms: int
    made_by: str


class RefusedShown(BaseModel):
    """A span that could not be booked, and why."""

    start_ms: int
    end_ms: int
    why: str
    detail: str


class SeriesShown(BaseModel):
    """A recurring booking; each of its occurrences is a booking of its own. ``resource`` is null once all of it is over
    and it is forgotten which desk it was.
    """

    id: str
    resource: str | None
    person: str | None
    group: str | None
    kind: str
    start: str
    length_ms: int
    rule: str
    left_out: list[str]
    made_ms: int
    made_by: str


class MadeSeries(SeriesShown):
    """A new or changed series with the ids of its bookings, and what was left out because it could not be booked."""

    bookings: list[str]
    skipped: list[RefusedShown]


class CancelledSeries(BaseModel):
    """The bookings that were cancelled, by id."""

    bookings: list[str]


class WaitingShown(BaseModel):
    """An entry of the waiting list: ``waiting``, ``offered`` (as ``booking``, until ``hold_until_ms``), ``taken``,
    ``declined``, ``lapsed``, ``left``, ``over``.
    """

    id: str
    state: str
    turn: int
    person: str | None
    group: str | None
    kind: str
    zone: str
    resource: str | None
    start_ms: int
    end_ms: int
    booking: str | None
    hold_until_ms: int | None


class SpanShown(BaseModel):
    """How a resource stands from one moment to another: ``free``, ``booked`` or ``closed``."""

    start_ms: int
    end_ms: int
    state: str


class ResourceDay(BaseModel):
    """A resource's day, without a gap."""

    id: str
    kind: str
    name: str
    zone: str
    capacity: int | None
    spans: list[SpanShown]


class AvailabilityShown(BaseModel):
    """What is free at a site on a local day; names nobody."""

    site: str
    start_ms: int
    end_ms: int
    resources: list[ResourceDay]


def shown_booking(line: Any, status: str) -> dict[str, Any]:  # noqa: ANN401 -- a booking's columns by name
    """A booking's row as it is shown."""
    renamed = {"group": line["group_id"], "excuse": line["excused"], "status": status}
    return {name: renamed[name] if name in renamed else line[name] for name in BookingShown.model_fields}
