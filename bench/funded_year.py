"""A year of two sites as a registry would have it: cohorts, sessions, stays, visits, bookings, hours given.

It is put into the tables as it would be found there, without going through the edits that would have made it: what is
measured is reading it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice, product
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, insert

from access.clock import HOUR_MS, MINUTE_MS
from access.hours import day_start_ms
from registry.setup import Registry
from registry.tables import core as t
from registry.uplink import branches

ROME = ZoneInfo("Europe/Rome")
SITES = {"cinisello": "Cinisello Balsamo", "matera": "Matera"}
PROGRAMMES = {"senior": ("Contamination Lab senior", 21, 30), "junior": ("Contamination Lab junior", 16, 20)}
PROGRAMMES |= {"lab": ("Laboratorio di formazione digitale", 16, 30)}
AT_ONCE = 2_000
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Size:
    """People in each cohort, in the order of ``SITES`` and ``PROGRAMMES``; desks at a site; angels; which days."""

    cohorts: tuple[int, ...]
    desks: int
    angels: int
    year: int = 2025
    first_day: int = 0
    days: int = 365


WHOLE = Size((140, 90, 40, 120, 80, 30), 30, 12)
"""Five hundred people."""


def live(registry: Registry, size: Size) -> None:
    """Fill a new registry with it."""
    for site, name in SITES.items():
        registry.add_site(site, name)
    with registry.database.write() as connection:
        for site in SITES:
            branches.first(connection, site, 1, 0)
        _fill(connection, t.resource, _resources(size))
        _fill(connection, t.programme, map(_programme, PROGRAMMES))
        cohorts = list(zip(product(SITES, PROGRAMMES), size.cohorts, strict=True))
        _fill(connection, t.cohort, (_cohort(*key) for key, _ in cohorts))
        people = {key: [f"{key[0][0]}{key[1][0]}{n:04}" for n in range(many)] for key, many in cohorts}
        _fill(connection, t.person, (_person(who) for some in people.values() for who in some))
        _fill(
            connection,
            t.enrolment,
            (_enrolment(*key, who, n) for key, some in people.items() for n, who in enumerate(some)),
        )
        days = list(_days(size))
        sessions = [(key, day) for key in people for day in days if day.weekday() in {0, 3}]
        _fill(connection, t.session, (_session(*key, day) for key, day in sessions))
        _fill(connection, t.session_group, (_group(*key, day) for key, day in sessions))
        _fill(connection, t.stay, _stays(people, days))
        _fill(connection, t.visit, _visits(days))
        _fill(connection, t.booking, _bookings(people, days, size.desks))
        _fill(connection, t.service_entry, _service(people["matera", "senior"][: size.angels], days))


def _fill(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        connection.execute(insert(table), some)


def _days(size: Size) -> Iterator[date]:
    """The days on which it is open: not on Sundays."""
    for number in range(size.first_day, size.first_day + size.days):
        day = date(size.year, 1, 1) + timedelta(number)
        if day.weekday() < 6:
            yield day


def _at(day: date, hour: float) -> int:
    return day_start_ms(day, ROME) + round(hour * HOUR_MS)


def _resources(size: Size) -> Iterator[Row]:
    for site in SITES:
        for number in range(size.desks):
            yield _resource(site, f"d{number:02}", "desk")
        yield _resource(site, "r1", "room")


def _resource(site: str, ident: str, kind: str) -> Row:
    return {"site": site, "id": ident, "kind": kind, "name": ident, "zone": "hall", "capacity": None, "revision": 1}


def _programme(name: str) -> Row:
    title, low, high = PROGRAMMES[name]
    none = ("start_date", "end_date", "day_minutes", "day_count", "week_minutes", "week_count", "closed_on")
    counts = {"threshold_percent": 80, "late_ms": 10 * MINUTE_MS, "early_ms": 5 * MINUTE_MS, "rounding_minutes": 1}
    seats = {"senior": 300, "junior": 200, "lab": 100}[name]
    said = {"id": name, "name": title, "age_min": low, "age_max": high, "seats": seats, "audience": "", "revision": 1}
    return {**dict.fromkeys(none), **counts, **said}


def _cohort(site: str, programme: str) -> Row:
    ident = f"{site}-{programme}"
    return {"id": ident, "programme": programme, "site": site, "name": ident, "seats": None, "revision": 1}


def _person(who: str) -> Row:
    none = ("valid_until_ms", "birth_date", "fiscal_code", "email", "ref")
    return {
        **dict.fromkeys(none),
        "id": who,
        "name": who,
        "valid_from_ms": 0,
        "suspended": False,
        "minor": False,
        "revision": 1,
    }


def _enrolment(site: str, programme: str, who: str, number: int) -> Row:
    _, low, high = PROGRAMMES[programme]
    age = low + number % (high - low + 1)
    state = "completed" if number % 3 == 0 else "active"
    until_ms = _at(date(2025, 11, 30), 0) if state == "completed" else None
    said = {"id": f"e-{who}", "person": who, "programme": programme, "cohort": f"{site}-{programme}", "age": age}
    return {**said, "enrolled_ms": 0, "from_ms": 0, "until_ms": until_ms, "state": state, "revision": 1}


def _session(site: str, programme: str, day: date) -> Row:
    rest = f"{_at(day, 15.5)}-{_at(day, 15.75)}"
    said = {"site": site, "id": _name(programme, day), "programme": programme, "title": programme, "zone": "hall"}
    more = {"module": None, "resource": None, "off_site": False, "place": "", "breaks": rest, "state": "delivered"}
    return {**said, **more, "start_ms": _at(day, 14), "end_ms": _at(day, 17), "why": "", "revision": 1}


def _group(site: str, programme: str, day: date) -> Row:
    return {"site": site, "session": _name(programme, day), "group_id": f"{site}-{programme}"}


def _name(programme: str, day: date) -> str:
    return f"{programme}-{day:%m%d}"


def _stays(people: Mapping[tuple[str, str], list[str]], days: Iterable[date]) -> Iterator[Row]:
    """Two of three come each day: in the morning, and after lunch."""
    here = {"epoch": 1, "zone": "hall", "how": "exit", "estimated": False, "trusted": True, "n": 0}
    seq = 0
    for number, day in enumerate(days):
        for (site, _), some in people.items():
            for who in (one for n, one in enumerate(some) if (n + number) % 3):
                for came, left in ((9.25, 12.5), (13.75, 17.25)):
                    seq += 1
                    span = {"start_ms": _at(day, came), "end_ms": _at(day, left)}
                    yield {"site": site, "seq": seq, "person": who, **here, **span}


def _visits(days: Iterable[date]) -> Iterator[Row]:
    purposes = (
        "Aiuto a un cittadino",
        "Aiuto a un cittadino",
        "Incontro",
        "Visita agli spazi",
        "Consegna: pacco",
        "Altro: x",
    )
    for number, day in enumerate(days):
        for site, n in product(SITES, range(6)):
            start_ms = _at(day, 10 + n)
            said = {"site": site, "epoch": 1, "id": f"{number}-{n}", "zone": "hall", "host": "", "purpose": purposes[n]}
            yield {**said, "start_ms": start_ms, "end_ms": start_ms + 20 * MINUTE_MS, "ended_by": "", "end_seq": 1}


def _bookings(people: Mapping[tuple[str, str], list[str]], days: Iterable[date], desks: int) -> Iterator[Row]:
    """Each desk in the morning and in the afternoon; one in seven is not used."""
    none = ("group_id", "series", "recurrence", "release_ms", "confirmed_by", "hold_until_ms", "excused")
    same = {**dict.fromkeys(none), "zone": "hall", "kind": "desk", "exclusive": True, "places": 1, "waiting": False}
    same |= {"walk_in": False, "made_ms": 0, "made_by": "", "revision": 1}
    for number, day in enumerate(days):
        for site, n, hour in product(SITES, range(desks), (9, 14)):
            some = people[site, "senior"]
            start_ms, came = _at(day, hour), (number + n + hour) % 7 > 0
            whose = {"person": some[(number * desks + n) % len(some)], "resource": f"d{n:02}"}
            state = {"state": "ended" if came else "released", "checked_in_ms": start_ms if came else None}
            end_ms = start_ms + 3 * HOUR_MS
            span = {"start_ms": start_ms, "end_ms": end_ms, "blocked_until_ms": end_ms}
            ident = {"site": site, "id": f"k-{number}-{n}-{hour}"}
            yield {**same, **ident, **whose, **state, **span, "exclusive": came}


def _service(angels: list[str], days: Iterable[date]) -> Iterator[Row]:
    for number, (day, who) in enumerate(product(days, angels)):
        start_ms = _at(day, 9)
        said = {
            "id": f"s-{number}",
            "person": who,
            "ledger": "team" if number % 2 else "citizen",
            "note": "",
            "author": "",
        }
        yield {
            **said,
            "start_ms": start_ms,
            "end_ms": start_ms + 2 * HOUR_MS,
            "at_ms": 0,
            "void": False,
            "reason": "",
            "revision": 1,
        }
