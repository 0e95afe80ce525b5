"""One search over what there is: each kind by its own words, a few of each, within what the viewer may see."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, tuple_

from access.hours import local
from pages.languages import Words
from registry.guard.areas import Area
from registry.guard.authority import NO_SITE, Authority, Sites, sites_for
from registry.names import is_id
from registry.people.known_at import known_at
from registry.tables import core as t
from registry.tables.bookings import LONGEST_BLOCK_MS
from registry.web.badges.rows import BADGES
from registry.web.bookings.rows import BOOKINGS
from registry.web.people import held
from registry.web.people.rows import PEOPLE, says
from registry.web.programmes.rows import PROGRAMMES
from registry.web.programmes.sessions_rows import SESSIONS
from registry.web.sites.opening_rows import HOURS
from registry.web.times import span

MOST, WORDS = 6, 8
"""So many of each kind are shown; so many words are looked for."""
FEWEST = 2
"""So many characters are looked for at least."""
LABEL = 4
"""A badge is found by so many of the first or the last characters of its label, at least."""
_P, _B, _S, _R, _BOOKED = t.person.c, t.badge.c, t.session.c, t.resource.c, t.booking.c


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked for, by whom, when."""

    connection: Connection
    t: Words
    words: tuple[str, ...]
    at_ms: int
    authority: Authority

    @property
    def whole(self) -> str:
        """All of it, as it was written."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found; ``path`` "": it has no page of its own."""

    title: str
    detail: str
    path: str = ""


Find = Callable[[Look, Sites], Sequence[Hit]]


