"""People, and what each may at each site."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from registry import admission, store
from registry import tables as t
from registry.edit import Edit
from registry.problems import Kind, Problem


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a person at every site. Validity in Unix ms, half open; None ends never."""

    name: str
    valid_from_ms: int = 0
    valid_until_ms: int | None = None
    suspended: bool = False
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may at one site: zones with a reason, and zones at any time (staff)."""

    zones: frozenset[str]
    standing: frozenset[str] = frozenset()
    valid_from_ms: int = 0
    valid_until_ms: int | None = None


def person_values(profile: Profile) -> dict[str, object]:
    """A profile's columns."""
    return {
        "name": profile.name,
        "valid_from_ms": profile.valid_from_ms,
        "valid_until_ms": profile.valid_until_ms,
        "suspended": profile.suspended,
        "minor": profile.minor,
    }


def rights_values(rights: Rights) -> dict[str, object]:
    """The columns of rights."""
    return {
        "zones": " ".join(sorted(rights.zones)),
        "standing": " ".join(sorted(rights.standing)),
        "valid_from_ms": rights.valid_from_ms,
        "valid_until_ms": rights.valid_until_ms,
    }


def add_person(edit: Edit, ident: str, profile: Profile) -> None:
    """Make a person. No site knows them yet."""
    store.add(edit.connection, t.person, {"id": ident, "revision": 1, **person_values(profile)}, "person")


def change_person(edit: Edit, ident: str, profile: Profile) -> None:
    """Change a known person, and tell the sites that admit them."""
    store.change(edit.connection, t.person, t.person.c.id == ident, person_values(profile))
    for site in sites_of(edit.connection, ident):
        admission.publish(edit, site, [ident])


def drop_person(edit: Edit, ident: str) -> None:
    """Forget a person: bookings, badges, rights and name, here and at every site's next sync."""
    for site in sites_of(edit.connection, ident):
        drop_rights(edit, site, ident)
    badges = select(t.badge.c.id).where(t.badge.c.person == ident).scalar_subquery()
    edit.connection.execute(delete(t.credential).where(t.credential.c.badge.in_(badges)))
    edit.connection.execute(delete(t.badge).where(t.badge.c.person == ident))
    edit.connection.execute(delete(t.person).where(t.person.c.id == ident))


def sites_of(connection: Connection, person: str) -> Sequence[str]:
    """The sites that admit a person."""
    found = select(t.rights.c.site).where(t.rights.c.person == person).order_by(t.rights.c.site)
    return connection.execute(found).scalars().all()


def set_rights(edit: Edit, site: str, person: str, rights: Rights) -> None:
    """Say what a known person may at a known site from now on, and tell the site."""
    values = rights_values(rights)
    here = (t.rights.c.site == site) & (t.rights.c.person == person)
    changed = update(t.rights).where(here).values(**values, revision=t.rights.c.revision + 1)
    if edit.connection.execute(changed).rowcount == 0:
        edit.connection.execute(insert(t.rights).values(site=site, person=person, revision=1, **values))
    admission.publish(edit, site, [person])


def drop_rights(edit: Edit, site: str, person: str) -> None:
    """Admit a person at a site no more: their bookings there go as well. Raises Problem where they were not."""
    here = (t.rights.c.site == site) & (t.rights.c.person == person)
    if edit.connection.execute(delete(t.rights).where(here)).rowcount == 0:
        raise Problem(Kind.NOT_FOUND, "this person has no rights at this site.")
    booked = (t.booking.c.site == site) & (t.booking.c.person == person)
    for ident in edit.connection.execute(select(t.booking.c.id).where(booked)).scalars().all():
        edit.withdraw(site, "booking", ident)
    edit.connection.execute(delete(t.booking).where(booked))
    admission.publish(edit, site, [person])
