"""The replica feed: what changed at a site since a version, in the order of versions, a page at a time."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, select, true

from registry.prepared import Prepared
from registry.tables import core as t

MOST_CHANGES = 2_000
"""Changes of one page."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a site's feed ends: the generation, the version of its last change, and the digest of all records there.
    ``confirmed`` is the epoch of the branch that is the site's (None: it has not spoken).
    """

    generation: str
    version: int
    digest: str
    confirmed: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Changes up to ``version``; ``snapshot``: they begin at nothing; ``more``: they are not all, and else ``digest``
    is that of all records at ``version``.
    """

    generation: str
    version: int
    snapshot: bool
    more: bool
    digest: str | None
    changes: tuple[dict[str, Any], ...]


class Ahead(ValueError):
    """The gateway holds a later version than this registry has given: the registry was restored from a backup."""


def head(connection: Connection, site: str) -> Head:
    """Where the feed of a known site ends."""
    return Head(*_HEAD.on(connection, {"site": site}).one())


_HEAD = Prepared(
    select(t.feed.c.generation, t.site.c.version, t.site.c.digest, t.site.c.confirmed_epoch)
    .select_from(t.site)
    .join(t.feed, true())
    .where(t.site.c.id == bindparam("site"))
)
"""Made once: every gateway asks for it every second."""


def page(connection: Connection, site: str, generation: str, since: int, limit: int) -> Page:
    """Give the changes after ``since``; a snapshot where ``since`` is 0 or of another generation.

    Raises Ahead where ``since`` lies beyond the feed's end.
    """
    end = head(connection, site)
    snapshot = since == 0 or generation != end.generation
    if not snapshot and since > end.version:
        raise Ahead(f"version {since} was never given; this registry stands at {end.version}")
    after = 0 if snapshot else since
    rows = _rows(connection, site, after, limit) if after < end.version else []
    more = len(rows) > limit
    version = rows[limit - 1].version if more else end.version
    changes = tuple(_change(row) for row in rows[:limit])
    return Page(end.generation, version, snapshot, more, None if more else end.digest, changes)


def _rows(connection: Connection, site: str, after: int, limit: int) -> list[Any]:
    # A snapshot begins at nothing: there is nothing to drop.
    asked = {"site": site, "after": after, "most": limit + 1}
    return list(connection.execute(_CHANGES if after else _SNAPSHOT, asked).all())


_c = t.published.c
_CHANGES = (
    select(_c.kind, _c.id, _c.version, _c.record)
    .where(_c.site == bindparam("site"), _c.version > bindparam("after"))
    .order_by(_c.version)
    .limit(bindparam("most", type_=Integer))
)
_SNAPSHOT = _CHANGES.where(_c.record.is_not(None))


def _change(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the query above
    return {"kind": row.kind, "id": row.id, "record": None if row.record is None else json.loads(row.record)}
