"""The lane of revocations: where a site's feed ends, and who has lost something since a version (guarantee D9).

A look reads a few rows by an index and writes nothing: neither an edit, nor a batch of rows, nor a snapshot that
another gateway fetches, keeps it waiting.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Integer, bindparam, select

from registry.downlink.feed import head
from registry.prepared import Prepared
from registry.tables import core as t

MOST_DENIALS = 500
"""Of one look."""


@dataclass(frozen=True, slots=True)
class Denial:
    """A record (``what``: its kind) that gave more before ``version`` than it does from there on."""

    what: str
    id: str
    version: int


@dataclass(frozen=True, slots=True)
class Look:
    """Where the feed ends (``digest``: of all records there), and the denials in the order of versions; ``more``: they
    are not all. ``confirmed`` is the epoch of the branch that is the site's (None: it has not spoken).
    """

    generation: str
    version: int
    digest: str
    confirmed: int | None
    denials: tuple[Denial, ...]
    more: bool


def look(connection: Connection, site: str, generation: str, since: int, after: int = 0) -> Look:
    """What a gateway that holds ``since`` of ``generation`` must hear first; those up to ``after`` it has heard.

    One that holds nothing, or all that there is, has nothing to be denied. Versions of another generation say nothing
    of this one's: such a gateway hears of all.
    """
    end = head(connection, site)
    held = since if generation == end.generation else 0
    if since == 0 or held == end.version:
        return Look(end.generation, end.version, end.digest, end.confirmed, (), more=False)
    found = denied_since(connection, site, max(held, after), MOST_DENIALS + 1)
    denials, more = found[:MOST_DENIALS], len(found) > MOST_DENIALS
    return Look(end.generation, end.version, end.digest, end.confirmed, denials, more)


def denied_latest(connection: Connection, site: str, limit: int) -> tuple[Denial, ...]:
    """The last denials, in the order of versions."""
    c = t.published.c
    latest = select(c.kind, c.id, c.denied).where(c.site == site, c.denied.is_not(None))
    found = connection.execute(latest.order_by(c.denied.desc()).limit(limit)).all()
    return tuple(Denial(*row) for row in reversed(found))


def denied_since(connection: Connection, site: str, version: int, limit: int) -> tuple[Denial, ...]:
    """The first denials after a version, in the order of versions."""
    found = _SINCE.on(connection, {"site": site, "version": version, "most": limit})
    return tuple(Denial(*row) for row in found)


_SINCE = Prepared(
    select(t.published.c.kind, t.published.c.id, t.published.c.denied)
    .where(t.published.c.site == bindparam("site"), t.published.c.denied > bindparam("version"))
    .order_by(t.published.c.denied)
    .limit(bindparam("most", type_=Integer))
)
"""Made once: every gateway asks for it every second."""
