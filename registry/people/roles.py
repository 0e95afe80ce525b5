"""Roles: what a person is at a site, or at all of them, between dates or until further notice."""

from dataclasses import dataclass

from sqlalchemy import delete

from registry import store
from registry.downlink import admission
from registry.downlink.sources import Origin, derived
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.programmes import checks
from registry.tables import core as t

ROLES = ("operator", "coordinator", "trainer", "mentor", "angel", "auditor", "partner")
OPENS_NOTHING = frozenset({"angel", "auditor", "partner"})


@dataclass(frozen=True, slots=True)
class Role:
    """A role of a person at ``site`` (None: at every one).

    An operator and a coordinator enter ``zones`` at any time and count as staff; a trainer and a mentor enter them, and
    those of the sessions they hold, for a session or a booking. An Angel enters by duty passes alone, an auditor reads,
    a partner is shown sums alone.
    """

    person: str
    role: str
    site: str | None = None
    zones: frozenset[str] = frozenset()
    from_ms: int = 0
    until_ms: int | None = None


def role_values(role: Role) -> dict[str, object]:
    """A role's columns."""
    return {
        "person": role.person,
        "role": role.role,
        "site": role.site,
        "zones": checks.joined(role.zones),
        "from_ms": role.from_ms,
        "until_ms": role.until_ms,
    }


def _check(edit: Edit, role: Role) -> None:
    checks.check_span(role.from_ms, role.until_ms, "a role")
    checks.check_person(edit.connection, role.person)
    if role.site is not None:
        checks.check_site(edit.connection, role.site)
    if role.zones and role.role in OPENS_NOTHING:
        raise Problem(Kind.INVALID, "an Angel, an auditor and a partner enter by passes alone; name no zones.")


def add(edit: Edit, ident: str, role: Role) -> None:
    """Give a known person a role. Raises Problem."""
    _check(edit, role)
    store.add(edit.connection, t.role, {"id": ident, "revision": 1, **role_values(role)}, "role")
    admission.publish_everywhere(edit, [role.person])


def change(edit: Edit, ident: str, role: Role) -> None:
    """Change a known role; it stays its person's. Raises Problem."""
    _check(edit, role)
    store.change(edit.connection, t.role, t.role.c.id == ident, role_values(role))
    admission.publish_everywhere(edit, [role.person])


def drop(edit: Edit, ident: str) -> None:
    """Take a role back. Raises Problem."""
    row = store.one(edit.connection, t.role, t.role.c.id == ident, "role")
    edit.connection.execute(delete(t.role).where(t.role.c.id == ident))
    for site in admission.site_ids(edit.connection):
        edit.withdraw(site, "pass", derived(Origin.ROLE, ident))
    admission.publish_everywhere(edit, [row.person])
