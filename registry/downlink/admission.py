"""What a site is told of people, badges and passes: only of those whom it admits, no more than a door needs (P2)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, bindparam, select

from access.records import LATEST_MS, Badge, Pass, PassKind
from registry.accounts import staff_told
from registry.downlink.sources import Admission, Origin, admission, derived
from registry.downlink.sources_read import sources_of
from registry.edit import Edit
from registry.people.known import known
from registry.tables import core as t

_AT_ONCE = 500
_b, _c, _p = t.badge.c, t.credential.c, t.pass_.c
_TIMEZONE = select(t.site.c.timezone).where(t.site.c.id == bindparam("site"))
_ROLES = select(t.role.c.id).where(t.role.c.person.in_(bindparam("persons")))
_PASSES = select(t.pass_).where(_p.site == bindparam("site"), _p.person.in_(bindparam("persons")))
_BADGES = (
    select(t.badge, _c.hash, _c.pin)
    .join(t.credential, _c.badge == _b.id)
    .where(_c.site == bindparam("site"), _b.person.in_(bindparam("persons")))
    .order_by(_b.id, _c.hash)
)
"""They are built once: every edit asks for them."""


def publish(edit: Edit, site: str, persons: Iterable[str]) -> None:
    """Tell a site these people, their badges, passes and accounts as they are now, or that it admits them no more."""
    for some in chunks(persons, _AT_ONCE):
        told = admitted(edit.connection, site, some, edit.at_ms)
        for ident in some:
            _tell_person(edit, site, ident, told.get(ident))
        _tell_badges(edit, site, some, told)
        _tell_passes(edit, site, some, told)
        staff_told.tell(edit, site, some)


def publish_everywhere(edit: Edit, persons: Iterable[str]) -> None:
    """Tell every site these people as they are now; a site that does not know them hears nothing."""
    everyone = list(persons)
    if everyone:
        for site in site_ids(edit.connection):
            publish(edit, site, everyone)


def site_ids(connection: Connection) -> Sequence[str]:
    """Every site, in order."""
    return connection.execute(select(t.site.c.id).order_by(t.site.c.id)).scalars().all()


def chunks(items: Iterable[str], size: int) -> Iterator[list[str]]:
    """The items in lists of at most ``size``."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def admitted(connection: Connection, site: str, persons: Sequence[str], at_ms: int) -> dict[str, Admission]:
    """What a site is to be told of those of these people whom it admits at a moment, all in a few queries."""
    if not persons:
        return {}
    timezone = connection.execute(_TIMEZONE, {"site": site}).scalar_one()
    zone = ZoneInfo(timezone)
    sources = sources_of(connection, site, zone, persons, at_ms)
    people = known(connection, zone, sorted(sources), at_ms)
    found = ((ident, admission(person, sources[ident], at_ms)) for ident, person in people.items())
    return {ident: one for ident, one in found if one is not None}


def _tell_person(edit: Edit, site: str, ident: str, told: Admission | None) -> None:
    if told is None:
        edit.withdraw(site, "person", ident)
    else:
        edit.publish(site, told.person)


def _tell_badges(edit: Edit, site: str, persons: Sequence[str], told: dict[str, Admission]) -> None:
    for badge in badges_at(edit.connection, site, persons):
        if badge.person in told:
            edit.publish(site, badge)
        else:
            edit.withdraw(site, "badge", badge.id)


def _tell_passes(edit: Edit, site: str, persons: Sequence[str], told: dict[str, Admission]) -> None:
    """The passes that are written down, until they end, and those that sources make; of the others, that they are no
    more.
    """
    made = {one.id: one for admission in told.values() for one in admission.passes}
    for ident in may_be_made(edit.connection, site, persons) - made.keys():
        edit.withdraw(site, "pass", ident)
    for one in made.values():
        edit.publish(site, one)
    for ident, held in passes_at(edit.connection, site, persons).items():
        if held is not None and held.end_ms > edit.at_ms:
            edit.publish(site, held)
        else:
            edit.withdraw(site, "pass", ident)


def may_be_made(connection: Connection, site: str, persons: Sequence[str]) -> set[str]:
    """The ids of the passes that these people's sources at a site may ever have made."""
    roles = connection.execute(_ROLES, {"persons": persons}).scalars()
    return {derived(Origin.ROLE, ident) for ident in roles} | {
        derived(Origin.RIGHTS, f"{site} {person}") for person in persons
    }


def passes_at(connection: Connection, site: str, persons: Sequence[str]) -> dict[str, Pass | None]:
    """The passes of these people that are written down at a site, by id, as far as they hold: a duty while its person
    is a Digital Angel there; None: not at all.
    """
    rows = connection.execute(_PASSES, {"site": site, "persons": persons})
    held = [pass_record(row) for row in rows]
    on_duty = sorted({one.person for one in held if one.kind is PassKind.DUTY})
    angels = _angels(connection, site, on_duty) if on_duty else {}
    return {one.id: _while_angel(one, angels) if one.kind is PassKind.DUTY else one for one in held}


def _angels(connection: Connection, site: str, persons: Sequence[str]) -> Mapping[str, Sequence[tuple[int, int]]]:
    """Between when these people are Digital Angels at a site."""
    r = t.role.c
    here = r.site.is_(None) | (r.site == site)
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    roles = select(r.person, r.from_ms, r.until_ms).where(here, r.role == "angel", r.person.in_(persons))
    for person, from_ms, until_ms in connection.execute(roles):
        found[person].append((from_ms, LATEST_MS if until_ms is None else until_ms))
    return found


def _while_angel(duty: Pass, angels: Mapping[str, Sequence[tuple[int, int]]]) -> Pass | None:
    """The longest part of a duty that lies in one time of being an Angel."""
    spans = [(max(duty.start_ms, start), min(duty.end_ms, end)) for start, end in angels.get(duty.person, ())]
    start_ms, end_ms = max(spans, key=lambda span: span[1] - span[0], default=(0, 0))
    return replace(duty, start_ms=start_ms, end_ms=end_ms) if start_ms < end_ms else None


def pass_record(row: Row[Any]) -> Pass:
    """A pass as it stands in its table."""
    weekdays = frozenset(int(day) for day in row.weekdays.split())
    span = (row.start_ms, row.end_ms)
    kind, hours = PassKind(row.kind), (row.from_minute, row.to_minute)
    return Pass(row.id, row.person, frozenset(row.zones.split()), *span, kind, weekdays, *hours)


def badges_at(connection: Connection, site: str, persons: Sequence[str]) -> list[Badge]:
    """These people's badges that this site can know, with their keyed hashes there."""
    hashes: dict[str, list[bytes]] = defaultdict(list)
    pins: dict[str, list[bytes]] = defaultdict(list)
    rows = {}
    for row in connection.execute(_BADGES, {"site": site, "persons": persons}):
        rows[row.id] = row
        hashes[row.id].append(bytes(row.hash))
        pins[row.id] += [] if row.pin is None else [bytes(row.pin)]
    return [_badge(row, tuple(hashes[ident]), tuple(pins[ident])) for ident, row in rows.items()]


def _badge(row: Row[Any], hashes: tuple[bytes, ...], pins: tuple[bytes, ...]) -> Badge:
    terms = row.valid_from_ms, row.valid_until_ms, row.revoked, row.long_pulse
    return Badge(row.id, row.person, hashes, *terms, pins=pins, emergency=row.emergency)
