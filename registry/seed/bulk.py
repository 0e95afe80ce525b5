"""Many rows at once: what a demo, a bench or a move from another system brings, in one transaction, in seconds."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, insert, select
from sqlalchemy.exc import IntegrityError

from access.clock import MINUTE_MS
from access.records import Booking, Closure, Opening
from access.spans import Span
from registry import names
from registry.bookings import resources
from registry.bookings.conflicts import Block, most
from registry.bookings.resources import Resource
from registry.bookings.rows import booking_values
from registry.calendars import calendars
from registry.downlink import admission
from registry.edit import Edit
from registry.people import badges, people
from registry.people.badges import ALWAYS, Terms
from registry.people.people import Profile, Rights
from registry.problems import Kind, Problem
from registry.sites import sites
from registry.sites.keys import Keys
from registry.tables import core as t
from registry.tables.bookings import HOLDING

_AT_ONCE = 2_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NewBadge:
    """A badge to be enrolled: its id, whose, its card's UID (hex) and its terms."""

    id: str
    person: str
    uid: str
    terms: Terms = ALWAYS


@dataclass(frozen=True, slots=True)
class Seed:
    """What is brought, all of it new. Pairs begin with a known site's id; rights are (site, person id, rights)."""

    resources: Sequence[tuple[str, Resource]] = ()
    persons: Mapping[str, Profile] | None = None
    rights: Sequence[tuple[str, str, Rights]] = ()
    badges: Sequence[NewBadge] = ()
    bookings: Sequence[tuple[str, Booking]] = ()
    closures: Sequence[tuple[str, Closure]] = ()
    openings: Sequence[tuple[str, Opening]] = ()


def seed(edit: Edit, keys: Keys, brought: Seed) -> None:
    """Add all of it and tell the sites. Raises Problem where anything is no id or name, exists already or overlaps."""
    _check_names(brought)
    try:
        _insert_all(edit.connection, keys, brought)
    except IntegrityError as error:
        what = str(error.orig).split("\n", 1)[0]
        raise Problem(Kind.EXISTS, f"nothing was brought in: {what}; correct it and bring it all again.") from None
    _check_zones(edit.connection, brought.bookings)
    for site, closure in brought.closures:
        calendars.add_closure(edit, site, closure)
    for site, opening in brought.openings:
        calendars.add_opening(edit, site, opening)
    for site, persons in _by_site((site, person) for site, person, _ in brought.rights):
        admission.publish(edit, site, persons)
    for site, booking in brought.bookings:
        edit.publish(site, booking)


def _check_names(brought: Seed) -> None:
    persons = brought.persons or {}
    owned = (brought.resources, brought.bookings, brought.closures, brought.openings)
    named = chain(brought.badges, *((record for _, record in pairs) for pairs in owned))
    for ident in chain(persons, (record.id for record in named)):
        names.checked_id(ident)
    for profile in persons.values():
        names.checked_name(profile.name)


def _insert_all(connection: Connection, keys: Keys, brought: Seed) -> None:
    persons = brought.persons or {}
    _insert(connection, t.resource, brought.resources, lambda pair: resources.resource_values(*pair))
    _insert(connection, t.person, persons.items(), _person_row)
    _insert(connection, t.rights, brought.rights, _rights_row)
    _insert(connection, t.badge, brought.badges, _badge_row)
    _insert(connection, t.credential, _credential_rows(connection, keys, brought.badges), dict)
    r = t.resource.c
    found = connection.execute(select(r.site, r.id, r.kind, r.buffer_minutes * MINUTE_MS))
    kinds = {(site, ident): (kind, buffer_ms) for site, ident, kind, buffer_ms in found}
    _insert(connection, t.booking, brought.bookings, lambda pair: _booking_row(kinds, *pair))


def _insert(connection: Connection, table: Table, items: Iterable[T], row: Callable[[T], dict[str, Any]]) -> None:
    rest = map(row, items)
    while some := list(islice(rest, _AT_ONCE)):
        connection.execute(insert(table), some)


def _person_row(pair: tuple[str, Profile]) -> dict[str, Any]:
    return {"id": pair[0], "revision": 1, **people.person_values(pair[1])}


def _rights_row(of: tuple[str, str, Rights]) -> dict[str, Any]:
    return {"site": of[0], "person": of[1], "revision": 1, **people.rights_values(of[2])}


def _badge_row(badge: NewBadge) -> dict[str, Any]:
    terms = badges.terms_values(badge.terms)
    return {"id": badge.id, "person": badge.person, "revoked": False, "revision": 1, **terms}


def _credential_rows(connection: Connection, keys: Keys, brought: Sequence[NewBadge]) -> Iterator[dict[str, Any]]:
    held = keys.of_all(sites.site_ids(connection))
    for badge in brought:
        for site, digest in badges.credentials(held, badge.uid).items():
            yield {"site": site, "hash": digest, "badge": badge.id}


def _booking_row(kinds: Mapping[tuple[str, str], tuple[str, int]], site: str, booking: Booking) -> dict[str, Any]:
    kind, buffer_ms = kinds.get((site, booking.resource), ("desk", 0))  # Its foreign key refuses an unknown resource.
    return booking_values(site, booking, kind, buffer_ms)


def _by_site(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    for site, group in groupby(sorted(pairs), key=lambda pair: pair[0]):
        yield site, [ident for _, ident in group]


def _check_zones(connection: Connection, brought: Sequence[tuple[str, Booking]]) -> None:
    """No zone holds more bookings at one moment than its capacity, those from before included."""
    r, b = t.resource.c, t.booking.c
    touched = {(site, booking.resource) for site, booking in brought}
    limited = connection.execute(select(r.site, r.id, r.capacity).where(r.kind == "zone", r.capacity.is_not(None)))
    for site, ident, capacity in limited.all():
        if (site, ident) not in touched:
            continue
        held = (b.site == site) & (b.resource == ident) & b.state.in_(HOLDING)
        found = connection.execute(select(b.start_ms, b.blocked_until_ms, b.places).where(held))
        if most(Block(Span(start_ms, until_ms), places) for start_ms, until_ms, places in found) > capacity:
            raise Problem(Kind.BOOKING_CONFLICT, f"nothing was brought in: zone {ident} of {site} would be overbooked.")
