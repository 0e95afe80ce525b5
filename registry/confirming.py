"""An operator says which branch of a site's log is the site's: people, bookings and effects follow it (S6)."""

from collections.abc import Iterator

from sqlalchemy import Connection, insert, or_, select, true, update

from registry import admission, branches, identity, store, whereabouts
from registry import tables as t
from registry.edit import Edit
from registry.histories import Histories
from registry.live import standings

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


def _present(connection: Connection, site: str) -> Iterator[str]:
    for standing in standings(connection, t.site.c.id == site):
        yield from standing.occupancy.stays


def _count(edit: Edit, site: str, held: Histories, epoch: int) -> set[str]:
    """Count the stays of this branch's history from now on, and no others; whose stays that concerns."""
    b, s = t.branch.c, t.stay.c
    counts = edit.connection.execute(select(b.epoch, b.counts_to).where(b.site == site))
    before = {row.epoch: row.counts_to for row in counts}
    now = {own: upto for own, _, upto in held.line(epoch, branches.TO_THE_END)}
    moved = [(own, was, now.get(own, 0)) for own, was in before.items() if was != now.get(own, 0)]
    for own, _, upto in moved:
        edit.connection.execute(update(t.branch).where(b.site == site, b.epoch == own).values(counts_to=upto))
    spans = ((s.epoch == own) & (s.seq > min(was, upto)) & (s.seq <= max(was, upto)) for own, was, upto in moved)
    return set(edit.connection.execute(select(s.person).where(s.site == site, or_(*spans)).distinct()).scalars())


def _enrolled(connection: Connection, persons: set[str]) -> Iterator[str]:
    who = t.enrolment.c.person
    for some in admission.chunks(sorted(persons), AT_ONCE):
        yield from connection.execute(select(who).where(who.in_(some)).distinct()).scalars()
