"""What a gateway's poll has done first: what time alone has changed is told, what a branch told before it was confirmed
takes effect, and what a card showed that nobody confirmed is forgotten.
"""

from registry.database import Database
from registry.downlink import due
from registry.edit import editing
from registry.people import calls
from registry.uplink import catching_up


def sweep(database: Database, at_ms: int) -> int:
    """Do what there is to do; how many people's records were looked at. Mostly one read and no write."""
    with database.read() as connection:
        is_due, is_behind = bool(due.due(connection, at_ms)), catching_up.behind(connection) is not None
        is_stale = calls.is_stale(connection, at_ms)
    looked_at = 0
    if is_due:
        with editing(database, at_ms) as edit:
            looked_at = due.publish_due(edit, at_ms)
    if is_behind:
        catching_up.sweep(database, at_ms)
    if is_stale:
        with editing(database, at_ms) as edit:
            calls.forget_stale(edit)
    return looked_at
