"""What an edit tells the sites, written: each record under its own version, with what follows from it for the site.

A change that takes something away from somebody is marked with its version (``denied``), so that the lane finds it
without looking at anything else; the site's digest moves with its records.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby, islice

from sqlalchemy import Connection, select, text, update

from access.codec import record_from_json
from access.fingerprint import fingerprint, moved
from access.restrictions import DENIABLE, takes_away
from registry import tables as t

Key = tuple[str, str, str]
"""A site, a kind of record and an id."""
News = Mapping[Key, str | None]
"""Records as JSON by their key; None: it is no more."""
_AT_ONCE = 5_000
_PUBLISH = text(
    "INSERT INTO published (site, kind, id, version, record, denied)"
    " VALUES (:site, :kind, :id, :version, :record, :denied)"
    " ON CONFLICT (site, kind, id) DO UPDATE SET version = excluded.version, record = excluded.record,"
    " denied = COALESCE(excluded.denied, published.denied)"
)


def publish(connection: Connection, said: News, at_ms: int) -> None:
    """Write what the sites do not hold yet, each row under its own version, in the order in which it was said."""
    heard = _heard(connection, said)
    news = {key: record for key, record in said.items() if record != heard.get(key)}
    if not news:
        return
    taken = update(t.feed).values(version=t.feed.c.version + len(news)).returning(t.feed.c.version)
    last: int = connection.execute(taken).scalar_one()
    rows = [
        {
            "site": site,
            "kind": kind,
            "id": ident,
            "version": version,
            "record": record,
            "denied": version if _takes_away(kind, heard.get((site, kind, ident)), record, at_ms) else None,
        }
        for version, ((site, kind, ident), record) in enumerate(news.items(), last - len(news) + 1)
    ]
    connection.execute(_PUBLISH, rows)
    for site, version in {str(row["site"]): row["version"] for row in rows}.items():
        here = update(t.site).where(t.site.c.id == site)
        connection.execute(here.values(version=version, digest=_digest(connection, site, news, heard)))


def _heard(connection: Connection, said: News) -> dict[Key, str]:
    """What the sites hold already of what is said."""
    heard: dict[Key, str] = {}
    for (site, kind), keys in groupby(sorted(said), key=lambda key: key[:2]):
        idents = iter([ident for _, _, ident in keys])
        while some := list(islice(idents, _AT_ONCE)):
            c = t.published.c
            found = select(c.id, c.record).where(c.site == site, c.kind == kind, c.id.in_(some))
            told = connection.execute(found.where(c.record.is_not(None)))
            heard |= {(site, kind, ident): record for ident, record in told}
    return heard


def _takes_away(kind: str, before: str | None, after: str | None, at_ms: int) -> bool:
    if before is None or kind not in DENIABLE:
        return False
    now = None if after is None else record_from_json(kind, after)
    return takes_away(record_from_json(kind, before), now, at_ms)


def _digest(connection: Connection, site: str, news: News, heard: Mapping[Key, str]) -> str:
    held: str = connection.execute(select(t.site.c.digest).where(t.site.c.id == site)).scalar_one()
    gone = {key: heard[key] for key in news if key in heard}
    come = {key: record for key, record in news.items() if record is not None}
    return moved(held, _prints(site, gone), _prints(site, come))


def _prints(site: str, records: Mapping[Key, str]) -> Iterator[int]:
    return (fingerprint(kind, ident, json.loads(text)) for (at, kind, ident), text in records.items() if at == site)
