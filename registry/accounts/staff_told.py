"""Which accounts a site's own pages sign in, with or without the registry: those of its staff (P2).

A site is told of an operator's or coordinator's account, who is in force and has chosen a password, for as long
as the role holds: login, display name, role and the password's argon2id hash.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from access.staff import Staff
from registry.edit import Edit
from registry.tables import core as t
from registry.tables.accounts import account

SIGN_IN_AT_SITES = ("operator", "coordinator")
_a, _p = account.c, t.person.c
_HELD = (
    select(account, _p.suspended, _p.valid_from_ms, _p.valid_until_ms)
    .join(t.person, _p.id == _a.person)
    .where(_a.person.in_(bindparam("persons")))
)
"""Made once: every edit asks for it."""


def tell(edit: Edit, site: str, persons: Sequence[str]) -> None:
    """Tell a site the accounts of these people as they are now, or that they are not its staff's any more."""
    rows = edit.connection.execute(_HELD, {"persons": persons}).all()
    roles = _roles(edit.connection, site, [row.person for row in rows], edit.at_ms) if rows else {}
    for row in rows:
        role = roles.get(row.person)
        if role is not None and _in_force(row, edit.at_ms):
            edit.publish(site, _record(row, role))
        else:
            edit.withdraw(site, "staff", row.id)


def _in_force(row: Row[Any], at_ms: int) -> bool:
    chosen = row.active and row.password is not None and not row.must_change
    lasts = row.valid_from_ms <= at_ms and (row.valid_until_ms is None or at_ms < row.valid_until_ms)
    return bool(chosen and lasts and not row.suspended)


def _record(row: Row[Any], role: tuple[str, int | None]) -> Staff:
    ends = [end for end in (role[1], row.valid_until_ms) if end is not None]
    return Staff(row.id, row.login, row.name, role[0], row.password, min(ends, default=None))


def _roles(connection: Connection, site: str, persons: Sequence[str], at_ms: int) -> dict[str, tuple[str, int | None]]:
    """The role of each by which they sign in at the site, and until when: the one that holds longest."""
    r = t.role.c
    here = (r.site.is_(None) | (r.site == site)) & r.person.in_(persons) & r.role.in_(SIGN_IN_AT_SITES)
    now = (r.from_ms <= at_ms) & (r.until_ms.is_(None) | (r.until_ms > at_ms))
    rows = connection.execute(select(r.person, r.role, r.until_ms).where(here, now).order_by(r.id)).all()
    endless_last = sorted(rows, key=lambda row: (row.until_ms is None, row.until_ms or 0))
    return {row.person: (row.role, row.until_ms) for row in endless_last}
