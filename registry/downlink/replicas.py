"""The replicas that sites decide from, kept in memory as the registry itself publishes them (guarantee S10).

One per site, brought up to the asked version by what was published since; of sites that nobody asks about the least
recently used go first when there is no room.
"""

from collections import OrderedDict
from threading import Lock

from sqlalchemy import Connection, select

from access.codec import record_from_json
from access.replica import TABLE, Change, Drop, Put, Replica, apply, table
from registry.downlink import feed
from registry.tables import core as t

MOST_RECORDS = 1_000_000
"""Of all the replicas that are kept together; the one just asked for is kept whatever its size."""


class Replicas:
    """The replicas of one process, safe to ask from any thread."""

    def __init__(self, most_records: int = MOST_RECORDS) -> None:
        self._most = most_records
        self._held: OrderedDict[str, Replica] = OrderedDict()
        self._lock = Lock()

    def at(self, connection: Connection, site: str) -> Replica:
        """What a known site holds once it has everything that this connection sees."""
        end = feed.head(connection, site)
        with self._lock:
            held = self._held.get(site, Replica())
            if held.generation != end.generation:
                held = Replica()
            if held.version < end.version or not held.generation:
                changes = changes_of(connection, site, held.version)
                held = apply(held, end.generation, max(end.version, held.version), changes)
            self._held[site] = held
            self._held.move_to_end(site)
            self._make_room()
        return held

    def _make_room(self) -> None:
        while len(self._held) > 1 and sum(map(size, self._held.values())) > self._most:
            self._held.popitem(last=False)


def changes_of(connection: Connection, site: str, since: int) -> list[Change]:
    """What was published to a site after a version, in the order of versions; from nothing, nothing is dropped."""
    c = t.published.c
    found = select(c.kind, c.id, c.record).where(c.site == site, c.version > since).order_by(c.version)
    if since == 0:
        found = found.where(c.record.is_not(None))
    return [
        Drop(kind, ident) if record is None else Put(record_from_json(kind, record))
        for kind, ident, record in connection.execute(found)
    ]


def size(replica: Replica) -> int:
    """How many records it holds."""
    return sum(len(table(replica, kind)) for kind in TABLE)
