"""What pages say of the audit trail: what was done, and who looked at whom, as far as a viewer may see it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select, true

from registry.guard import authors
from registry.guard.authority import NO_SITE, Sites
from registry.names import LAST_MS
from registry.people.known_at import known_at
from registry.tables import core as t
from registry.tables.accounts import account, act
from registry.tables.tokens import api_token

AUDIT, LOOKS = "/audit", "/audit/looks"
MOST_NAMED = 200
"""So many people, or authors, does a word of a filter stand for at most."""
_A, _L = act.c, t.look.c


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the trail is asked for: by and of whom in words, of which kind, where ("": all), between two moments.

    People are named who are known at the sites of ``named``; others go by their ids.
    """

    author: str = ""
    person: str = ""
    kind: str = ""
    site: str = ""
    from_ms: int = 0
    until_ms: int = LAST_MS
    named: Sites = NO_SITE


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the trail as people read it; ``author`` and ``name`` are "" of whoever is gone, or nobody."""

    at_ms: int
    author: str
    kind: str
    person: str | None
    name: str
    site: str
    what: str
    address: str = ""


def acts(connection: Connection, sites: Sites, asked: Filter) -> Select[Any]:
    """What was done at some sites, and to people who are known there. A name that nobody has finds nothing."""
    query = select(_A.id, _A.at_ms, _A.author, _A.kind, _A.person, _A.site, _A.account, _A.address, _A.what)
    query = query.where(_A.at_ms >= asked.from_ms, _A.at_ms < asked.until_ms)
    if sites is not None:
        query = query.where(or_(_A.site.in_(sites), _A.site.is_(None) & known_at(_A.person, sites)))
    if asked.site:
        query = query.where(_A.site == asked.site)
    if asked.kind:
        query = query.where(_A.kind == asked.kind)
    return query.where(_named(connection, asked, _A.author, _A.person))


def looks(connection: Connection, sites: Sites, asked: Filter) -> Select[Any]:
    """Who looked at people who are known at some sites."""
    query = select(_L.id, _L.at_ms, _L.operator, _L.person, _L.what)
    query = query.where(_L.at_ms >= asked.from_ms, _L.at_ms < asked.until_ms, known_at(_L.person, sites))
    if asked.site:
        query = query.where(known_at(_L.person, frozenset({asked.site})))
    if asked.kind:
        query = query.where(or_(_L.what == asked.kind, _L.what.startswith(f"{asked.kind} ", autoescape=True)))
    return query.where(_named(connection, asked, _L.operator, _L.person))


def _named(
    connection: Connection, asked: Filter, author: ColumnElement[str], person: ColumnElement[Any]
) -> ColumnElement[bool]:
    by = author.in_(_authors(connection, asked.author)) if asked.author else true()
    of = person.in_(_persons(connection, asked)) if asked.person else true()
    return by & of


def _authors(connection: Connection, words: str) -> Sequence[str]:
    """The accounts and tokens that words stand for: by id, login, or a part of the name."""
    found = [words]
    for table in (account, api_token):
        c = table.c
        says = func.lower(c.name).contains(words.lower(), autoescape=True) | (c.id == words)
        says = says | (c.login == words.lower()) if table is account else says
        found += connection.execute(select(c.id).where(says).order_by(c.id).limit(MOST_NAMED)).scalars()
    return found


def _persons(connection: Connection, asked: Filter) -> Sequence[str]:
    """The people that words stand for, and an id of somebody who is gone."""
    p, words = t.person.c, asked.person
    says = or_(func.lower(p.name).contains(words.lower(), autoescape=True), p.name.contains(words, autoescape=True))
    said = or_(says, p.ref == words) & known_at(p.id, asked.named)
    return [words, *connection.execute(select(p.id).where(said).order_by(p.id).limit(MOST_NAMED)).scalars()]


def kinds(connection: Connection) -> Sequence[str]:
    """The kinds of what was ever done."""
    return connection.execute(select(_A.kind).distinct().order_by(_A.kind)).scalars().all()


def lines_of_acts(connection: Connection, rows: Iterable[Row[Any]], named: Sites) -> Sequence[Line]:
    """Rows of ``acts`` as people read them; what concerns an account names its holder."""
    shown = list(rows)
    holders = authors.names_of(connection, [who for row in shown for who in (row.author, row.account) if who])
    people, sites = _people(connection, [row.person for row in shown if row.person], named), _sites(connection)
    return [
        Line(
            row.at_ms,
            holders.get(row.author, row.author),
            row.kind,
            row.person,
            people.get(row.person or "", row.person or "") or holders.get(row.account or "", ""),
            sites.get(row.site or "", row.site or ""),
            row.what,
            row.address,
        )
        for row in shown
    ]


def lines_of_looks(connection: Connection, rows: Iterable[Row[Any]], named: Sites) -> Sequence[Line]:
    """Rows of ``looks`` as people read them; a site that was looked at stands apart from what of it."""
    shown = list(rows)
    holders = authors.names_of(connection, [row.operator for row in shown])
    people, sites = _people(connection, [row.person for row in shown], named), _sites(connection)
    found = []
    for row in shown:
        what, _, site = row.what.partition(" ")
        name = people.get(row.person, row.person)
        author = holders.get(row.operator, row.operator)
        found.append(Line(row.at_ms, author, what, row.person, name, sites.get(site, site), ""))
    return found


def _people(connection: Connection, idents: Sequence[str], named: Sites) -> Mapping[str, str]:
    """The names of those of these people who are known at some sites."""
    query = select(t.person.c.id, t.person.c.name).where(t.person.c.id.in_(set(idents)), known_at(t.person.c.id, named))
    return {row.id: row.name for row in connection.execute(query)}


def _sites(connection: Connection) -> Mapping[str, str]:
    return {row.id: row.name for row in connection.execute(select(t.site.c.id, t.site.c.name))}
