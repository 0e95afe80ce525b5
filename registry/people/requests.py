"""What people ask about their data, to be corrected or erased, and what staff decide (guarantee P5)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from access.clock import DAY_MS
from registry import identity, store
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.tables import core as t

MOST_OPEN = 3
"""Of one person, at once."""
ANSWER_WITHIN_MS = 30 * DAY_MS
"""The month of art. 12, counted short."""
_c = t.data_request.c


class Wish(StrEnum):
    """What is asked for."""

    CORRECT = "correct"
    ERASE = "erase"


def ask(edit: Edit, person: str, wish: Wish, said: str) -> str:
    """Note what a person asks for, and give its id. Raises Problem where they wait for so much already."""
    waiting = (_c.person == person) & _c.decided_ms.is_(None)
    if store.count(edit.connection, t.data_request, waiting) >= MOST_OPEN:
        raise Problem(Kind.FULL, f"{MOST_OPEN} requests of yours wait for an answer already; wait for one.")
    ident = identity.new_id()
    values = {"id": ident, "person": person, "kind": str(wish), "said": said, "asked_ms": edit.at_ms}
    edit.connection.execute(insert(t.data_request).values(**values, decided_by="", granted=False, answer=""))
    return ident


def decide(edit: Edit, ident: str, author: str, answer: str, *, granted: bool) -> None:
    """Answer a request that waits. Raises Problem where nobody waits for it."""
    waits = (_c.id == ident) & _c.decided_ms.is_(None)
    said = {"decided_ms": edit.at_ms, "decided_by": author, "granted": granted, "answer": answer}
    if edit.connection.execute(update(t.data_request).where(waits).values(**said)).rowcount == 0:
        store.one(edit.connection, t.data_request, _c.id == ident, "request")
        raise Problem(Kind.OUT_OF_TURN, "this request was answered already; look at it again.")


def of_person(connection: Connection, person: str) -> Sequence[Row[Any]]:
    """The requests of a person, the last first."""
    mine = select(t.data_request).where(_c.person == person).order_by(_c.asked_ms.desc(), _c.id)
    return connection.execute(mine).all()


def state_of(row: Row[Any]) -> str:
    """What has become of a request: waits, granted, refused."""
    if row.decided_ms is None:
        return "waits"
    return "granted" if row.granted else "refused"
