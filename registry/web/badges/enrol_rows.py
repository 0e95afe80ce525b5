"""What the pages of enrolment show: people, their badges, readers, and how a call stands."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from access.clock import MINUTE_MS, SECOND_MS
from registry.guard import authorities, authority
from registry.guard.areas import Area, Verb
from registry.guard.authority import at, of_person
from registry.people import calls
from registry.sites import pending
from registry.sites.layouts import door_names
from registry.tables import core as t
from registry.web.face import NotYours
from registry.web.viewer import Viewer

MOST_FOUND = 20
MOST_CALLS = 10
LIVE = frozenset({calls.State.WAITING, calls.State.READ})
"""States that change without anybody's doing at this page."""
SILENT_AFTER_MS = 8 * SECOND_MS
"""A site that has not said by then that its reader waits is probably offline."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader that can be called on; ``value`` is what a form sends."""

    site: str
    site_name: str
    reader: str
    door: str

    @property
    def value(self) -> str:
        """Site and reader as one word."""
        return f"{self.site}/{self.reader}"


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge of a person, and the sites that have not heard yet that it was revoked; ``exposed``: its card stood in a
    gateway that was stolen.
    """

    id: str
    revoked: bool
    long_pulse: bool
    valid_until_ms: int | None
    made: Row[Any] | None
    pending: Sequence[str]
    exposed: bool


def found(connection: Connection, viewer: Viewer, asked: str) -> list[Row[Any]]:
    """People by a part of their name whose badges the viewer may give."""
    p, sites = t.person.c, authority.sites_for(viewer.authority, Area.BADGES, Verb.WRITE)
    query = select(p.id, p.name).where(func.lower(p.name).contains(asked.lower(), autoescape=True))
    if sites is not None:
        told = select(t.published.c.id).where(t.published.c.kind == "person", t.published.c.record.is_not(None))
        query = query.where(p.id.in_(told.where(t.published.c.site.in_(sites))))
    return list(connection.execute(query.order_by(p.name, p.id).limit(MOST_FOUND)))


def may_see(connection: Connection, viewer: Viewer, person: str) -> bool:
    """Whether the viewer may give this person badges."""
    of = of_person(person, authorities.admitted_at(connection, person))
    return viewer.may(Area.BADGES, Verb.WRITE, of)


def need(connection: Connection, viewer: Viewer, person: str, site: str | None = None) -> None:
    """Go on only with people, and at sites, that are the viewer's. Raises NotYours."""
    here = site is None or viewer.may(Area.BADGES, Verb.WRITE, at(site))
    if not here or not may_see(connection, viewer, person):
        raise NotYours


def readers(connection: Connection, viewer: Viewer) -> list[Reader]:
    """The readers that the viewer may call on, site by site."""
    sites = connection.execute(select(t.site.c.id, t.site.c.name).order_by(t.site.c.name, t.site.c.id)).all()
    mine = [
        (site, door_names(connection, site.id)) for site in sites if viewer.may(Area.BADGES, Verb.WRITE, at(site.id))
    ]
    return [
        Reader(site.id, site.name, reader, names.get(door, door))
        for site, names in mine
        for reader, door in sorted(calls.readers(connection, site.id).items())
    ]


def last_reader(connection: Connection, viewer: Viewer) -> str:
    """The reader that the viewer called on last, as a form sends it; "" where there was none."""
    c = t.badge_call.c
    mine = select(c.site, c.reader).where(c.author == viewer.account).order_by(c.asked_ms.desc()).limit(1)
    row = connection.execute(mine).one_or_none()
    return "" if row is None else f"{row.site}/{row.reader}"


def badges_of(connection: Connection, person: str) -> list[Badge]:
    """A person's badges, those in force first, with how each was enrolled."""
    b, c = t.badge.c, t.badge_call.c
    made = {row.made: row for row in connection.execute(select(t.badge_call).where(c.person == person, c.made != ""))}
    rows = connection.execute(select(t.badge).where(b.person == person).order_by(b.revoked, b.id))
    return [_badge(connection, row, made) for row in rows.all()]


