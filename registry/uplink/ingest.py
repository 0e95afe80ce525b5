"""Taking a gateway's log in: each row once, in order, verified, folded, in one transaction (guarantees S1 to S5, S8).

What cannot be taken is a value, not an exception, because an alarm about it is committed all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from access.log import Broken, Chain, Row, read_header, verify
from registry.attendance import stays
from registry.edit import Edit, joining
from registry.prepared import Prepared
from registry.sites.alarms import raise_alarm
from registry.tables import core as t
from registry.uplink import branches, effects
from registry.uplink.elements import Element, beyond, head, numbers
from registry.uplink.folding import Folded, Told, dumped, fold_rows, loaded


@dataclass(frozen=True, slots=True)
class Branch:
    """Where the registry stands in one branch of a site's log. ``applied``: up to where its rows took effect, which
    they do in the ``confirmed`` one alone.
    """

    site: str
    epoch: int
    base_seq: int
    seq: int
    head: bytes
    head_epoch: int
    applied: int
    confirmed: bool
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
_OF_EDITS = tuple(f'"{kind}"'.encode() for kind in effects.KINDS)


def open_branch(connection: Connection, site: str, epoch: int) -> Branch:
    """The branch, locked to the end of the transaction. Raises LookupError where there is none."""
    row = _BRANCH.on(connection, {"site": site, "epoch": epoch}).one_or_none()
    if row is None:
        raise LookupError(f"{site} has no branch {epoch}")
    folded = loaded(row.occupancy, row.overview, row.last_event_ms, row.poisoned, gapped=bool(row.gapped))
    confirmed = row.confirmed_epoch == epoch
    place = (row.base_seq, row.seq, bytes(row.head), row.head_epoch)
    return Branch(site, epoch, *place, row.applied, confirmed, folded)


_BRANCH = Prepared(
    select(t.branch, t.site.c.confirmed_epoch)
    .join(t.site, t.site.c.id == t.branch.c.site)
    .where(t.branch.c.site == bindparam("site"), t.branch.c.epoch == bindparam("epoch"))
    .with_for_update(of=t.branch)
)


def take(connection: Connection, site: str, epoch: int, rows: Sequence[Element], at_ms: int) -> Outcome:
    """Take a contiguous run of rows of (``site``, ``epoch``) that arrived at ``at_ms``; what is here is skipped.

    What is no more is kept as a gap, which is an alarm, and leaves the counts estimated (S1, S3).

    Rows that tell of bookings, or of who is where, change what sites are told in the same transaction, an edit like any
    other: so the feed is locked, and before the branch.
    """
    if not any(_may_edit(row) for row in rows):
        return _take(connection, None, site, epoch, rows, at_ms)
    with joining(connection, at_ms) as edit:
        return _take(connection, edit, site, epoch, rows, at_ms)


def _may_edit(one: Element) -> bool:
    """Whether a row may tell of bookings or whereabouts; it is not verified yet."""
    return isinstance(one, Row) and any(kind in one.header for kind in _OF_EDITS)


def _take(
    connection: Connection, edit: Edit | None, site: str, epoch: int, rows: Sequence[Element], at_ms: int
) -> Outcome:
    branch = _opened(connection, site, epoch, at_ms)
    if branch is None:
        return Fork(0)  # A greeting tells it which branch it is to go on in.
    first = numbers(rows[0])[0] if rows else branch.seq + 1
    if first > branch.seq + 1:
        return Gap(branch.seq)
    if first <= branch.seq:
        forked = _differs(connection, branch, [one for one in rows if numbers(one)[1] <= branch.seq])
        if forked is not None:
            return alarmed(connection, branch, Fork(forked), at_ms)
        rows = beyond(rows, branch.seq)
    return _append(connection, edit, branch, rows, at_ms)


def _opened(connection: Connection, site: str, epoch: int, at_ms: int) -> Branch | None:
    """The branch, made where it is a site's first; None where a site that has others has none of this epoch."""
    try:
        return open_branch(connection, site, epoch)
    except LookupError:
        branches.first(connection, site, epoch, at_ms)
    try:
        return open_branch(connection, site, epoch)
    except LookupError:
        return None


