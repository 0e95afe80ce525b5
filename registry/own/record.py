"""Who looked at a person's history, as they may read it themselves (guarantee P9)."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from registry.guard import authors
from registry.tables import core as t

LOOKS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody looked at this person's history: when, who (a name where it is known), and at what."""

    at_ms: int
    who: str
    what: str


def looks(connection: Connection, person: str) -> list[Looked]:
    """Who looked at a person's history, the last first."""
    c = t.look.c
    rows = connection.execute(
        select(c.operator, c.what, c.at_ms).where(c.person == person).order_by(c.at_ms.desc()).limit(LOOKS_SHOWN)
    ).all()
    names = authors.names_of(connection, (row.operator for row in rows))
    return [Looked(row.at_ms, names.get(row.operator, row.operator), row.what) for row in rows]
