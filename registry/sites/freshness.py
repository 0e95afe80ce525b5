"""How fresh what the registry knows of a site is: when its gateway spoke, how far its log is here, what it decides by.

Of a site's gateways the one that staff confirmed counts; before any was, the newest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, true

from access.clock import MINUTE_MS
from registry.sites.standings import Standing
from registry.tables import core as t

LIVE_MS = 2 * MINUTE_MS
"""A gateway asks the lane every second, which is written down once a minute."""
SILENT_MS = 15 * MINUTE_MS


class Fresh(StrEnum):
    """How long ago a gateway spoke: just now, some minutes, so long that nobody counts on it, or never."""

    LIVE = "live"
    BEHIND = "behind"
    SILENT = "silent"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Heard:
    """What was last heard of a site's gateway. ``version`` is what it decides by (None: it has not said), ``latest``
    what there is; ``former``: its version is of another history of the registry.
    """

    seen_ms: int | None = None
    seq: int = 0
    last_event_ms: int | None = None
    version: int | None = None
    latest: int = 0
    former: bool = False

    def fresh(self, at_ms: int) -> Fresh:
        """How fresh that is at a moment."""
        if self.seen_ms is None:
            return Fresh.NEVER
        return fresh(self.seen_ms, at_ms)

    def minutes(self, at_ms: int) -> int:
        """How many whole minutes ago it spoke."""
        return max(0, at_ms - (self.seen_ms or 0)) // MINUTE_MS

    @property
    def up_to_date(self) -> bool:
        """Whether it decides by the latest version."""
        return not self.former and self.version is not None and self.version >= self.latest


def fresh(seen_ms: int, at_ms: int) -> Fresh:
    """How fresh a word of ``seen_ms`` is."""
    ago_ms = at_ms - seen_ms
    if ago_ms < LIVE_MS:
        return Fresh.LIVE
    return Fresh.BEHIND if ago_ms < SILENT_MS else Fresh.SILENT


def heard(connection: Connection, where: ColumnElement[bool], standings: Iterable[Standing]) -> Mapping[str, Heard]:
    """What was last heard of the sites that ``where`` chooses, by site; ``standings`` are theirs."""
    stand = {one.site: one for one in standings}
    columns = (t.site.c.id, t.site.c.version, t.site.c.confirmed_epoch, t.feed.c.generation)
    sites = connection.execute(select(*columns).join(t.feed, true()).where(where)).all()
    said = _said(connection, where)
    return {row.id: _heard(row, stand.get(row.id), said.get(row.id, {})) for row in sites}


def _said(connection: Connection, where: ColumnElement[bool]) -> dict[str, dict[int, Row[Any]]]:
    """What each gateway said to decide by, by site and epoch."""
    found: dict[str, dict[int, Row[Any]]] = {}
    query = select(t.applied).join(t.site, t.site.c.id == t.applied.c.site).where(where)
    for row in connection.execute(query):
        found.setdefault(row.site, {})[row.epoch] = row
    return found


def _heard(site: Any, stand: Standing | None, said: Mapping[int, Any]) -> Heard:  # noqa: ANN401 -- a row of the query above
    epoch = site.confirmed_epoch if site.confirmed_epoch is not None else max(said, default=0)
    own = said.get(epoch)
    times = [*([] if stand is None else [stand.seen_ms]), *([] if own is None else [own.seen_ms])]
    log = (0, None) if stand is None else (stand.seq, stand.last_event_ms)
    version = None if own is None else own.version
    former = own is not None and own.generation != site.generation
    return Heard(max(times, default=None), *log, version, site.version, former)
