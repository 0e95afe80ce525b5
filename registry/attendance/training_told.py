"""Telling the sites from when on whose training is overdue, whenever what somebody is recognised for may have changed.

To tell what a site holds already changes nothing, so it is enough to name everybody whom it may concern.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from registry.downlink import admission
from registry.edit import Edit
from registry.names import is_id
from registry.programmes.sittings import belongings, expected, sittings
from registry.tables import core as t
from registry.uplink.folding import Told


def tell_session(edit: Edit, site: str, session: str) -> None:
    """After a session was delivered, taken back, moved or called: everybody who is expected at it."""
    s = t.session.c
    held = sittings(edit.connection, (s.site == site) & (s.id == session) & s.module.is_not(None))
    times = belongings(edit.connection, groups={group for one in held for group in one.groups})
    admission.publish_everywhere(edit, sorted(expected(held, times)))


def tell_stays(edit: Edit, told: Iterable[Told]) -> None:
    """After a log told of stays, late or not: whoever was there during a delivered session of a module."""
    ended = [stay for one in told for stay in one.ended if is_id(stay.person)]
    if not ended:
        return
    s = t.session.c
    first_ms, last_ms = min(stay.start_ms for stay in ended), max(stay.end_ms for stay in ended)
    within = (s.start_ms < last_ms) & (s.end_ms > first_ms)
    touched = within & (s.state == "delivered") & s.module.is_not(None)
    spans: Sequence[tuple[int, int]] = [
        (start_ms, end_ms) for start_ms, end_ms in edit.connection.execute(select(s.start_ms, s.end_ms).where(touched))
    ]
    there = {
        stay.person
        for stay in ended
        if any(stay.start_ms < end_ms and start_ms < stay.end_ms for start_ms, end_ms in spans)
    }
    who = t.enrolment.c.person
    known = edit.connection.execute(select(who).where(who.in_(there))).scalars().all() if there else ()
    admission.publish_everywhere(edit, sorted(set(known)))
