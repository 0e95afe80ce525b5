"""People, and what each may at each site."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select, update

from access.hours import local
from registry import store
from registry.bookings import bookings
from registry.downlink import admission
from registry.downlink.sources import derived
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.programmes import groups
from registry.reasons import why
from registry.tables import core as t
from registry.tables.feeds import feed_token
from registry.tables.tokens import person_site

NOT_BORN = why("person.not_born", "this birth date is still to come; correct it.")
_LATEST_DAY = ZoneInfo("Etc/GMT-14")


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a person at every site. Validity in Unix ms, half open; None ends never.

    ``minor`` holds where no ``birth_date`` (ISO) is known. What stands from there on is never told to a site; ``ref``
    is the person's key in another system, one person's alone.
    """

    name: str
    valid_from_ms: int = 0
    valid_until_ms: int | None = None
    suspended: bool = False
    minor: bool = False
    birth_date: str | None = None
    fiscal_code: str | None = None
    email: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may at one site: zones with a reason, and zones at any time. ``staff`` are those who have the
    latter, unless it is said (None: it is not).
    """

    zones: frozenset[str]
    standing: frozenset[str] = frozenset()
    valid_from_ms: int = 0
    valid_until_ms: int | None = None
    staff: bool | None = None

    @property
    def is_staff(self) -> bool:
        """Whether they count as staff at the site."""
        return bool(self.standing) if self.staff is None else self.staff


def person_values(profile: Profile) -> dict[str, object]:
    """A profile's columns."""
    return {
        "name": profile.name,
        "valid_from_ms": profile.valid_from_ms,
        "valid_until_ms": profile.valid_until_ms,
        "suspended": profile.suspended,
        "minor": profile.minor,
        "birth_date": profile.birth_date,
        "fiscal_code": profile.fiscal_code,
        "email": profile.email,
        "ref": profile.ref,
    }


def rights_values(rights: Rights) -> dict[str, object]:
    """The columns of rights."""
    return {
        "zones": " ".join(sorted(rights.zones)),
        "standing": " ".join(sorted(rights.standing)),
        "valid_from_ms": rights.valid_from_ms,
        "valid_until_ms": rights.valid_until_ms,
        "staff": rights.is_staff,
    }


def is_to_come(birth_date: str | None, at_ms: int) -> bool:
    """Whether a birth date (ISO) lies after the day of a moment, wherever on earth it is latest."""
    return birth_date is not None and birth_date > local(at_ms, _LATEST_DAY).date().isoformat()


def check_birth(birth_date: str | None, at_ms: int) -> None:
    """Somebody whom staff enter is born. Raises Problem."""
    if is_to_come(birth_date, at_ms):
        raise Problem(Kind.INVALID, NOT_BORN)


def add_person(edit: Edit, ident: str, profile: Profile) -> None:
    """Make a person. No site knows them yet. Raises Problem."""
    groups.refuse_taken(edit.connection, ident)
    _check_ref(edit.connection, ident, profile)
    store.add(edit.connection, t.person, {"id": ident, "revision": 1, **person_values(profile)}, "person")


def change_person(edit: Edit, ident: str, profile: Profile) -> None:
    """Change a known person, and tell the sites that admit them. Raises Problem."""
    check_not_erased(edit.connection, ident)
    _check_ref(edit.connection, ident, profile)
    store.change(edit.connection, t.person, t.person.c.id == ident, person_values(profile))
    admission.publish_everywhere(edit, [ident])


def said_changes(before: Profile, after: Profile) -> str:
    """What a correction changed, for the trail, before and after; of a codice fiscale only that it did (P3)."""
    names = (one.name for one in fields(Profile) if getattr(before, one.name) != getattr(after, one.name))
    return "; ".join(_said_change(name, getattr(before, name), getattr(after, name)) for name in names)


def _said_change(name: str, before: object, after: object) -> str:
    if name == "fiscal_code":
        return name
    return f"{name}: {'' if before is None else before} → {'' if after is None else after}"


def profile_of(row: Any) -> Profile:  # noqa: ANN401 -- a row of the person table
    """A person as they are kept."""
    return Profile(**{one.name: getattr(row, one.name) for one in fields(Profile)})


def check_not_erased(connection: Connection, ident: str) -> None:
    """Nothing is written of somebody who was erased. Raises Problem."""
    c = t.person.c
    if store.count(connection, t.person, (c.id == ident) & c.erased_ms.is_not(None)):
        raise Problem(Kind.OUT_OF_TURN, "this person was erased, and a pseudonym alone stays; add them anew.")


