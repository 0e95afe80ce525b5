"""What attendance registers say of a person, as they may read it: their own rows, without who wrote them."""

import json
from typing import Any

from sqlalchemy import Connection, and_, select

from registry.tables import core as t

NOT_GIVEN = frozenset({"author", "author_name", "bound", "account"})


def names(connection: Connection, person: str) -> list[dict[str, Any]]:
    """The registers that name them, and as whom."""
    n, r = t.register_name.c, t.register.c
    query = select(n.site, r.number, n.edition, n.name).join(t.register, and_(r.site == n.site, r.id == n.register_id))
    found = connection.execute(query.where(n.person == person).order_by(n.site, r.number, n.edition))
    return [dict(row) for row in found.mappings()]


def rows(connection: Connection, person: str) -> list[dict[str, Any]]:
    """Their rows in these registers."""
    n, s, r = t.register_name.c, t.register_row.c, t.register.c
    same = and_(n.site == s.site, n.register_id == s.register_id, n.edition == s.edition, n.person == person)
    query = select(s.site, r.number, s.edition, s.n, s.raw).join(t.register_name, same)
    query = query.join(t.register, and_(r.site == s.site, r.id == s.register_id))
    found = connection.execute(query.order_by(s.site, r.number, s.edition, s.n))
    read = ((row, json.loads(bytes(row.raw))) for row in found)
    return [
        {"site": row.site, "register": row.number, "edition": row.edition, "n": row.n, **_given(said)}
        for row, said in read
        if said.get("person") == person
    ]


def _given(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in NOT_GIVEN | {"site", "n"}}
