"""Taking a gateway's log in: each row once, in order, verified, folded, in one transaction (guarantees S1 to S5, S8).

What cannot be taken is a value, not an exception, because an alarm about it is committed all the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, insert, select, text, update

from access.codec import decode_fact
from access.facts_people import CheckedIn, NoShow
from access.log import GENESIS, Broken, Chain, Row, read_header, verify
from registry import noshow, stays, training_told, whereabouts
from registry import tables as t
from registry.edit import Edit, joining
from registry.folding import Folded, Told, dumped, fold_rows, loaded


@dataclass(frozen=True, slots=True)
class Branch:
    """Where the registry stands in one branch of a site's log."""

    site: str
    epoch: int
    seq: int
    head: bytes
    folded: Folded


@dataclass(frozen=True, slots=True)
class Acked:
    """Everything up to ``seq`` is here, on disk."""

    seq: int


@dataclass(frozen=True, slots=True)
class Gap:
    """The batch begins beyond what is here; send from after ``resume``."""

    resume: int


@dataclass(frozen=True, slots=True)
class Fork:
    """The registry holds another row at ``seq`` than the gateway has."""

    seq: int


Outcome = Acked | Gap | Fork | Broken
_OF_EDITS = tuple(f'"{kind}"'.encode() for kind in noshow.KINDS | whereabouts.KINDS)


def open_branch(connection: Connection, site: str, epoch: int, at_ms: int) -> Branch:
    """The branch, locked to the end of the transaction; made where this epoch is new."""
    empty, looks = dumped(Folded())
    new = {"site": site, "epoch": epoch, "head": GENESIS, "at": at_ms, "empty": empty, "looks": looks}
    connection.execute(_NEW_BRANCH, new)
    here = (t.branch.c.site == site) & (t.branch.c.epoch == epoch)
    row = connection.execute(select(t.branch).where(here).with_for_update()).one()
    folded = loaded(row.occupancy, row.overview, row.last_event_ms, row.poisoned)
    return Branch(site, epoch, row.seq, row.head, folded)


_NEW_BRANCH = text(
    "INSERT INTO branch (site, epoch, seq, head, run, software, seen_ms, poisoned, occupancy, overview)"
    " VALUES (:site, :epoch, 0, :head, '', '', :at, 0, :empty, :looks) ON CONFLICT (site, epoch) DO NOTHING"
)


def take(connection: Connection, site: str, epoch: int, rows: Sequence[Row], at_ms: int) -> Outcome:
    """Take a contiguous run of rows of (``site``, ``epoch``) that arrived at ``at_ms``; what is here is skipped.

    Rows that tell of bookings, or of who is where, change what sites are told in the same transaction, an edit like any
    other: so the feed is locked, and before the branch.
    """
    if not any(_may_edit(row) for row in rows):
        return _take(connection, None, site, epoch, rows, at_ms)
    with joining(connection, at_ms) as edit:
        return _take(connection, edit, site, epoch, rows, at_ms)


def _may_edit(row: Row) -> bool:
    """Whether a row may tell of bookings or whereabouts; it is not verified yet."""
    return any(kind in row.header for kind in _OF_EDITS)


def _take(connection: Connection, edit: Edit | None, site: str, epoch: int, rows: Sequence[Row], at_ms: int) -> Outcome:
    branch = open_branch(connection, site, epoch, at_ms)
    first = rows[0].seq if rows else branch.seq + 1
    if first > branch.seq + 1:
        return Gap(branch.seq)
    forked = _differs(connection, branch, rows[: branch.seq + 1 - first])
    if forked is not None:
        return alarmed(connection, branch, Fork(forked), at_ms)
    return _append(connection, edit, branch, rows[branch.seq + 1 - first :], at_ms)


def _append(connection: Connection, edit: Edit | None, branch: Branch, rows: Sequence[Row], at_ms: int) -> Outcome:
    if not rows:
        return Acked(branch.seq)
    end = verify(rows, branch.site, branch.epoch, branch.seq, branch.head)
    if isinstance(end, Broken):
        return alarmed(connection, branch, _as_fork(branch, rows[0], end), at_ms)
    folded, told = fold_rows(branch.folded, rows)
    _keep(connection, branch, told)
    stays.keep(connection, branch.site, branch.epoch, told)
    _stand(connection, branch, end, folded, at_ms)
    if edit is not None:
        noshow.apply(edit, branch.site, _of_bookings(told))
        whereabouts.follow(edit, branch.site, branch.epoch, told)
        training_told.tell_stays(edit, told)
    return Acked(end.seq)


