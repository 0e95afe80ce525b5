"""Every look at a person's history leaves a row, which that person can be shown (guarantees P6, P9).

Who looks on, at what is asked for again and again, looks once an hour. Nobody looks at themselves.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from access.clock import HOUR_MS
from registry import identity
from registry.downlink.admission import chunks
from registry.names import is_id
from registry.tables import core as t

HISTORY, STAYS, ATTENDANCE, SERVICE, ARCHIVE = "history", "stays", "attendance", "service", "archive"
"""What was looked at: all of one person's stays, a site's list of them, attendance, service hours, or all that is known
of them.
"""
PRESENCE, EVENTS, CONFLICTS = "presence", "events", "conflicts"
"""What is looked at for as long as it goes on: who is where, what a site's log says, stays that contradict others."""
LASTS_MS = HOUR_MS
AT_ONCE = 500


def note(connection: Connection, looker: str, persons: Iterable[str], what: str, at_ms: int) -> None:
    """Note that somebody looked at these people, in the transaction that shows it."""
    rows = [
        {"id": identity.new_id(), "operator": looker, "person": who, "what": what, "at_ms": at_ms}
        for who in sorted({who for who in persons if who})  # A stay whose person was purged is nobody's.
    ]
    if rows:
        connection.execute(insert(t.look), rows)


def news(connection: Connection, looker: str, persons: Iterable[str], what: str, at_ms: int) -> list[str]:
    """Those of these people at whom somebody has not looked in the same way within the hour, in order."""
    c = t.look.c
    found: list[str] = []
    for some in chunks(sorted({who for who in persons if is_id(who)}), AT_ONCE):
        recent = select(c.person).where(c.person.in_(some), c.at_ms > at_ms - LASTS_MS, c.at_ms <= at_ms)
        seen = set(connection.execute(recent.where(c.operator == looker, c.what == what)).scalars())
        found += [who for who in some if who not in seen]
    return found
