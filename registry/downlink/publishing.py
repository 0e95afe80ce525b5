"""What an edit tells the sites, written: each record under its own version, with what follows from it for the site.

A change that takes something away from somebody is marked with its version (``denied``), so that the lane finds it
without looking at anything else; the site's digest moves with its records.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby, islice

from sqlalchemy import BigInteger, Connection, bindparam, select, text, update

from access.codec import record_from_json
from access.fingerprint import fingerprint, moved
from access.restrictions import DENIABLE, takes_away
from registry.prepared import Prepared
from registry.tables import core as t

Key = tuple[str, str, str]
"""A site, a kind of record and an id."""
News = Mapping[Key, str | None]
"""Records as JSON by their key; None: it is no more."""
_AT_ONCE = 5_000
_PUBLISH = Prepared(
    text(
        "INSERT INTO published (site, kind, id, version, record, denied)"
        " VALUES (:site, :kind, :id, :version, :record, :denied)"
        " ON CONFLICT (site, kind, id) DO UPDATE SET version = excluded.version, record = excluded.record,"
        " denied = COALESCE(excluded.denied, published.denied)"
    )
)

_MORE = bindparam("more", type_=BigInteger)
_TAKEN = Prepared(update(t.feed).values(version=t.feed.c.version + _MORE).returning(t.feed.c.version))
_MOVED = Prepared(update(t.site).where(t.site.c.id == bindparam("of_site")), sets=("version", "digest"))
_DIGEST = Prepared(select(t.site.c.digest).where(t.site.c.id == bindparam("site")))
_c = t.published.c
_HEARD = select(_c.id, _c.record).where(
    _c.site == bindparam("site"), _c.kind == bindparam("kind"), _c.id.in_(bindparam("ids")), _c.record.is_not(None)
)
"""They are built once: every edit ends with them."""


def publish(connection: Connection, said: News, at_ms: int) -> None:
    """Write what the sites do not hold yet, each row under its own version, in the order in which it was said."""
    heard = _heard(connection, said)
    news = {key: record for key, record in said.items() if record != heard.get(key)}
    if not news:
        return
    last: int = _TAKEN.on(connection, {"more": len(news)}).scalar_one()
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
    _PUBLISH.many(connection, rows)
    for site, version in {str(row["site"]): row["version"] for row in rows}.items():
        moved_to = {"version": version, "digest": _digest(connection, site, news, heard)}
        _MOVED.on(connection, {"of_site": site, **moved_to})


def _heard(connection: Connection, said: News) -> dict[Key, str]:
    """What the sites hold already of what is said."""
    heard: dict[Key, str] = {}
    for (site, kind), keys in groupby(sorted(said), key=lambda key: key[:2]):
        idents = iter([ident for _, _, ident in keys])
        while some := list(islice(idents, _AT_ONCE)):
            told = connection.execute(_HEARD, {"site": site, "kind": kind, "ids": some})
            heard |= {(site, kind, ident): record for ident, record in told}
    return heard


def _takes_away(kind: str, before: str | None, after: str | None, at_ms: int) -> bool:
    if before is None or kind not in DENIABLE:
        return False
    now = None if after is None else record_from_json(kind, after)
    return takes_away(record_from_json(kind, before), now, at_ms)


def _digest(connection: Connection, site: str, news: News, heard: Mapping[Key, str]) -> str:
    held: str = _DIGEST.on(connection, {"site": site}).scalar_one()
    gone = {key: heard[key] for key in news if key in heard}
    come = {key: record for key, record in news.items() if record is not None}
    return moved(held, _prints(site, gone), _prints(site, come))


def _prints(site: str, records: Mapping[Key, str]) -> Iterator[int]:
    return (fingerprint(kind, ident, json.loads(text)) for (at, kind, ident), text in records.items() if at == site)
