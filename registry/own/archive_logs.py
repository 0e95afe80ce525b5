"""What the sites' logs say of a person, as they may read it: nobody else is in it (guarantee P5).

A log has no index by person, and gets none for this: it is looked through, page by page.
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from access.retention import OF_FACTS
from registry.tables import core as t
from registry.uplink.branches import counted

GIVEN = (
    *("door", "reader", "direction", "granted", "reason", "until_ms", "badge", "booking", "zone", "to", "desk"),
    *("resource", "start_ms", "end_ms", "what", "site"),
)
"""The members of a fact that can be about one person alone."""
OF_MANY = frozenset({"checkpoint", "day-closed"})
"""The kinds of rows in which a person is one of many: when they came and went is said by others."""
_WANTED = tuple(sorted(OF_FACTS.keys() - OF_MANY))
PAGE = 2_000


def rows(connection: Connection, person: str) -> list[dict[str, Any]]:
    """The rows about a person, site by site, in the order of the log."""
    e = t.event.c
    wanted = e.kind.in_(_WANTED) & e.body.is_not(None) & e.poison.is_(False)
    query = select(e.site, e.kind, e.at_ms, e.body).where(wanted, counted(t.event))
    # Of the statement alone: what its connection does next may be to write.
    found = connection.execute(query.order_by(e.site, e.epoch, e.seq).execution_options(yield_per=PAGE))
    return list(_theirs(found, person))


def _theirs(found: Any, person: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401 -- SQLAlchemy's own
    named = json.dumps(person).encode()
    for row in found:
        if named in row.body:  # Most rows are others': they are not even read.
            said = json.loads(row.body)
            if said.get("person") == person or said.get("id") == person:
                yield {"site": row.site, "kind": row.kind, "at_ms": row.at_ms, **_given(said)}


def _given(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in GIVEN if name != "site" and said.get(name) not in {None, ""}}
