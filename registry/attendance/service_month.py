"""A month at the Digital Angels' desk: the hours of both ledgers against what is owed, and visits by kind.

Visits that a site's staff begin and end on its own page are in its log, and counted apart: the same citizen may be in
both, so that nobody adds the two up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, select

from access.clock import MINUTE_MS
from access.service import Given, Standing, Target, month, standing, time_given
from access.spans import Span
from registry import store
from registry.attendance.service_hours import entry_of
from registry.attendance.visit_kinds import kind_of
from registry.guard import authors
from registry.names import LAST_MS
from registry.people.enrolments import HOME_ZONE
from registry.people.known_at import sites_of
from registry.sites.sites import headed
from registry.tables import core as t

_E, _V, _G, _R, _P, _S = t.service_entry.c, t.desk_visit.c, t.visit.c, t.role.c, t.person.c, t.site.c
ANGEL = "angel"


@dataclass(frozen=True, slots=True)
class Counted:
    """So many visits of a kind, and their minutes altogether."""

    kind: str
    number: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Angel:
    """What one person gave in the month, row by row, and how they stand at its end with what they owe altogether."""

    person: str
    name: str
    given: Given
    target: Target | None
    stands: Standing
    entries: Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a site's desk, or of one person's at every site (``site`` ""); ``names`` are those of the sites, and
    ``authors`` of who wrote and corrected. ``at_site``: visits by the site's own log, by what they were for.
    ``head`` stands on top of its sheet.
    """

    year: int
    number: int
    zone: ZoneInfo
    site: str
    names: dict[str, str]
    authors: dict[str, str]
    angels: Sequence[Angel]
    visits: Sequence[Row[Any]]
    sums: Sequence[Counted]
    at_site: Sequence[Counted]
    head: str

    @property
    def given(self) -> Given:
        """What all of them gave in the month."""
        return Given(sum(one.given.team_ms for one in self.angels), sum(one.given.citizen_ms for one in self.angels))

    def minutes(self, row: Row[Any]) -> int:
        """Whole minutes of an entry's that lie in the month."""
        span = month(self.year, self.number, self.zone)
        inside: int = min(row.end_ms, span.end_ms) - max(row.start_ms, span.start_ms)
        return inside // MINUTE_MS

    def by(self, author: str) -> str:
        """An author's name; the id of who is no more."""
        return self.authors.get(author, author)


def of_site(connection: Connection, site: str, year: int, number: int) -> Month:
    """A month of everybody's at a site. Raises Problem where there is no such site."""
    known = store.one(connection, t.site, _S.id == site, "site")
    zone = ZoneInfo(known.timezone)
    span = month(year, number, zone)
    entries = _entries(connection, _E.site == site, span)
    here = angels_at(connection, site, span)
    people = {*here, *(row.person for row in entries if row.person is not None)}
    visits = _visits(connection, _V.site == site, span)
    angels = _angels(connection, people, entries, span, nobody=any(row.person is None for row in entries))
    said = authors.names_of(connection, _said(entries, visits))
    at_site = _at_site(connection, site, span)
    return Month(
        year,
        number,
        zone,
        site,
        {site: known.name},
        said,
        angels,
        visits,
        _sums(visits),
        at_site,
        headed(known.municipality, known.name),
    )


def of_person(connection: Connection, person: str, year: int, number: int) -> Month:
    """A month of one person's, at every site. Raises Problem where nobody is called so."""
    store.one(connection, t.person, _P.id == person, "person")
    known = places_of(connection, person)
    zone = zone_of(known)
    span = month(year, number, zone)
    entries = _entries(connection, _E.person == person, span)
    visits = _visits(connection, _V.person == person, span)
    names = {row.id: row.name for row in known}
    said = authors.names_of(connection, _said(entries, visits))
    angels = _angels(connection, {person}, entries, span, nobody=False)
    head = "; ".join(headed(row.municipality, row.name) for row in known)
    return Month(year, number, zone, "", names, said, angels, visits, _sums(visits), (), head)


