"""What a branch told before staff confirmed it takes effect afterwards, in the order of the log and in small steps."""

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import Connection, select, update

from access.codec import decode_fact
from access.log import Row
from access.stays import Ended, How
from registry.database import Database
from registry.edit import Edit, editing
from registry.prepared import Prepared
from registry.tables import core as t
from registry.uplink import effects
from registry.uplink.folding import Told

AT_ONCE = 500
MOST_STEPS = 20
_b = t.branch.c
_BEHIND = (_b.applied < _b.seq) & (_b.applied < _b.counts_to)
_ANY = Prepared(select(_b.site).where(_BEHIND).limit(1))
"""Every gateway's poll asks it."""


def sweep(database: Database, at_ms: int) -> int:
    """Apply what stands behind, at most MOST_STEPS transactions of it; how many there were."""
    for steps in range(MOST_STEPS):
        with database.read() as connection:
            site = behind(connection)
        if site is None:
            return steps
        with editing(database, at_ms) as edit:
            _step(edit, site)
    return MOST_STEPS


def behind(connection: Connection) -> str | None:
    """A site of which something stands behind; None: nothing does."""
    site: str | None = _ANY.on(connection, {}).scalar()
    return site


def _step(edit: Edit, site: str) -> None:
    """The next rows of the oldest branch of a site that stands behind."""
    query = select(_b.epoch, _b.seq, _b.applied, _b.counts_to).where(_b.site == site, _BEHIND)
    row = edit.connection.execute(query.order_by(_b.epoch).limit(1).with_for_update()).one_or_none()
    if row is None:
        return
    upto = min(row.seq, row.counts_to, row.applied + AT_ONCE)
    effects.apply(edit, site, _told(edit.connection, site, row.epoch, row.applied, upto))
    here = (_b.site == site) & (_b.epoch == row.epoch)
    edit.connection.execute(update(t.branch).where(here).values(applied=upto))


def _told(connection: Connection, site: str, epoch: int, after: int, upto: int) -> Sequence[Told]:
    """The rows of a span that may have effects, with the stays that they ended."""
    e = t.event.c
    ended = _ended(connection, site, epoch, after, upto)
    span = (e.site == site) & (e.epoch == epoch) & (e.seq > after) & (e.seq <= upto)
    readable = e.poison.is_(False) & e.body.is_not(None)
    may = e.kind.in_(effects.KINDS) | e.seq.in_(ended)
    found = select(e.seq, e.kind, e.at_ms, e.body).where(span, readable, may).order_by(e.seq)
    return [
        Told(
            Row(epoch, row.seq, b"", b"", None, None),
            row.kind,
            row.at_ms,
            poison=False,
            fact=decode_fact(row.kind, bytes(row.body)),
            ended=ended.get(row.seq, ()),
        )
        for row in connection.execute(found)
    ]


def _ended(connection: Connection, site: str, epoch: int, after: int, upto: int) -> dict[int, tuple[Ended, ...]]:
    s = t.stay.c
    span = (s.site == site) & (s.epoch == epoch) & (s.seq > after) & (s.seq <= upto)
    rows = connection.execute(select(t.stay).where(span).order_by(s.seq, s.n)).all()
    return {
        seq: tuple(Ended(one.person, one.zone, one.start_ms, one.end_ms, How(one.how), one.estimated) for one in held)
        for seq, held in groupby(rows, lambda row: int(row.seq))
    }
