"""Every look at a person's history leaves a row, which that person can be shown (guarantees P6, P9)."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert

from registry import identity
from registry import tables as t

HISTORY, STAYS, ATTENDANCE = "history", "stays", "attendance"
"""What was looked at: all of one person's stays, a site's list of them, or attendance."""


def note(connection: Connection, operator: str, persons: Iterable[str], what: str, at_ms: int) -> None:
    """Note that an operator looked at these people, in the transaction that shows it."""
    rows = [
        {"id": identity.new_id(), "operator": operator, "person": who, "what": what, "at_ms": at_ms}
        for who in sorted(set(persons))
    ]
    if rows:
        connection.execute(insert(t.look), rows)
