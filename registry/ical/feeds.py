"""What a calendar feed holds: a person's own bookings and sessions, or what takes up a resource or closes a site.

Feeds of resources and sites name nobody (guarantees P7, P8): a booking there is a span and no more. Each reaches from
a month back to half a year ahead, and holds a bounded number of events, the earliest first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, false, or_, select

from access.clock import DAY_MS
from access.records import BookingKind
from registry.ical.feed_tokens import Subscriber, Target
from registry.ical.outgoing import PRODUCT, Event, Heading, Status, calendar_bytes
from registry.names import LAST_MS
from registry.sites import sites
from registry.tables import core as t
from registry.tables.bookings import HOLDING

BACK_MS = 31 * DAY_MS
AHEAD_MS = 183 * DAY_MS
MOST_EVENTS = 2_000
BOOKED = "Prenotazione"
SOME_DESK = "Una postazione"
"""Where a booking was, once which desk it was is forgotten."""
CLOSED = "Chiuso"
DOMAIN = "hubout"
Times = Sequence[tuple[str, int, int | None]]
"""A person's times in teams and cohorts: which, from when, until when (Unix ms; None: without end)."""


@dataclass(frozen=True, slots=True)
class Span:
    """The part of time that a feed shows, Unix ms, half open."""

    from_ms: int
    until_ms: int

    def holds(self, columns: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- the columns of a table with a span
        """Whether a row shares a moment with it."""
        return and_(columns.start_ms < self.until_ms, columns.end_ms > self.from_ms)


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar as values; ``tag`` is the same as long as they are."""

    heading: Heading
    events: tuple[Event, ...]

    @property
    def tag(self) -> str:
        """The ETag."""
        return f'"{sha256(repr((PRODUCT, self.heading, self.events)).encode()).hexdigest()[:32]}"'

    def text(self) -> bytes:
        """The iCalendar text."""
        return calendar_bytes(self.heading, self.events)


def span_at(at_ms: int) -> Span:
    """What a feed shows at a moment."""
    return Span(max(0, at_ms - BACK_MS), min(LAST_MS, at_ms + AHEAD_MS))


def feed(connection: Connection, of: Subscriber, at_ms: int) -> Feed:
    """The calendar of a feed at a moment. Raises Problem where what it is of is gone."""
    span, names = span_at(at_ms), _Names(connection, of.created_ms)
    if of.target.person:
        heading = _of_whom(connection, of.target.person)
        return Feed(heading, _first(_of_person(names, of.target.person, span)))
    site = sites.site(connection, of.target.site or "")
    if of.target.resource:
        title = f"{names.of(site.id, of.target.resource)} – {site.name}"
        return Feed(Heading(title, site.timezone), _first(_of_resource(names, of.target, span)))
    return Feed(Heading(site.name, site.timezone), _first(_of_site(names, site.id, span)))


def _of_whom(connection: Connection, person: str) -> Heading:
    """A personal feed's heading: its person's name, and the time zone of a site that admits them."""
    name: str = connection.execute(select(t.person.c.name).where(t.person.c.id == person)).scalar_one()
    admitted = select(t.site.c.timezone).join(t.rights, t.rights.c.site == t.site.c.id)
    admitted = admitted.where(t.rights.c.person == person).order_by(t.site.c.id).limit(1)
    return Heading(f"Hubout – {name}", connection.execute(admitted).scalar_one_or_none() or "UTC")


def _first(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda event: (event.start_ms, event.uid)))[:MOST_EVENTS]


class _Names:
    """A connection, and the names of sites and resources that it holds, read once."""

    def __init__(self, connection: Connection, modified_ms: int) -> None:
        self.connection = connection
        self.modified_ms = modified_ms
        s, r = t.site.c, t.resource.c
        self._sites = {row.id: row.name for row in connection.execute(select(s.id, s.name))}
        found = connection.execute(select(r.site, r.id, r.name))
        self._resources = {(row.site, row.id): row.name for row in found}

    def of(self, site: str, resource: str | None) -> str:
        """A resource's or zone's name; its id where it has none."""
        return str(self._resources.get((site, resource or ""), resource or ""))

    def place(self, site: str, resource: str | None) -> str:
        """A resource with its site."""
        return ", ".join(name for name in (self.of(site, resource), self._sites[site]) if name)

    def rows(self, query: Select[Any], columns: Any) -> Iterable[Row[Any]]:  # noqa: ANN401 -- a table's columns
        """The first rows of a query, by start."""
        return self.connection.execute(query.order_by(columns.start_ms, columns.id).limit(MOST_EVENTS))


def _of_person(names: _Names, person: str, span: Span) -> Iterator[Event]:
    b, s = t.booking.c, t.session.c
    times = _times(names.connection, person)
    theirs = or_(b.person == person, *_meanwhile(times, b.group_id, b.start_ms))
    for row in names.rows(select(t.booking).where(theirs, _is_own(b), span.holds(b)), b):
        yield _booking(names, row, SOME_DESK if row.resource is None else names.of(row.site, row.resource))
    for row in names.rows(select(t.session).where(span.holds(s), _concerns(person, times)), s):
        yield _session(names, row)


def _of_resource(names: _Names, target: Target, span: Span) -> Iterator[Event]:
    b, s, c = t.booking.c, t.session.c, t.closure.c
    for row in names.rows(select(t.booking).where(_at(b, target), _is_own(b), span.holds(b)), b):
        yield _booking(names, row, BOOKED)
    for row in names.rows(select(t.session).where(_at(s, target), span.holds(s)), s):
        yield _session(names, row)
    everywhere = and_(c.site == target.site, c.resource == "", c.audience == "")
    for row in names.rows(select(t.closure).where(or_(everywhere, _at(c, target)), span.holds(c)), c):
        yield _closure(names, row)


def _is_own(columns: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- the booking table's columns
    """Whether a booking holds its resource, and is not that of a session, which is shown as itself."""
    return and_(columns.state.in_(HOLDING), columns.kind != BookingKind.SESSION)


def _at(columns: Any, target: Target) -> ColumnElement[bool]:  # noqa: ANN401 -- a table's columns
    return and_(columns.site == target.site, columns.resource == target.resource)


def _of_site(names: _Names, site: str, span: Span) -> Iterator[Event]:
    s, c = t.session.c, t.closure.c
    for row in names.rows(select(t.session).where(s.site == site, span.holds(s)), s):
        yield _session(names, row)
    for row in names.rows(select(t.closure).where(c.site == site, span.holds(c)), c):
        yield _closure(names, row)


def _concerns(person: str, times: Times) -> ColumnElement[bool]:
    """Whether a session is for this person while it is on: by team or cohort, or as its trainer."""
    s, group, trainer = t.session.c, t.session_group.c, t.session_trainer.c
    here = and_(group.site == s.site, group.session == s.id)
    return or_(
        exists().where(here, or_(*_meanwhile(times, group.group_id, s.start_ms))),
        exists().where(trainer.site == s.site, trainer.session == s.id, trainer.person == person),
    )


def _times(connection: Connection, person: str) -> Times:
    m, e = t.member.c, t.enrolment.c
    stayed = (e.person == person) & (e.state != "withdrawn")
    still = exists().where(stayed, e.cohort == t.team.c.cohort)
    teams = select(m.team, m.from_ms, m.until_ms).join(t.team, t.team.c.id == m.team).where(m.person == person, still)
    cohorts = select(e.cohort, e.from_ms, e.until_ms).where(stayed, e.cohort.is_not(None))
    return [(group, from_ms, until_ms) for group, from_ms, until_ms in connection.execute(teams.union_all(cohorts))]


def _meanwhile(times: Times, group: ColumnElement[str], at_ms: ColumnElement[int]) -> list[ColumnElement[bool]]:
    """For each time in a group: whether something of that group is in it. One index serves each, unlike a subquery."""
    found = [
        and_(group == ident, at_ms >= from_ms, at_ms < (until_ms or LAST_MS)) for ident, from_ms, until_ms in times
    ]
    return found or [false()]


def _booking(names: _Names, row: Row[Any], title: str) -> Event:
    uid = f"booking-{row.site}-{row.id}@{DOMAIN}"
    return Event(
        uid,
        row.start_ms,
        row.end_ms,
        title,
        row.made_ms or names.modified_ms,
        names.place(row.site, row.resource or row.zone),
        sequence=row.revision - 1,
        status=Status.CONFIRMED if row.state in {"booked", "ended"} else Status.TENTATIVE,
    )


def _session(names: _Names, row: Row[Any]) -> Event:
    place = row.place if row.off_site else names.place(row.site, row.resource or row.zone)
    return Event(
        f"session-{row.site}-{row.id}@{DOMAIN}",
        row.start_ms,
        row.end_ms,
        row.title,
        names.modified_ms,
        place,
        sequence=row.revision - 1,
        status=Status.CANCELLED if row.state == "cancelled" else Status.CONFIRMED,
    )


def _closure(names: _Names, row: Row[Any]) -> Event:
    what = " – ".join(part for part in (names.of(row.site, row.resource), row.audience, CLOSED) if part)
    title = f"{what}: {row.why}" if row.why else what
    uid = f"closure-{row.site}-{row.id}@{DOMAIN}"
    return Event(uid, row.start_ms, row.end_ms, title, names.modified_ms, names.place(row.site, row.resource))
