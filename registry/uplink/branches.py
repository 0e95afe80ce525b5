"""The branches of a site's log: which is the site's, what belongs to it, and how a new one grows out of another (S6).

Nothing of a branch is ever deleted. Whoever makes one, or says which is the site's, holds the feed's lock.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection, Table, bindparam, func, insert, select, update

from access.clock import MINUTE_MS
from access.log import GENESIS
from registry.prepared import Prepared
from registry.tables import core as t
from registry.uplink import refold
from registry.uplink.folding import Folded, dumped
from registry.uplink.histories import Held, Histories, Part

MOST = 1_000
EVERY_MS = MINUTE_MS
TO_THE_END = 2**62
"""No row has a higher number."""


@dataclass(frozen=True, slots=True)
class TooMany:
    """No branch is made now: one has been made less than EVERY_MS ago, or there are MOST; try after ``wait_ms``."""

    wait_ms: int


def histories(connection: Connection, site: str, numbers: Collection[int]) -> Histories:
    """A site's branches, with the hashes of their rows of these numbers."""
    found = _BRANCHES.on(connection, {"site": site})
    branches = {epoch: Held(epoch, base, base_seq, seq, bytes(head)) for epoch, base, base_seq, seq, head in found}
    return Histories(branches, refold.hashes(connection, site, numbers) if branches else {})


def confirmed(connection: Connection, site: str) -> int | None:
    """The epoch of the branch that is the site's; None while it has not spoken."""
    found: int | None = _CONFIRMED.on(connection, {"site": site}).scalar()
    return found


_CONFIRMED = Prepared(select(t.site.c.confirmed_epoch).where(t.site.c.id == bindparam("site")))
_BRANCHES = Prepared(
    select(*(t.branch.c[name] for name in ("epoch", "base_epoch", "base_seq", "seq", "head"))).where(
        t.branch.c.site == bindparam("site")
    )
)


def is_confirmed(connection: Connection, site: str, epoch: int) -> bool:
    """Whether a gateway in ``epoch`` is the site's, as far as anybody has said."""
    return confirmed(connection, site) in {None, epoch}


def counted(table: Table, seq: Column[int] | None = None) -> ColumnElement[bool]:
    """Of a table of what rows told, by site and epoch: what belongs to its site's confirmed history. ``seq`` is the
    column of the row that told it, its own unless one is given; none yet is later than any.
    """
    b, told_by = t.branch.c, table.c.seq if seq is None else func.coalesce(seq, TO_THE_END)
    upto = select(b.counts_to).where(b.site == table.c.site, b.epoch == table.c.epoch).scalar_subquery()
    return told_by <= upto


def counting(table: Table) -> ColumnElement[bool]:
    """As ``counted`` by the table's own numbers, to join its rows to the branches: where most of a large table is asked
    for, one look a branch is cheaper than one a row.
    """
    b = t.branch.c
    return (b.site == table.c.site) & (b.epoch == table.c.epoch) & (table.c.seq <= b.counts_to)


def first(connection: Connection, site: str, epoch: int, at_ms: int) -> bool:
    """Make a site's first branch, which is its own at once; False where it has one already. Takes the feed's lock."""
    lock(connection)
    if confirmed(connection, site) is not None:
        return False
    empty = Folded()
    _insert(connection, site, epoch, at_ms, empty, head=GENESIS, counts_to=TO_THE_END)
    connection.execute(update(t.site).where(t.site.c.id == site).values(confirmed_epoch=epoch))
    return True


def lock(connection: Connection) -> None:
    """Take the feed's lock, before any other."""
    connection.execute(select(t.feed.c.version).with_for_update())


@dataclass(frozen=True, slots=True)
class Wanted:
    """A branch that grows out of another at ``part``, for a ``run`` that spoke from ``said_epoch``."""

    site: str
    part: Part
    run: str
    said_epoch: int


def grown(connection: Connection, held: Histories, wanted: Wanted, at_ms: int) -> int | TooMany:
    """The epoch of the branch that a run is given: the same however often it asks. The feed's lock is held."""
    site, part, b = wanted.site, wanted.part, t.branch.c
    base = {"made_run": wanted.run, "base_epoch": part.base_epoch, "base_seq": part.base_seq}
    same = (b[name] == value for name, value in base.items())
    known: int | None = connection.execute(select(b.epoch).where(b.site == site, *same)).scalar()
    if known is not None:
        return known
    newest, last_ms, count = connection.execute(
        select(func.max(b.epoch), func.max(b.made_ms), func.count()).where(b.site == site)
    ).one()
    if count >= MOST or (count > 1 and 0 <= at_ms - last_ms < EVERY_MS):
        return TooMany(EVERY_MS)
    epoch: int = max(newest, wanted.said_epoch) + 1
    folded, head = refold.standing_at(connection, site, held, part), held.hash_at(part.base_epoch, part.base_seq)
    place = {"head": head, "head_epoch": refold.epoch_said(connection, site, part), "seq": part.base_seq}
    _insert(connection, site, epoch, at_ms, folded, applied=part.base_seq, **place, **base)
    refold.carry_visits(connection, site, epoch, folded)
    return epoch


def _insert(connection: Connection, site: str, epoch: int, at_ms: int, folded: Folded, **values: object) -> None:
    occupancy, looks = dumped(folded)
    empty = {"seq": 0, "head_epoch": 0, "run": "", "software": "", "applied": 0, "counts_to": 0}
    none = {"base_epoch": None, "base_seq": 0}
    folds = {"occupancy": occupancy, "overview": looks, "poisoned": folded.poisoned, "gapped": folded.gapped}
    made = {"made_run": "", "made_ms": at_ms, "seen_ms": at_ms, "last_event_ms": folded.last_event_ms}
    connection.execute(insert(t.branch).values(site=site, epoch=epoch, **{**empty, **none, **folds, **made, **values}))