def places_of(connection: Connection, person: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """The sites at which a person is known, by name."""
    here = _S.id.in_(sites_of(connection, person))
    return connection.execute(
        select(_S.id, _S.name, _S.municipality, _S.timezone).where(here).order_by(_S.name, _S.id)
    ).all()


def zone_of(places: Sequence[Row[*tuple[Any, ...]]]) -> ZoneInfo:
    """By which clock somebody's hours are told: the first site's of theirs."""
    return ZoneInfo(places[0].timezone if places else HOME_ZONE)


def angels_at(connection: Connection, site: str, span: Span) -> frozenset[str]:
    """Who was an angel at a site at some moment of a span."""
    query = select(_R.person).where(_R.role == ANGEL, (_R.site == site) | _R.site.is_(None), _R.from_ms < span.end_ms)
    rows = connection.execute(query.where(_R.until_ms.is_(None) | (_R.until_ms > span.start_ms)))
    return frozenset(rows.scalars())


def _entries(connection: Connection, which: ColumnElement[bool], span: Span) -> Sequence[Row[Any]]:
    query = select(t.service_entry).where(which, _E.start_ms < span.end_ms, _E.end_ms > span.start_ms)
    return connection.execute(query.order_by(_E.start_ms, _E.at_ms, _E.id)).all()


def _visits(connection: Connection, which: ColumnElement[bool], span: Span) -> Sequence[Row[Any]]:
    query = select(t.desk_visit).where(which, _V.start_ms >= span.start_ms, _V.start_ms < span.end_ms)
    return connection.execute(query.order_by(_V.start_ms, _V.at_ms, _V.id)).all()


def _said(entries: Iterable[Row[Any]], visits: Iterable[Row[Any]]) -> set[str]:
    return {who for row in (*entries, *visits) for who in (row.author, row.void_by) if who}


def _angels(
    connection: Connection, people: Iterable[str], entries: Sequence[Row[Any]], span: Span, *, nobody: bool
) -> list[Angel]:
    """Everybody by name, who gave nothing too; hours of nobody's at the end."""
    chosen = sorted(people)
    named = connection.execute(select(_P.id, _P.name).where(_P.id.in_(chosen)))
    names: dict[str, str] = {row.id: row.name for row in named}
    owed = connection.execute(select(t.service_target).where(t.service_target.c.person.in_(chosen)))
    targets = {row.person: Target(row.minutes, row.team_percent) for row in owed}
    ever = connection.execute(
        select(t.service_entry).where(_E.person.in_(chosen), ~_E.void, _E.start_ms < span.end_ms)
    ).all()
    order = sorted(chosen, key=lambda who: ((names.get(who) or who).casefold(), who))
    found = []
    for who in [*order, *([""] if nobody else [])]:
        mine = [row for row in entries if (row.person or "") == who]
        all_of_mine = [entry_of(row) for row in ever if row.person == who]
        given = time_given((entry_of(row) for row in mine if not row.void), span)
        so_far = time_given(all_of_mine, Span(0, min(span.end_ms, LAST_MS)))
        target = targets.get(who)
        found.append(Angel(who, names.get(who, ""), given, target, standing(so_far, target or Target(0)), mine))
    return found


def _sums(visits: Iterable[Row[Any]]) -> list[Counted]:
    return _counted((row.kind, row.minutes) for row in visits if not row.void)


def _at_site(connection: Connection, site: str, span: Span) -> list[Counted]:
    query = select(_G.purpose, _G.start_ms, _G.end_ms).where(_G.site == site, _G.end_ms.is_not(None))
    rows = connection.execute(query.where(_G.start_ms >= span.start_ms, _G.start_ms < span.end_ms))
    return _counted((kind_of(row.purpose), (row.end_ms - row.start_ms) // MINUTE_MS) for row in rows)


def _counted(found: Iterable[tuple[str, int]]) -> list[Counted]:
    sums: dict[str, tuple[int, int]] = {}
    for kind, minutes in found:
        number, before = sums.get(kind, (0, 0))
        sums[kind] = (number + 1, before + minutes)
    return [Counted(kind, *sums[kind]) for kind in sorted(sums)]