def _named(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    """Whether a name holds a word, whatever the case of its plain letters."""
    return or_(column.contains(word, autoescape=True), func.lower(column).contains(word.lower(), autoescape=True))


def _all(look: Look, *columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether each word is in one of the columns."""
    return and_(*(or_(*(_named(column, word) for column in columns)) for word in look.words))


def _people(look: Look, sites: Sites) -> Sequence[Hit]:
    said = (says(word) for word in look.words)
    query = select(_P.id, _P.name, _P.email).where(known_at(_P.id, sites), *said)
    rows = look.connection.execute(query.order_by(func.lower(_P.name), _P.id).limit(MOST + 1))
    return [Hit(row.name, row.email or "", f"{PEOPLE}/{row.id}") for row in rows]


def _badges(look: Look, sites: Sites) -> Sequence[Hit]:
    label = look.whole.lower()
    labelled = len(label) >= LABEL and is_id(label)
    said = _all(look, _P.name)
    if labelled:
        said = or_(said, _B.id.startswith(label, autoescape=True), _B.id.endswith(label, autoescape=True))
    query = select(_B.id, _B.revoked, _P.name).join(t.person, _P.id == _B.person)
    query = query.where(known_at(_B.person, sites), said)
    rows = look.connection.execute(query.order_by(_B.revoked, func.lower(_P.name), _B.id).limit(MOST + 1))
    states = {True: look.t("badges.state.revoked"), False: look.t("badges.state.in-force")}
    return [Hit(row.id[:8], f"{row.name}, {states[row.revoked]}", f"{BADGES}?q={row.id}") for row in rows]


def _bookings(look: Look, sites: Sites) -> Sequence[Hit]:
    """The words are looked for among the people, resources and sites that there are, not beside each booking again."""
    since_ms = look.at_ms - LONGEST_BLOCK_MS
    to_come = and_(_BOOKED.site.in_(select(t.site.c.id)), _BOOKED.end_ms > look.at_ms, _BOOKED.start_ms > since_ms)
    holds = and_(to_come, _BOOKED.state.in_(("pending", "booked", "offered")))
    said = or_(_BOOKED.id == look.whole, and_(*(_booked_by(word) for word in look.words)))
    first = select(_BOOKED.site, _BOOKED.id).where(held.here(_BOOKED.site, sites), holds, said)
    few = first.order_by(_BOOKED.start_ms, _BOOKED.id).limit(MOST + 1).subquery()
    query = select(_BOOKED.id, _BOOKED.start_ms, _BOOKED.end_ms, _P.name, t.site.c.timezone)
    query = query.add_columns(_R.name.label("resource"), t.site.c.name.label("site"), t.site.c.id.label("site_id"))
    query = query.join(few, and_(few.c.site == _BOOKED.site, few.c.id == _BOOKED.id))
    query = query.join(t.resource, and_(_R.site == _BOOKED.site, _R.id == _BOOKED.resource))
    query = query.join(t.site, t.site.c.id == _BOOKED.site).outerjoin(t.person, _P.id == _BOOKED.person)
    rows = look.connection.execute(query.order_by(_BOOKED.start_ms, _BOOKED.id))
    return [
        Hit(
            f"{row.resource}, {row.site}",
            f"{span(look.t, row.start_ms, row.end_ms, row.timezone)}{f', {row.name}' if row.name else ''}",
            f"{BOOKINGS}/{row.site_id}/{row.id}",
        )
        for row in rows
    ]


def _booked_by(word: str) -> ColumnElement[bool]:
    """Whether a word is in the name of a booking's person, resource or site."""
    return or_(
        _BOOKED.person.in_(select(_P.id).where(_named(_P.name, word))),
        tuple_(_BOOKED.site, _BOOKED.resource).in_(select(_R.site, _R.id).where(_named(_R.name, word))),
        _BOOKED.site.in_(select(t.site.c.id).where(_named(t.site.c.name, word))),
    )


def _programmes(look: Look, sites: Sites) -> Sequence[Hit]:
    """Programmes have a page for whoever may read cohorts anywhere."""
    del sites
    c = t.programme.c
    shown = sites_for(look.authority, Area.COHORTS) != NO_SITE
    said = or_(c.id == look.whole, _all(look, c.name))
    rows = look.connection.execute(select(c.id, c.name).where(said).order_by(c.name, c.id).limit(MOST + 1))
    return [Hit(row.name, row.id, f"{PROGRAMMES}/{row.id}" if shown else "") for row in rows]


def _sessions(look: Look, sites: Sites) -> Sequence[Hit]:
    query = select(_S.id, _S.site, _S.title, _S.start_ms, _S.end_ms, t.site.c.name, t.site.c.timezone)
    query = query.join(t.site, t.site.c.id == _S.site).where(held.here(_S.site, sites), _S.state != "cancelled")
    said = or_(_S.id == look.whole, _all(look, _S.title))
    rows = look.connection.execute(query.where(said).order_by(_S.start_ms.desc(), _S.id).limit(MOST + 1))
    return [
        Hit(
            row.title,
            f"{row.name}, {local(row.start_ms, held.HOME).year}: "
            f"{span(look.t, row.start_ms, row.end_ms, row.timezone)}",
            f"{SESSIONS}/{row.site}/{row.id}",
        )
        for row in rows
    ]


def _sites(look: Look, sites: Sites) -> Sequence[Hit]:
    c = t.site.c
    said = or_(c.id == look.whole, _all(look, c.name))
    rows = look.connection.execute(
        select(c.id, c.name).where(held.here(c.id, sites), said).order_by(c.name, c.id).limit(MOST + 1)
    )
    return [Hit(row.name, row.id, f"{HOURS}?site={row.id}") for row in rows]


KINDS: Mapping[str, tuple[Area, Find]] = {
    "people": (Area.PEOPLE, _people),
    "badges": (Area.BADGES, _badges),
    "bookings": (Area.BOOKINGS, _bookings),
    "sessions": (Area.SESSIONS, _sessions),
    "programmes": (Area.PROGRAMMES, _programmes),
    "sites": (Area.SITES, _sites),
}
"""By kind: the area that it is of, and how it is found."""


def found(look: Look) -> Mapping[str, Sequence[Hit]]:
    """What is found of each kind that the viewer may read at any site, and one more than is shown where there is."""
    shown = {kind: sites_for(look.authority, area) for kind, (area, _) in KINDS.items()}
    told = {kind: KINDS[kind][1](look, sites) for kind, sites in shown.items() if sites != NO_SITE}
    return {kind: hits for kind, hits in told.items() if hits}
