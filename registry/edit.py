"""One edit: a transaction that changes rows and tells the gateways, under versions from the one sequence.

Only what is new is told: to publish what a site holds already changes no version.

The feed's row is locked before anything else, so edits commit in the order of their versions and a feed that reads
"what changed since" never misses one (guarantee S10).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby, islice

from sqlalchemy import Connection, select, text, update

from access.codec import record_kind, record_to_json
from access.records import Record
from registry import tables as t
from registry.database import Database

_Key = tuple[str, str, str]
"""A site, a kind of record and an id."""
_AT_ONCE = 5_000


@dataclass(slots=True)
class Edit:
    """A transaction under the feed's lock, when it began, and what it will publish when it ends."""

    connection: Connection
    at_ms: int
    news: dict[_Key, str | None] = field(default_factory=dict)

    def publish(self, site: str, record: Record) -> None:
        """Tell the site's gateways this record as it is from now on."""
        self.news[site, record_kind(record), record.id] = json.dumps(record_to_json(record), ensure_ascii=False)

    def withdraw(self, site: str, kind: str, ident: str) -> None:
        """Tell the site's gateways that the record is no more."""
        self.news[site, kind, ident] = None


@contextmanager
def editing(database: Database, at_ms: int) -> Iterator[Edit]:
    """Give an edit; what it publishes is written when the block ends, all or nothing with its changes."""
    with database.write() as connection, joining(connection, at_ms) as edit:
        yield edit


@contextmanager
def joining(connection: Connection, at_ms: int) -> Iterator[Edit]:
    """Give an edit within a transaction that has begun, and in which no other row is locked yet."""
    connection.execute(select(t.feed.c.version).with_for_update())
    edit = Edit(connection, at_ms)
    yield edit
    _publish(edit)


_PUBLISH = text(
    "INSERT INTO published (site, kind, id, version, record) VALUES (:site, :kind, :id, :version, :record)"
    " ON CONFLICT (site, kind, id) DO UPDATE SET version = excluded.version, record = excluded.record"
)


def _publish(edit: Edit) -> None:
    """Each row gets its own version, in the order in which the edit first spoke of it."""
    news = _unheard(edit)
    if not news:
        return
    taken = update(t.feed).values(version=t.feed.c.version + len(news)).returning(t.feed.c.version)
    last: int = edit.connection.execute(taken).scalar_one()
    rows = [
        {"site": site, "kind": kind, "id": ident, "version": version, "record": record}
        for version, ((site, kind, ident), record) in enumerate(news.items(), last - len(news) + 1)
    ]
    edit.connection.execute(_PUBLISH, rows)
    for site, version in {str(row["site"]): row["version"] for row in rows}.items():
        edit.connection.execute(update(t.site).where(t.site.c.id == site).values(version=version))


def _unheard(edit: Edit) -> dict[_Key, str | None]:
    """What of the news the sites do not hold yet."""
    heard: dict[_Key, str] = {}
    for (site, kind), keys in groupby(sorted(edit.news), key=lambda key: key[:2]):
        idents = iter([ident for _, _, ident in keys])
        while some := list(islice(idents, _AT_ONCE)):
            c = t.published.c
            found = select(c.id, c.record).where(c.site == site, c.kind == kind, c.id.in_(some))
            told = edit.connection.execute(found.where(c.record.is_not(None)))
            heard |= {(site, kind, ident): record for ident, record in told}
    return {key: record for key, record in edit.news.items() if record != heard.get(key)}