def _of_bookings(told: Sequence[Told]) -> Iterator[noshow.Came]:
    """What rows that could be read tell of bookings."""
    for one in told:
        if one.kind in noshow.KINDS and not one.poison and one.row.body is not None:
            fact = decode_fact(one.kind, one.row.body)
            if isinstance(fact, CheckedIn | NoShow):
                yield noshow.Came(fact, one.at_ms)


def _as_fork(branch: Branch, first: Row, broken: Broken) -> Fork | Broken:
    """A first row that is whole in itself but follows another head: the gateway's history is another (S6)."""
    if broken.seq != branch.seq + 1:
        return broken
    alone = verify([first], branch.site, branch.epoch, branch.seq, _prev(first))
    return broken if isinstance(alone, Broken) else Fork(branch.seq)


def _prev(row: Row) -> bytes:
    try:
        return bytes.fromhex(read_header(row.header).prev)
    except ValueError:
        return b""


def _differs(connection: Connection, branch: Branch, rows: Sequence[Row]) -> int | None:
    """The first of ``rows``, all of numbers that are here, that is not the row that is here."""
    if not rows:
        return None
    c = t.event.c
    span = c.seq.between(rows[0].seq, rows[-1].seq)
    held = select(c.seq, c.header).where(c.site == branch.site, c.epoch == branch.epoch, span)
    headers = {seq: bytes(header) for seq, header in connection.execute(held)}
    return next((row.seq for row in rows if headers.get(row.seq) != row.header), None)


def _keep(connection: Connection, branch: Branch, told: Sequence[Told]) -> None:
    rows = [
        {
            "site": branch.site,
            "epoch": branch.epoch,
            "seq": one.row.seq,
            "kind": one.kind,
            "at_ms": one.at_ms,
            "poison": one.poison,
            "header": one.row.header,
            "salt": one.row.salt,
            "body": one.row.body,
        }
        for one in told
    ]
    connection.execute(insert(t.event), rows)


def _stand(connection: Connection, branch: Branch, end: Chain, folded: Folded, at_ms: int) -> None:
    occupancy, looks = dumped(folded)
    here = (t.branch.c.site == branch.site) & (t.branch.c.epoch == branch.epoch)
    values = {"seq": end.seq, "head": end.head, "seen_ms": at_ms, "occupancy": occupancy, "overview": looks}
    marks = {"last_event_ms": folded.last_event_ms, "poisoned": folded.poisoned}
    connection.execute(update(t.branch).where(here).values(**values, **marks))


def alarmed(connection: Connection, branch: Branch, found: Fork | Broken, at_ms: int) -> Fork | Broken:
    """``found``, after the alarm that staff see; the same finding again raises no second one."""
    match found:
        case Fork(seq):
            raise_alarm(connection, branch.site, "fork", branch.epoch, seq, "two histories of one log", at_ms)
        case Broken(epoch=epoch, seq=seq, what=what):
            raise_alarm(connection, branch.site, "broken-row", epoch, seq, what, at_ms)
    return found


def raise_alarm(connection: Connection, site: str, kind: str, epoch: int, seq: int, what: str, at_ms: int) -> None:
    """Keep an alarm about a place in a site's log, once."""
    values = {"site": site, "kind": kind, "epoch": epoch, "seq": seq, "what": what, "at": at_ms}
    connection.execute(_NEW_ALARM, values)


_NEW_ALARM = text(
    "INSERT INTO alarm (site, kind, epoch, seq, at_ms, what) VALUES (:site, :kind, :epoch, :seq, :at, :what)"
    " ON CONFLICT (site, kind, epoch, seq) DO NOTHING"
)


def head_at(connection: Connection, branch: Branch, seq: int) -> bytes | None:
    """The hash of the row ``seq`` as it is here; None where it is not."""
    if seq == branch.seq:
        return branch.head
    if seq == 0:
        return GENESIS
    c = t.event.c
    held = select(c.header).where(c.site == branch.site, c.epoch == branch.epoch, c.seq == seq)
    header = connection.execute(held).scalar_one_or_none()
    return None if header is None else sha256(header).digest()
