"""An operator says which branch of a site's log is the site's: people, bookings and effects follow it (S6)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, false, func, insert, or_, select, true, update

from registry import identity, store
from registry.attendance import whereabouts
from registry.downlink import admission
from registry.edit import Edit
from registry.sites.standings import of_branch, standings
from registry.tables import core as t
from registry.uplink import branches
from registry.uplink.histories import Histories

AT_ONCE = 500


def confirm(edit: Edit, site: str, epoch: int, operator: str, note: str) -> None:
    """From now on the branch is the site's; who said so is kept. Raises Problem where there is none."""
    b = t.branch.c
    store.one(edit.connection, t.branch, (b.site == site) & (b.epoch == epoch), "branch of this site's log")
    said = {"id": identity.new_id(), "site": site, "epoch": epoch, "operator": operator}
    edit.connection.execute(insert(t.confirmation).values(**said, note=note, at_ms=edit.at_ms))
    if branches.confirmed(edit.connection, site) == epoch:
        return
    here = {*_present(edit.connection, site)}
    moved = _count(edit, site, branches.histories(edit.connection, site, ()), epoch)
    edit.connection.execute(update(t.site).where(t.site.c.id == site).values(confirmed_epoch=epoch))
    here |= {*_present(edit.connection, site)}
    whereabouts.settle(edit, here | moved, standings(edit.connection, true()))
    admission.publish_everywhere(edit, sorted(_enrolled(edit.connection, moved)))


@dataclass(frozen=True, slots=True)
class Follows:
    """What follows once a branch is the site's: how many are present before and after, how many stays count no more and
    how many begin to count, and how many rows of it take effect.
    """

    present: int
    present_then: int
    lost: int
    gained: int
    rows: int


def foreseen(connection: Connection, site: str, epoch: int) -> Follows:
    """What would follow if a branch that there is were confirmed now; nothing is done."""
    now, then = standings(connection, t.site.c.id == site), of_branch(connection, site, epoch)
    moved = _moved(connection, site, branches.histories(connection, site, ()), epoch)
    lost = _stays(connection, site, [one for one in moved if one[1] > one[2]])
    gained = _stays(connection, site, [one for one in moved if one[1] < one[2]])
    b = t.branch.c
    stands = connection.execute(select(b.epoch, b.seq, b.applied).where(b.site == site))
    counts_to = {own: upto for own, _, upto in moved}
    rows = sum(max(0, min(seq, counts_to.get(own, 0)) - applied) for own, seq, applied in stands)
    before = now[0].occupancy.total() if now else 0
    return Follows(before, 0 if then is None else then.occupancy.total(), lost, gained, rows)


def _stays(connection: Connection, site: str, spans: Sequence[tuple[int, int, int]]) -> int:
    """How many stays were told in these spans of branches' rows."""
    query = select(func.count()).select_from(t.stay).where(_within(site, spans))
    count: int = connection.execute(query).scalar_one()
    return count


def _within(site: str, spans: Sequence[tuple[int, int, int]]) -> ColumnElement[bool]:
    """The stays that were told in these spans; their ends come in whichever order."""
    s = t.stay.c
    each = ((s.epoch == own) & (s.seq > min(one, other)) & (s.seq <= max(one, other)) for own, one, other in spans)
    return (s.site == site) & or_(false(), *each)


def _present(connection: Connection, site: str) -> Iterator[str]:
    for standing in standings(connection, t.site.c.id == site):
        yield from standing.occupancy.stays


def _count(edit: Edit, site: str, held: Histories, epoch: int) -> set[str]:
    """Count the stays of this branch's history from now on, and no others; whose stays that concerns."""
    b = t.branch.c
    moved = _moved(edit.connection, site, held, epoch)
    for own, _, upto in moved:
        edit.connection.execute(update(t.branch).where(b.site == site, b.epoch == own).values(counts_to=upto))
    people = select(t.stay.c.person).where(_within(site, moved)).distinct()
    return set(edit.connection.execute(people).scalars())


def _moved(connection: Connection, site: str, held: Histories, epoch: int) -> Sequence[tuple[int, int, int]]:
    """The branches whose stays would count up to another row than they do now, with that and the new one."""
    b = t.branch.c
    counts = connection.execute(select(b.epoch, b.counts_to).where(b.site == site))
    before = {row.epoch: row.counts_to for row in counts}
    now = {own: upto for own, _, upto in held.line(epoch, branches.TO_THE_END)}
    return [(own, was, now.get(own, 0)) for own, was in before.items() if was != now.get(own, 0)]


def _enrolled(connection: Connection, persons: set[str]) -> Iterator[str]:
    who = t.enrolment.c.person
    for some in admission.chunks(sorted(persons), AT_ONCE):
        yield from connection.execute(select(who).where(who.in_(some)).distinct()).scalars()