def _append(connection: Connection, edit: Edit | None, branch: Branch, rows: Sequence[Element], at_ms: int) -> Outcome:
    if not rows:
        return Acked(branch.seq)
    end = verify(rows, branch.site, branch.epoch, branch.seq, branch.head, branch.head_epoch)
    if isinstance(end, Broken):
        return alarmed(connection, branch, _as_fork(branch, rows[0], end), at_ms)
    folded, told = fold_rows(branch.folded, rows)
    effective = branch.confirmed and branch.applied == branch.seq
    _keep(connection, branch, told)
    _keep_gaps(connection, branch, rows, at_ms)
    stays.keep(connection, branch.site, branch.epoch, told)
    said = rows[-1].epoch if isinstance(rows[-1], Row) else 0
    marks = {"applied": end.seq if effective else branch.applied, "head_epoch": said, "seen_ms": at_ms}
    _stand(connection, branch, end, folded, marks)
    if edit is not None and effective:
        effects.apply(edit, branch.site, told)
    return Acked(end.seq)


def _as_fork(branch: Branch, first: Element, broken: Broken) -> Fork | Broken:
    """A first row that is whole in itself but follows another head: the gateway's history is another (S6)."""
    if broken.seq != branch.seq + 1 or not isinstance(first, Row):
        return broken
    alone = verify([first], branch.site, branch.epoch, branch.seq, _prev(first), branch.head_epoch)
    return broken if isinstance(alone, Broken) else Fork(branch.seq)


def _prev(row: Row) -> bytes:
    try:
        return bytes.fromhex(read_header(row.header).prev)
    except ValueError:
        return b""


def _differs(connection: Connection, branch: Branch, elements: Sequence[Element]) -> int | None:
    """The first of ``elements``, all of numbers that are here, that is not what is here, as far as that is known."""
    if not elements:
        return None
    held = branches.histories(connection, branch.site, [numbers(one)[1] for one in elements])
    for one in elements:
        last = numbers(one)[1]
        if held.hash_at(branch.epoch, last) not in {None, head(one)}:
            return last
    return None


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
    _KEEP.many(connection, rows)


_KEEP = Prepared(insert(t.event), sets=t.event.c.keys())


def _keep_gaps(connection: Connection, branch: Branch, elements: Sequence[Element], at_ms: int) -> None:
    """Keep what is no more. One alarm says so until the next checkpoint: a log that is full lets go of many rows."""
    gaps = [one for one in elements if not isinstance(one, Row)]
    if not gaps:
        return
    where = {"site": branch.site, "epoch": branch.epoch, "at_ms": at_ms}
    rows = [{**where, "first": one.first, "last": one.last, "head": one.head} for one in gaps]
    connection.execute(insert(t.gap), rows)
    if not branch.folded.gapped:
        first, last = numbers(gaps[0])
        what = f"rows {first} to {last} are no more, and maybe later ones: the gateway let them go, or lost them"
        raise_alarm(connection, branch.site, "gap", branch.epoch, first, what, at_ms)


def _stand(connection: Connection, branch: Branch, end: Chain, folded: Folded, marks: dict[str, int]) -> None:
    occupancy, looks = dumped(folded)
    values = {"seq": end.seq, "head": end.head, "occupancy": occupancy, "overview": looks}
    folds = {"last_event_ms": folded.last_event_ms, "poisoned": folded.poisoned, "gapped": folded.gapped}
    _STAND.on(connection, {"of_site": branch.site, "of_epoch": branch.epoch, **values, **folds, **marks})


_FOLDS = ("seq", "head", "occupancy", "overview", "last_event_ms", "poisoned", "gapped")
_STAND = Prepared(
    update(t.branch).where(t.branch.c.site == bindparam("of_site"), t.branch.c.epoch == bindparam("of_epoch")),
    sets=(*_FOLDS, "applied", "head_epoch", "seen_ms"),
)


def alarmed(connection: Connection, branch: Branch, found: Fork | Broken, at_ms: int) -> Fork | Broken:
    """``found``, after the alarm that staff see; the same finding again raises no second one."""
    match found:
        case Fork(seq):
            raise_alarm(connection, branch.site, "fork", branch.epoch, seq, "two histories of one log", at_ms)
        case Broken(epoch=epoch, seq=seq, what=what):
            raise_alarm(connection, branch.site, "broken-row", epoch, seq, what, at_ms)
    return found
