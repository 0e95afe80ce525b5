"""Reading what a report counts, in a number of statements that does not grow with people, sessions or stays."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from sqlalchemy import Connection, select

from access.attendance import held_minutes
from access.clock import MINUTE_MS
from access.disclosure import Key
from access.service import Ledger
from access.spans import Span
from registry.attendance.attendance import each_register
from registry.attendance.pieces import Pieces, everybodys
from registry.calendars.local_dates import dates_span
from registry.programmes.sittings import Sitting, belongings, expected, sittings
from registry.reports import space
from registry.reports.facts import Facts, Programme
from registry.reports.periods import ZONE, Period
from registry.tables import core as t

STEPS = ("people", "stays", "hours", "service", "space", "visits", "peaks")
Told = Callable[[str], None]
"""Called with the name of each step before it is done."""


def silent(_step: str) -> None:
    """Nobody waits for it."""


def read(connection: Connection, period: Period, told: Told = silent) -> Facts:
    """All that a report of a period counts."""
    span = period.span
    told("people")
    w = t.site.c
    rows = connection.execute(select(w.id, w.name, w.confirmed_epoch, w.municipality).order_by(w.id)).all()
    sites = {row.id: row.name for row in rows}
    opened = tuple(row.id for row in rows if row.confirmed_epoch is not None)
    programmes = _programmes(connection)
    enrolled, completed = _enrolled(connection, span, programmes)
    told("stays")
    held = _held(connection, span)
    over = everybodys(connection, Span(span.start_ms, max([span.end_ms, *(one.session.end_ms for one in held)])))
    told("hours")
    sessions, attended = _hours(connection, held, over, span.end_ms)
    told("service")
    service = _service(connection, span)
    told("space")
    used, unused = space.use(connection, span)
    told("visits")
    visits, helped = space.visits(connection, span), space.helped(connection, span)
    told("peaks")
    peaks = space.peaks(connection, span, over)
    return Facts(
        period,
        sites,
        programmes,
        enrolled,
        completed,
        sessions,
        attended,
        service,
        used,
        unused,
        visits,
        helped,
        peaks,
        space.places(connection),
        opened,
        {row.id: row.municipality for row in rows if row.municipality},
    )


def _programmes(connection: Connection) -> dict[str, Programme]:
    """By how many seats they have, the most first: what is expected to be large comes first (``access.disclosure``)."""
    p = t.programme.c
    found = connection.execute(select(p.id, p.name, p.age_min, p.age_max, p.seats)).all()
    rows = sorted(found, key=lambda row: (-(row.seats or 0), row.id))
    return {row.id: Programme(row.name, row.age_min, row.age_max) for row in rows}


def _enrolled(
    connection: Connection, span: Span, programmes: Mapping[str, Programme]
) -> tuple[dict[Key, dict[str, frozenset[str]]], frozenset[str]]:
    """Who is counted where, and which of them had completed by the end. A place is there by its cohorts' dates alone,
    whoever is in them; each person is counted once, in the last cohort that they came to.
    """
    c, e = t.cohort.c, t.enrolment.c
    places, cohorts = dict[Key, dict[str, set[str]]](), dict[str, Key]()
    for row in connection.execute(select(c.id, c.site, c.programme, c.start_date, c.end_date)):
        from_ms, until_ms = dates_span(row.start_date, row.end_date, ZONE)
        cohorts[row.id] = (row.site, row.programme)
        if from_ms < span.end_ms and (until_ms is None or until_ms > span.start_ms):
            places.setdefault(cohorts[row.id], {band: set() for band in programmes[row.programme].bands})
    there = (e.from_ms < span.end_ms) & (e.until_ms.is_(None) | (e.until_ms > span.start_ms))
    stayed = e.cohort.is_not(None) & ((e.state != "withdrawn") | e.until_ms.is_not(None))
    query = select(e.person, e.cohort, e.age, e.state, e.until_ms).where(there, stayed)
    rows = connection.execute(query.order_by(e.from_ms, e.id))
    last = {row.person: row for row in rows if cohorts[row.cohort] in places}
    for person, row in last.items():
        key = cohorts[row.cohort]
        places[key][programmes[key[1]].band(row.age)].add(person)
    done = (row for row in last.values() if row.state == "completed")
    completed = frozenset(row.person for row in done if row.until_ms is None or row.until_ms <= span.end_ms)
    frozen = {key: {band: frozenset(some) for band, some in bands.items()} for key, bands in places.items()}
    return frozen, completed


def _held(connection: Connection, span: Span) -> list[Sitting]:
    """The sessions held that began in the period."""
    s = t.session.c
    return sittings(connection, (s.state == "delivered") & (s.start_ms >= span.start_ms) & (s.start_ms < span.end_ms))


def _hours(
    connection: Connection, held: Sequence[Sitting], over: Pieces, now_ms: int
) -> tuple[dict[Key, int], dict[Key, dict[str, int]]]:
    """The minutes of sessions held, and what each person is recognised for of them."""
    sessions, attended = defaultdict[Key, int](int), defaultdict[Key, dict[str, int]](dict)
    for sitting in held:
        sessions[_key(sitting)] += held_minutes(sitting.session)
    times = belongings(connection, groups={group for sitting in held for group in sitting.groups})
    for register in each_register(connection, expected(held, times), now_ms, over=over):
        for sitting, have in register.rows:
            if have.recognised_minutes:
                people = attended[_key(sitting)]
                people[register.person] = people.get(register.person, 0) + have.recognised_minutes
    return dict(sessions), dict(attended)


def _key(sitting: Sitting) -> Key:
    return sitting.site, sitting.programme


def _service(connection: Connection, span: Span) -> dict[str, dict[str, int]]:
    """What each person gave to teams and to citizens in the period."""
    c = t.service_entry.c
    query = select(c.ledger, c.person, c.start_ms, c.end_ms).where(
        ~c.void, c.start_ms < span.end_ms, c.end_ms > span.start_ms
    )
    found: dict[str, dict[str, int]] = {str(ledger): {} for ledger in Ledger}
    rows = connection.execute(query.order_by(c.ledger, c.person))
    for (ledger, person), some in groupby(rows, key=lambda row: (row.ledger, row.person)):
        given_ms = sum(min(row.end_ms, span.end_ms) - max(row.start_ms, span.start_ms) for row in some)
        found[ledger][person or ""] = given_ms // MINUTE_MS
    return found
