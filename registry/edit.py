"""One edit: a transaction that changes rows and tells the gateways, under versions from the one sequence.

Only what is new is told: to publish what a site holds already changes no version.

The feed's row is locked before anything else, so edits commit in the order of their versions and a feed that reads
"what changed since" never misses one (guarantee S10).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from access.codec import record_kind, record_to_json
from access.records import Record
from registry.database import Database
from registry.downlink.publishing import Key, publish
from registry.prepared import Prepared
from registry.tables import core as t


@dataclass(slots=True)
class Edit:
    """A transaction under the feed's lock, when it began, and what it will publish when it ends."""

    connection: Connection
    at_ms: int
    news: dict[Key, str | None] = field(default_factory=dict)

    def publish(self, site: str, record: Record) -> None:
        """Tell the site's gateways this record as it is from now on."""
        self.news[site, record_kind(record), record.id] = json.dumps(record_to_json(record), ensure_ascii=False)

    def withdraw(self, site: str, kind: str, ident: str) -> None:
        """Tell the site's gateways that the record is no more."""
        self.news[site, kind, ident] = None


_LOCKED = Prepared(select(t.feed.c.version).with_for_update())


@contextmanager
def editing(database: Database, at_ms: int) -> Iterator[Edit]:
    """Give an edit; what it publishes is written when the block ends, all or nothing with its changes."""
    with database.write() as connection, joining(connection, at_ms) as edit:
        yield edit


@contextmanager
def joining(connection: Connection, at_ms: int) -> Iterator[Edit]:
    """Give an edit within a transaction that has begun, and in which no other row is locked yet."""
    _LOCKED.on(connection, {})
    edit = Edit(connection, at_ms)
    yield edit
    publish(connection, edit.news, edit.at_ms)
