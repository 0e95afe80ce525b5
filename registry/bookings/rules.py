"""What a booking must satisfy before the database is asked: times, rights, training, hours, quotas and a free place.

One set of rules for one booking, for many of a series and for an offer of the waiting list; no query per booking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from access.clock import DAY_MS
from access.hours import local
from access.records import LONGEST_BOOKING_MS, BookingKind, Closure, Opening
from access.spans import Span, without
from registry import store
from registry.bookings import conflicts, holders, quotas
from registry.bookings.holders import Holder
from registry.calendars.open_hours import in_service, open_spans
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.reasons import why
from registry.tables import core as t

HORIZON_DAYS = 60
"""How far ahead can be booked where a site does not say otherwise."""
LAST_MS = 253_370_764_800_000
"""The year 9999: from here on no local day is sure to have a next one."""


@dataclass(frozen=True, slots=True)
class House:
    """A site's rules of booking, and when it is closed around some time."""

    site: str
    zone: ZoneInfo
    no_show_minutes: int
    offer_minutes: int
    horizon_days: int
    openings: tuple[Opening, ...]
    closures: tuple[Closure, ...]

    def hours(self, resource: str, lies_in: str, within: Span, audiences: frozenset[str]) -> tuple[Span, ...]:
        """When a resource, which lies in a zone, can be used within a time, by somebody of these audiences."""
        opened = open_spans(self.openings, self.closures, within, self.zone, audiences)
        rests = without([within], in_service(self.openings, resource, lies_in, within, self.zone))
        shut = [Span(one.start_ms, one.end_ms) for one in self.closures if one.resource == resource]
        return without(opened, [*rests, *shut])


@dataclass(frozen=True, slots=True)
class Asked:
    """Spans that somebody asks for at a resource, in the place of some bookings that are there (``leaving``).

    ``excused``: quotas are not asked.
    """

    holder: Holder
    resource: Row[Any]
    spans: tuple[Span, ...]
    kind: BookingKind
    places: int = 1
    excused: bool = False
    leaving: tuple[str, ...] = ()

    @property
    def around(self) -> Span:
        """The time in which they all lie."""
        return Span(min(span.start_ms for span in self.spans), max(span.end_ms for span in self.spans))


def house_of(connection: Connection, site: str, within: Span) -> House:
    """A site's rules, with the closures that touch a time. Raises Problem where there is no such site."""
    row = store.one(connection, t.site, t.site.c.id == site, "site")
    p, o, c = t.booking_policy.c, t.opening.c, t.closure.c
    horizon = connection.execute(select(p.horizon_days).where(p.site == site)).scalar_one_or_none()
    hours = select(o.id, o.weekday, o.from_minute, o.to_minute, o.audience, o.resource).where(o.site == site)
    touching = (c.site == site) & (c.start_ms < within.end_ms) & (c.end_ms > within.start_ms)
    shut = select(c.id, c.start_ms, c.end_ms, c.why, c.audience, c.resource).where(touching)
    return House(
        site,
        ZoneInfo(row.timezone),
        row.no_show_minutes,
        row.offer_minutes,
        HORIZON_DAYS if horizon is None else horizon,
        tuple(Opening(*found) for found in connection.execute(hours)),
        tuple(Closure(*found) for found in connection.execute(shut)),
    )


def resource_of(connection: Connection, site: str, ident: str) -> Row[Any]:
    """A resource's row. Raises Problem."""
    r = t.resource.c
    return store.one(connection, t.resource, (r.site == site) & (r.id == ident), "resource")


def refusals(edit: Edit, house: House, asked: Asked) -> tuple[Problem | None, ...]:
    """Why each of the spans cannot be booked, beside those before it that can; None: it can."""
    found = [_first(edit, house, asked, span) for span in asked.spans]
    taken = _taken(edit.connection, house.site, asked, found)
    found = [one or other for one, other in zip(found, taken, strict=True)]
    counts = asked.kind is BookingKind.DESK and not asked.excused
    free = [span for span, problem in zip(asked.spans, found, strict=True) if problem is None]
    if counts and free:
        over = iter(quotas.exceeded(edit.connection, asked.holder, free, house.zone, asked.leaving))
        found = [next(over) if problem is None else problem for problem in found]
    return tuple(found)


def check_span(span: Span) -> None:
    """A booking has a span at all. Raises Problem."""
    if not 0 < span.end_ms - span.start_ms <= LONGEST_BOOKING_MS or span.end_ms > LAST_MS:
        raise Problem(
            Kind.INVALID,
            why("booking.span", "a booking ends after it starts, and at most 7 days later; correct its times."),
        )


def _first(edit: Edit, house: House, asked: Asked, span: Span) -> Problem | None:
    """The first rule that refuses a span, of those that ask neither for others' bookings nor for one's own."""
    try:
        check_span(span)
        holders.checked(asked.holder, asked.resource, span.start_ms, span.end_ms)
        _check_places(asked)
        _check_training(asked, edit.at_ms)
        _check_horizon(house, asked, span, edit.at_ms)
        _check_hours(house, asked, span)
    except Problem as problem:
        return problem
    return None


