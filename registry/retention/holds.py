"""Legal holds: what is not purged although its time is over, by whose word, why, and until when (P4)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from access.clock import DAY_MS
from access.retention import KINDS, Kind
from registry import identity
from registry.edit import Edit
from registry.guard import acts
from registry.guard.acts import Act
from registry.problems import Kind as Wrong
from registry.problems import Problem
from registry.tables import core as t
from registry.tables.retention import legal_hold

SAID = "legal-hold"
"""What the audit trail calls it."""
LONGEST_MS = 3_660 * DAY_MS
_c = legal_hold.c


@dataclass(frozen=True, slots=True)
class Wanted:
    """A ``kind`` of data (None: any) of a ``person`` (None: everybody) is to be kept until then."""

    reason: str
    until_ms: int
    kind: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Holds:
    """What is held now: whole kinds, and for each kind (None: any) the people."""

    kinds: frozenset[str] = frozenset()
    everything: bool = False
    persons: dict[str | None, frozenset[str]] = field(default_factory=dict)

    def covers(self, kind: Kind) -> bool:
        """Whether all data of a kind is held."""
        return self.everything or kind.id in self.kinds

    def people(self, kind: Kind) -> frozenset[str]:
        """Whose data of a kind is held."""
        return self.persons.get(kind.id, frozenset()) | self.persons.get(None, frozenset())


def active(connection: Connection, at_ms: int) -> Holds:
    """What is held at a moment."""
    kinds, persons, everything = set[str](), dict[str | None, frozenset[str]](), False
    for kind, person in connection.execute(select(_c.kind, _c.person).where(_in_force(at_ms))):
        if person is not None:
            persons[kind] = persons.get(kind, frozenset()) | {person}
        elif kind is not None:
            kinds.add(kind)
        else:
            everything = True
    return Holds(frozenset(kinds), everything, persons)


def _in_force(at_ms: int) -> Any:  # noqa: ANN401 -- SQLAlchemy's own
    return _c.lifted_ms.is_(None) & (_c.begun_ms <= at_ms) & (_c.until_ms > at_ms)


def begin(edit: Edit, wanted: Wanted, author: str) -> str:
    """Hold something from now on, and give the hold's id. Raises Problem."""
    _check(edit, wanted)
    ident = identity.new_id()
    edit.connection.execute(
        insert(legal_hold).values(
            id=ident,
            kind=wanted.kind,
            person=wanted.person,
            reason=wanted.reason.strip(),
            author=author,
            begun_ms=edit.at_ms,
            until_ms=wanted.until_ms,
            lifted_ms=None,
            lifted_by="",
        )
    )
    acts.note(edit.connection, Act(SAID, author, person=wanted.person, what=f"begin {ident}"), edit.at_ms)
    return ident


def _check(edit: Edit, wanted: Wanted) -> None:
    if not wanted.reason.strip():
        raise Problem(Wrong.INVALID, "a hold has a reason; say why this must be kept.")
    if not edit.at_ms < wanted.until_ms <= edit.at_ms + LONGEST_MS:
        raise Problem(Wrong.INVALID, "a hold ends after now and within ten years; give it such an end.")
    if wanted.kind is not None and wanted.kind not in {kind.id for kind in KINDS}:
        raise Problem(Wrong.INVALID, f"a kind is one of {', '.join(kind.id for kind in KINDS)}; choose one of them.")
    known = t.person.c.id == wanted.person
    if wanted.person is not None and edit.connection.execute(select(t.person.c.id).where(known)).first() is None:
        raise Problem(Wrong.NOT_FOUND, "there is no such person; look for them at /people.")


def lift(edit: Edit, ident: str, author: str) -> None:
    """End a hold before its time. Raises Problem."""
    ended = update(legal_hold).where(_c.id == ident, _in_force(edit.at_ms))
    if edit.connection.execute(ended.values(lifted_ms=edit.at_ms, lifted_by=author)).rowcount == 0:
        raise Problem(Wrong.NOT_FOUND, "no such hold is in force; the list says which are.")
    acts.note(edit.connection, Act(SAID, author, what=f"lift {ident}"), edit.at_ms)


def all_of(connection: Connection) -> Sequence[Row[Any]]:
    """Every hold there was, the last begun first."""
    return connection.execute(select(legal_hold).order_by(_c.begun_ms.desc(), _c.id)).all()
