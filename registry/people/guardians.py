"""Authorisations of minors' guardians (domain, minors): no site admits a minor without one that is in force."""

from dataclasses import dataclass

from sqlalchemy import delete

from registry import store
from registry.downlink import admission
from registry.edit import Edit
from registry.programmes import checks
from registry.tables import core as t


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What a guardian has authorised of a person: between when, and which zones (none named: all)."""

    person: str
    from_ms: int
    until_ms: int | None = None
    zones: frozenset[str] = frozenset()


def guardian_values(given: Authorisation) -> dict[str, object]:
    """An authorisation's columns."""
    return {
        "person": given.person,
        "from_ms": given.from_ms,
        "until_ms": given.until_ms,
        "zones": checks.joined(given.zones),
    }


def _check(edit: Edit, given: Authorisation) -> None:
    checks.check_span(given.from_ms, given.until_ms, "an authorisation")
    checks.check_person(edit.connection, given.person)


def add(edit: Edit, ident: str, given: Authorisation) -> None:
    """Note an authorisation. Raises Problem."""
    _check(edit, given)
    values = {"id": ident, "revision": 1, **guardian_values(given)}
    store.add(edit.connection, t.guardian, values, "authorisation")
    admission.publish_everywhere(edit, [given.person])


def change(edit: Edit, ident: str, given: Authorisation) -> None:
    """Change a known authorisation; it stays its person's. Raises Problem."""
    _check(edit, given)
    store.change(edit.connection, t.guardian, t.guardian.c.id == ident, guardian_values(given))
    admission.publish_everywhere(edit, [given.person])


def drop(edit: Edit, ident: str) -> None:
    """Take an authorisation back: without another, no site admits the minor. Raises Problem."""
    row = store.one(edit.connection, t.guardian, t.guardian.c.id == ident, "authorisation")
    edit.connection.execute(delete(t.guardian).where(t.guardian.c.id == ident))
    admission.publish_everywhere(edit, [row.person])
