"""Transfers (domain): a participant of one site can use another between dates."""

from dataclasses import dataclass

from sqlalchemy import delete

from registry import store
from registry.downlink import admission
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.programmes import checks
from registry.tables import core as t


@dataclass(frozen=True, slots=True)
class Transfer:
    """A person of ``from_site`` may use ``to_site``, by what their programmes open there."""

    person: str
    from_site: str
    to_site: str
    start_ms: int
    end_ms: int


def transfer_values(transfer: Transfer) -> dict[str, object]:
    """A transfer's columns."""
    return {
        "person": transfer.person,
        "from_site": transfer.from_site,
        "to_site": transfer.to_site,
        "start_ms": transfer.start_ms,
        "end_ms": transfer.end_ms,
    }


def _check(edit: Edit, ident: str, transfer: Transfer) -> None:
    checks.check_span(transfer.start_ms, transfer.end_ms, "a transfer")
    checks.check_person(edit.connection, transfer.person)
    if transfer.from_site == transfer.to_site:
        raise Problem(Kind.INVALID, "a transfer leads to another site; name two.")
    for site in (transfer.from_site, transfer.to_site):
        checks.check_site(edit.connection, site)
    c = t.transfer.c
    same = (c.person == transfer.person) & (c.to_site == transfer.to_site) & (c.id != ident)
    if store.count(edit.connection, t.transfer, same & (c.start_ms < transfer.end_ms) & (c.end_ms > transfer.start_ms)):
        raise Problem(Kind.EXISTS, "this person is transferred to that site in this span already; change that one.")


def add(edit: Edit, ident: str, transfer: Transfer) -> None:
    """Let a known person use another site. Raises Problem."""
    _check(edit, ident, transfer)
    store.add(edit.connection, t.transfer, {"id": ident, "revision": 1, **transfer_values(transfer)}, "transfer")
    admission.publish_everywhere(edit, [transfer.person])


def change(edit: Edit, ident: str, transfer: Transfer) -> None:
    """Change a known transfer; it stays its person's. Raises Problem."""
    _check(edit, ident, transfer)
    store.change(edit.connection, t.transfer, t.transfer.c.id == ident, transfer_values(transfer))
    admission.publish_everywhere(edit, [transfer.person])


def drop(edit: Edit, ident: str) -> None:
    """Take a transfer back. Raises Problem."""
    row = store.one(edit.connection, t.transfer, t.transfer.c.id == ident, "transfer")
    edit.connection.execute(delete(t.transfer).where(t.transfer.c.id == ident))
    admission.publish_everywhere(edit, [row.person])
