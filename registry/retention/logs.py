"""Erasing the bodies and salts of the sites' logs once their time is over; the chain stays whole (guarantees P4, S4).

A row is as old as its clock says where that was trusted; another one is no younger than the trusted rows behind it. The
newest checkpoint of a site stays, for a branch may yet grow out behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, func, select, text, update

from access.facts import Checkpoint
from access.log import BadRow, read_header
from access.retention import PERIODS_OF_LOGS, of_row, old_rows
from registry.retention.holds import Holds
from registry.tables import core as t
from registry.tables.retention import purged

PAGE = 500
_e, _p = t.event.c, purged.c
_ROWS = (
    select(_e.seq, _e.kind, _e.at_ms, _e.header, _e.body)
    .where(_e.site == bindparam("site"), _e.epoch == bindparam("epoch"), _e.seq > bindparam("after", type_=BigInteger))
    .order_by(_e.seq)
    .limit(PAGE)
)
_ERASED = (
    update(t.event)
    .where(_e.site == bindparam("of_site"), _e.epoch == bindparam("of_epoch"), _e.seq.in_(bindparam("those")))
    .values(salt=None, body=None)
)
_MARK = text(
    "INSERT INTO purged (site, epoch, period_ms, seq) VALUES (:site, :epoch, :period_ms, :seq)"
    " ON CONFLICT (site, epoch, period_ms) DO UPDATE SET seq = excluded.seq"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Of a branch, what is kept for ``period_ms`` was looked through up to ``seq``; ``stuck``: a row before it stays,
    and ``kept`` is the checkpoint that does.
    """

    site: str
    epoch: int
    period_ms: int
    seq: int
    kept: int = 0
    stuck: bool = False


def places(connection: Connection) -> list[Place]:
    """Where to go on in each branch, for each period."""
    return places_of(connection, PERIODS_OF_LOGS)


def places_of(connection: Connection, periods: Sequence[int]) -> list[Place]:
    """The same for some periods."""
    marks = {(row.site, row.epoch, row.period_ms): row.seq for row in connection.execute(select(purged))}
    branches = connection.execute(select(t.branch.c.site, t.branch.c.epoch).order_by(t.branch.c.site, t.branch.c.epoch))
    kept = _kept(connection)
    return [
        Place(site, epoch, period, marks.get((site, epoch, period), 0), kept.get((site, epoch), 0))
        for site, epoch in branches.all()
        for period in periods
    ]


def _kept(connection: Connection) -> dict[tuple[str, int], int]:
    """The newest checkpoint of each site's own branch."""
    own = (t.site.c.id == _e.site) & (t.site.c.confirmed_epoch == _e.epoch)
    found = select(_e.site, _e.epoch, func.max(_e.seq)).join(t.site, own).where(_e.kind == Checkpoint.KIND)
    return {(site, epoch): seq for site, epoch, seq in connection.execute(found.group_by(_e.site, _e.epoch))}


def step(connection: Connection, place: Place, holds: Holds, now_ms: int) -> tuple[Place | None, int]:
    """Erase what is over of the next rows. Where to go on (None: there is no more), and how many bodies went."""
    rows = connection.execute(_ROWS, {"site": place.site, "epoch": place.epoch, "after": place.seq}).all()
    old = rows[: old_rows([(row.at_ms, _trusted(bytes(row.header))) for row in rows], now_ms - place.period_ms)]
    if not old:
        return None, 0
    gone, first_kept = _sorted_out(old, place, holds)
    erase(connection, place, gone)
    upto: int = old[-1].seq
    if not place.stuck:
        mark(connection, place, upto if first_kept is None else first_kept - 1)
    stuck = place.stuck or first_kept is not None
    after = Place(place.site, place.epoch, place.period_ms, upto, place.kept, stuck)
    return after if len(rows) == PAGE else None, len(gone)


def erase(connection: Connection, place: Place, those: Sequence[int]) -> None:
    """The bodies and salts of these rows of a branch are no more."""
    if those:
        connection.execute(_ERASED, {"of_site": place.site, "of_epoch": place.epoch, "those": those})


def mark(connection: Connection, place: Place, seq: int) -> None:
    """A branch was looked through up to a row."""
    of = {"site": place.site, "epoch": place.epoch, "period_ms": place.period_ms}
    connection.execute(_MARK, of | {"seq": seq})


def _trusted(header: bytes) -> bool:
    try:
        return read_header(header).trusted
    except BadRow:
        return False


def _sorted_out(rows: Sequence[Any], place: Place, holds: Holds) -> tuple[list[int], int | None]:
    """Which bodies go, and the first that is over and stays all the same."""
    gone, first_kept = list[int](), None
    for row in rows:
        kind = None if row.body is None else of_row(row.kind, bytes(row.body))
        if kind is None or kind.period_ms != place.period_ms:
            continue
        named = (who.encode() in bytes(row.body) for who in holds.people(kind))
        if row.seq == place.kept or holds.covers(kind) or any(named):
            first_kept = row.seq if first_kept is None else first_kept
        else:
            gone.append(row.seq)
    return gone, first_kept