def _badge(connection: Connection, row: Row[Any], made: Mapping[str, Row[Any]]) -> Badge:
    unheard = pending.sites_of(connection, "badge", row.id) if row.revoked else ()
    exposed = row.exposed_ms is not None
    return Badge(row.id, row.revoked, row.long_pulse, row.valid_until_ms, made.get(row.id), unheard, exposed)


def recent(connection: Connection, person: str, at_ms: int) -> list[tuple[Row[Any], calls.State]]:
    """The last calls for a person's badges, the newest first, with what they came to."""
    c = t.badge_call.c
    rows = connection.execute(
        select(t.badge_call).where(c.person == person).order_by(c.asked_ms.desc()).limit(MOST_CALLS)
    )
    return [(row, calls.state_of(row, at_ms)) for row in rows]


@dataclass(frozen=True, slots=True)
class Telling:
    """How a call stands, for a viewer: ``headline`` is the key of its sentence, filled with ``places``."""

    row: Row[Any]
    state: calls.State
    headline: str
    places: Mapping[str, str]
    left_s: int
    silent: bool
    doors: Mapping[str, str]

    @property
    def opens(self) -> list[dict[str, Any]]:
        """What each entrance would say to a card that was tested."""
        return [{**one, "door": self.doors.get(one["door"], one["door"])} for one in json.loads(self.row.opens or "[]")]

    @property
    def is_live(self) -> bool:
        """Whether it may change by itself."""
        return self.state in LIVE


def telling(connection: Connection, viewer: Viewer, ident: str, at_ms: int) -> Telling:
    """How a call stands now. Raises Problem, and NotYours."""
    row = calls.one(connection, ident)
    need(connection, viewer, row.person, row.site)
    state = calls.state_of(row, at_ms)
    until_ms = row.until_ms if state is calls.State.WAITING else (row.read_ms or at_ms) + calls.CONFIRM_WITHIN_MS
    left_s = max(0, -(-(until_ms - at_ms) // SECOND_MS))
    silent = state is calls.State.WAITING and row.heard_ms is None and at_ms - row.asked_ms > SILENT_AFTER_MS
    door, names = calls.readers(connection, row.site).get(row.reader, row.reader), door_names(connection, row.site)
    where = {"reader": row.reader, "door": names.get(door, door)}
    places = {"person": _name(connection, row.person), **where, "holder": ""}
    if state is calls.State.IN_USE:
        headline, places["holder"] = _in_use(connection, viewer, row)
    else:
        headline = _headline(row, state, at_ms)
    return Telling(row, state, headline, places, left_s, silent, names)


def _headline(row: Row[Any], state: calls.State, at_ms: int) -> str:
    if state is not calls.State.WAITING:
        return f"{state}_{row.purpose}" if state in {calls.State.READ, calls.State.DONE} else str(state)
    if at_ms >= row.until_ms:
        return "late"
    return "asked" if row.heard_ms is None else "waiting"


def _in_use(connection: Connection, viewer: Viewer, row: Row[Any]) -> tuple[str, str]:
    """Whose badge it is already, as far as the viewer may know."""
    held = connection.execute(select(t.badge).where(t.badge.c.id == row.holder)).one_or_none()
    if held is None:
        return "in-use_gone", ""
    if held.id == row.badge:
        return "in-use_same", ""
    if held.person != row.person and not may_see(connection, viewer, held.person):
        return "in-use_elsewhere", ""
    whose = "in-use_own" if held.person == row.person else "in-use_other"
    return f"{whose}_revoked" if held.revoked else whose, _name(connection, held.person)


def _name(connection: Connection, person: str) -> str:
    return str(connection.execute(select(t.person.c.name).where(t.person.c.id == person)).scalar_one())


def minutes_left(left_s: int) -> int:
    """Whole minutes, of which the last one has begun."""
    return -(-left_s * SECOND_MS // MINUTE_MS)