def _check_places(asked: Asked) -> None:
    capacity, is_zone = asked.resource.capacity, asked.resource.kind == "zone"
    if asked.kind is BookingKind.DESK and is_zone and capacity is not None and asked.places > capacity:
        detail = why(
            "booking.places",
            "this zone has {capacity} places, and {places} are asked for; ask for fewer.",
            capacity=capacity,
            places=asked.places,
        )
        raise Problem(Kind.INVALID, detail, None, capacity=capacity, places=asked.places)


def _check_training(asked: Asked, now_ms: int) -> None:
    due_ms = asked.holder.training_due_ms
    if asked.kind is BookingKind.DESK and due_ms is not None and due_ms <= now_ms:
        detail = why("booking.overdue", "a mandatory module of this person is overdue; book its training first.")
        raise Problem(Kind.OVERDUE, detail, None, due_ms=due_ms)


def _check_horizon(house: House, asked: Asked, span: Span, now_ms: int) -> None:
    if asked.kind is BookingKind.DESK and span.start_ms > horizon_ms(house, now_ms):
        detail = why(
            "booking.horizon", "it can be booked at most {days} days ahead; book it later.", days=house.horizon_days
        )
        raise Problem(Kind.INVALID, detail, None, from_ms=span.start_ms - house.horizon_days * DAY_MS)


def horizon_ms(house: House, now_ms: int) -> int:
    """The last moment at which a booking of this moment can begin: the end of that local day."""
    last = local(now_ms + house.horizon_days * DAY_MS, house.zone).date() + timedelta(1)
    end = datetime(last.year, last.month, last.day, tzinfo=house.zone)
    return int(end.timestamp() * 1_000) - 1


def _check_hours(house: House, asked: Asked, span: Span) -> None:
    hours = house.hours(asked.resource.id, asked.resource.zone, span, asked.holder.audiences)
    if hours == (span,):
        return
    shown = [{"start_ms": one.start_ms, "end_ms": one.end_ms} for one in hours]
    detail = why("booking.closed", "it is closed, or out of service, in a part of this span; choose another.")
    raise Problem(Kind.CLOSED, detail, None, open=shown)


def _taken(connection: Connection, site: str, asked: Asked, found: Sequence[Problem | None]) -> list[Problem | None]:
    """Why each span has no place; those that are refused already, and those without a place, take none."""
    around = conflicts.blocked(asked.resource, asked.around.start_ms, asked.around.end_ms).span
    there = conflicts.blocks_of(connection, site, around, [asked.resource.id], asked.leaving)
    blocks = list(there.get(asked.resource.id, ()))
    problems: list[Problem | None] = []
    for span, refused in zip(asked.spans, found, strict=True):
        wanted = conflicts.blocked(asked.resource, span.start_ms, span.end_ms, asked.places)
        if refused is not None:
            problems.append(None)
            continue
        taken = conflicts.in_the_way(asked.resource, blocks, wanted)
        problems.append(conflicts.conflict(taken) if taken else None)
        if not taken:
            blocks.append(wanted)
    return problems


def explained(connection: Connection, house: House, asked: Asked, problem: Problem, now_ms: int) -> Problem:
    """The refusal of one span with what could be booked instead, where it is taken."""
    if problem.kind is not Kind.BOOKING_CONFLICT:
        return problem
    (span,) = asked.spans
    wanted = conflicts.blocked(asked.resource, span.start_ms, span.end_ms, asked.places)
    near = Span(span.start_ms - conflicts.NEAR_MS, span.end_ms + conflicts.NEAR_MS)
    wide = house_of(connection, house.site, near)

    def hours(resource: str) -> tuple[Span, ...]:
        return wide.hours(resource, asked.resource.zone, near, asked.holder.audiences)

    return conflicts.with_alternatives(connection, problem, asked.resource, wanted, hours, now_ms)


def check(edit: Edit, house: House, asked: Asked) -> None:
    """One span can be booked. Raises Problem, which names what could be booked instead."""
    (problem,) = refusals(edit, house, asked)
    if problem is not None:
        raise explained(edit.connection, house, asked, problem, edit.at_ms)


def alone(edit: Edit, house: House, asked: Asked) -> Problem | None:
    """Why a first span could not be booked, were there nobody else and no quota; None: it could."""
    return _first(edit, house, asked, asked.spans[0])


def together(asked: Asked, refused: Sequence[Problem | None]) -> Problem:
    """The refusal of many spans of which some cannot be booked: which, and why."""
    named = refused_spans(asked.spans, refused)
    detail = f"{len(named)} of {len(asked.spans)} cannot be booked; choose other times, or leave these out."
    return Problem(Kind.BOOKING_CONFLICT, detail, None, refused=named)


def refused_spans(spans: Sequence[Span], refused: Sequence[Problem | None]) -> list[dict[str, Any]]:
    """The spans that are refused, each with the kind of its problem and its sentence."""
    return [
        {"start_ms": span.start_ms, "end_ms": span.end_ms, "why": problem.kind.slug, "detail": str(problem)}
        for span, problem in zip(spans, refused, strict=True)
        if problem is not None
    ]
