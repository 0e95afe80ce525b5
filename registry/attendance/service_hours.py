"""Service hours of Digital Angels: two ledgers that never overlap (domain, people and roles).

The core says why an entry cannot be taken; the database itself refuses two that overlap, whoever comes at once.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from access.service import Backwards, Entry, Ledger, Overlaps, Target, entry_refusal
from access.spans import Span
from registry import store
from registry.edit import Edit
from registry.names import LAST_MS
from registry.people.known_at import sites_of
from registry.problems import Kind, Problem
from registry.tables import core as t

LONGEST_MS = 24 * 60 * 60 * 1_000
"""No entry is longer: hours are given within a day."""


def add(edit: Edit, entry: Entry, author: str, site: str | None = None, replaces: str | None = None) -> None:
    """Write hours into a ledger of a known person; ``site`` None: the one site that they are known at, if they are at
    one. Raises Problem where they have others at the same time.
    """
    store.one(edit.connection, t.person, t.person.c.id == entry.person, "person")
    here = _site(edit.connection, entry.person, site)
    if entry.end_ms - entry.start_ms > LONGEST_MS:
        raise Problem(Kind.INVALID, "an entry is at most 24 hours; write one for each day.")
    near = Span(entry.start_ms, max(entry.start_ms, entry.end_ms))
    _refuse(entry_refusal(entry, entries(edit.connection, entry.person, near)))
    values = {
        "id": entry.id,
        "person": entry.person,
        "ledger": str(entry.ledger),
        "start_ms": entry.start_ms,
        "end_ms": entry.end_ms,
        "note": entry.note,
        "author": author,
        "at_ms": edit.at_ms,
        "void": False,
        "reason": "",
        "revision": 1,
        "site": here,
        "replaces": replaces,
        "void_by": "",
        "void_ms": None,
    }
    try:
        with edit.connection.begin_nested():
            edit.connection.execute(insert(t.service_entry).values(values))
    except IntegrityError:
        raise Problem(
            Kind.SERVICE_OVERLAP, "this person has other hours at the same time; correct those first."
        ) from None


def _refuse(why: Overlaps | Backwards | None) -> None:
    match why:
        case Backwards():
            raise Problem(Kind.INVALID, "an entry ends after it starts; correct its times.")
        case Overlaps(entry=other, ledger=ledger, start_ms=start_ms, end_ms=end_ms):
            there = {"entry": other, "ledger": str(ledger), "start_ms": start_ms, "end_ms": end_ms}
            raise Problem(
                Kind.SERVICE_OVERLAP, "an hour is given once: this person has other hours then.", overlaps=there
            )


def _site(connection: Connection, person: str, site: str | None) -> str | None:
    """At which site hours are given. Raises Problem where the person is not known there."""
    known = sites_of(connection, person)
    if site is None:
        return min(known) if len(known) == 1 else None
    if site not in known:
        raise Problem(Kind.INVALID, "this person is not known at this site; choose another, or give them a role there.")
    return site


def void(edit: Edit, row: Row[Any], reason: str, author: str) -> None:
    """Take an entry out of its ledger; it stays to be seen, with the reason. Raises Problem where it was before."""
    take_out(edit, t.service_entry, row, reason, author)


def take_out(edit: Edit, table: Table, row: Row[Any], reason: str, author: str) -> None:
    """Take an entry, or a visit, out of the account, where it stays to be seen. Raises Problem where it was before."""
    if row.void:
        raise Problem(Kind.INVALID, "this entry is void already.")
    word = {"void": True, "reason": reason, "void_by": author, "void_ms": edit.at_ms}
    store.change(edit.connection, table, table.c.id == row.id, word)


def correct(edit: Edit, row: Row[Any], entry: Entry, reason: str, author: str, site: str | None) -> None:
    """Write an entry in the place of another of the same person, which stays beside it. Raises Problem."""
    void(edit, row, reason, author)
    add(edit, entry, author, site, row.id)


def entries(connection: Connection, person: str, within: Span) -> list[Entry]:
    """A person's entries in force that touch a span, by start."""
    c = t.service_entry.c
    found = select(t.service_entry).where(
        c.person == person, ~c.void, c.start_ms < within.end_ms, c.end_ms > within.start_ms
    )
    rows = connection.execute(found.order_by(c.start_ms, c.id))
    return [entry_of(row) for row in rows]


def entry_of(row: Row[Any]) -> Entry:
    """A row as a value; hours of nobody's are those of the person ""."""
    return Entry(row.id, row.person or "", Ledger(row.ledger), row.start_ms, row.end_ms, row.note)


def all_entries(connection: Connection, person: str) -> Sequence[Entry]:
    """All of a person's entries in force."""
    return entries(connection, person, Span(0, LAST_MS))


def target_of(connection: Connection, person: str) -> tuple[Target | None, int]:
    """What a person owes, and its revision; None and 0 where nobody has said."""
    c = t.service_target.c
    row = connection.execute(select(t.service_target).where(c.person == person)).one_or_none()
    return (None, 0) if row is None else (Target(row.minutes, row.team_percent), row.revision)


def set_target(edit: Edit, person: str, target: Target) -> int:
    """Say what a known person owes; the new revision."""
    store.one(edit.connection, t.person, t.person.c.id == person, "person")
    _, revision = target_of(edit.connection, person)
    values = {"minutes": target.minutes, "team_percent": target.team_percent, "revision": revision + 1}
    here = t.service_target.c.person == person
    if edit.connection.execute(update(t.service_target).where(here).values(values)).rowcount == 0:
        edit.connection.execute(insert(t.service_target).values(person=person, **values))
    return revision + 1