def _check_ref(connection: Connection, ident: str, profile: Profile) -> None:
    c = t.person.c
    if profile.ref is not None and store.count(connection, t.person, (c.ref == profile.ref) & (c.id != ident)):
        raise Problem(
            Kind.EXISTS, why("person.ref", "another person has this ref; it is one person's key in the other system.")
        )


_OF_PERSON = (t.badge_call, t.member, t.role, t.pass_, t.guardian, t.transfer, t.session_trainer, t.rights)
"""What goes with a person."""
_BY_THEMSELVES = (t.person_quota, t.service_target, feed_token, person_site, t.data_request)
"""What goes with their row by itself, and has to be taken from one that stays."""


def drop_person(edit: Edit, ident: str) -> None:
    """Forget a person: bookings, badges, rights and name, here and at every site's next sync."""
    strip_person(edit, ident, 0)
    edit.connection.execute(delete(t.enrolment).where(t.enrolment.c.person == ident))
    edit.connection.execute(delete(t.person).where(t.person.c.id == ident))


def strip_person(edit: Edit, ident: str, ended_by_ms: int) -> None:
    """Leave of a person their row, the programmes they took part in, and the bookings that had ended by a moment; no
    site knows them from its next sync on.
    """
    held = select(t.pass_.c.site, t.pass_.c.id).where(t.pass_.c.person == ident)
    for site, one in edit.connection.execute(held).all():
        edit.withdraw(site, "pass", one)
    taught = select(t.session_trainer.c.site, t.session_trainer.c.session).where(t.session_trainer.c.person == ident)
    for site, session in edit.connection.execute(taught).all():
        edit.withdraw(site, "booking", derived(session, ident))
    for site in sites_of(edit.connection, ident):
        bookings.forget(edit, site, ident, ended_by_ms)
        for one in admission.may_be_made(edit.connection, site, [ident]):
            edit.withdraw(site, "pass", one)
    for table in (*_OF_PERSON, *_BY_THEMSELVES):
        edit.connection.execute(delete(table).where(table.c.person == ident))
    _leave_programmes(edit, ident)
    admission.publish_everywhere(edit, [ident])
    badges = select(t.badge.c.id).where(t.badge.c.person == ident).scalar_subquery()
    edit.connection.execute(delete(t.credential).where(t.credential.c.badge.in_(badges)))
    edit.connection.execute(delete(t.badge).where(t.badge.c.person == ident))


def _leave_programmes(edit: Edit, ident: str) -> None:
    e = t.enrolment.c
    edit.connection.execute(delete(t.enrolment).where(e.person == ident, e.from_ms > edit.at_ms))
    lasting = (e.person == ident) & (e.until_ms.is_(None) | (e.until_ms > edit.at_ms))
    edit.connection.execute(update(t.enrolment).where(lasting).values(until_ms=edit.at_ms))
    still = (e.person == ident) & (e.state == "active")
    edit.connection.execute(update(t.enrolment).where(still).values(state="withdrawn"))


def sites_of(connection: Connection, person: str) -> Sequence[str]:
    """The sites that may admit a person: every one, for a role, a transfer or a programme may lead to each."""
    del person
    return connection.execute(select(t.site.c.id).order_by(t.site.c.id)).scalars().all()


def set_rights(edit: Edit, site: str, person: str, rights: Rights) -> None:
    """Say what a known person may at a known site from now on, and tell the site."""
    values = rights_values(rights)
    here = (t.rights.c.site == site) & (t.rights.c.person == person)
    changed = update(t.rights).where(here).values(**values, revision=t.rights.c.revision + 1)
    if edit.connection.execute(changed).rowcount == 0:
        edit.connection.execute(insert(t.rights).values(site=site, person=person, revision=1, **values))
    admission.publish(edit, site, [person])


def drop_rights(edit: Edit, site: str, person: str) -> None:
    """Take back what a person was given by hand at a site. Where nothing else admits them there, their bookings go as
    well. Raises Problem where they had nothing.
    """
    here = (t.rights.c.site == site) & (t.rights.c.person == person)
    if edit.connection.execute(delete(t.rights).where(here)).rowcount == 0:
        raise Problem(Kind.NOT_FOUND, "this person has no rights at this site.")
    if person not in admission.admitted(edit.connection, site, [person], edit.at_ms):
        bookings.forget(edit, site, person)
    admission.publish(edit, site, [person])
