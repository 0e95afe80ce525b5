"""Walk-ins that a site gave by itself (``access.walk_ins``): the registry makes each a booking of its own, once.

The site's word stands: neither quotas nor hours are asked. What would overlap another booking of that desk, made here
while the site could not be reached, is not made (no two ever overlap): it stays an event of the site's log, the site
holds to it until its end, and staff are alarmed: two people have one desk, and one of them has to be told.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from access.facts_people import WalkedIn
from access.records import mistake_in
from access.walk_ins import of_fact
from registry.bookings import rows as booking_rows
from registry.bookings import waiting
from registry.bookings.rows import Draft
from registry.edit import Edit
from registry.names import is_id, told_text
from registry.sites.alarms import raise_alarm
from registry.tables import core as t
from registry.uplink.folding import Told

KINDS = frozenset({WalkedIn.KIND})
EXCUSE = "walk-in"


def follow(edit: Edit, site: str, told: Sequence[Told]) -> None:
    """Make the walk-ins of these rows bookings, in the order of the log."""
    given = [(one, one.fact) for one in told if isinstance(one.fact, WalkedIn)]
    if given:
        waiting.settle(edit, site)
    for one, fact in given:
        whole = all(map(is_id, (fact.booking, fact.person, fact.desk))) and not mistake_in(of_fact(fact))
        if whole and (why := _book(edit, site, fact)):
            place = (site, "walk-in-refused", one.row.epoch, one.row.seq)
            said = f"{told_text(fact.author) or 'somebody'} at the site gave the desk {fact.desk} to a walk-in"
            raise_alarm(edit.connection, *place, f"{said}: {why}", edit.at_ms)


def _book(edit: Edit, site: str, fact: WalkedIn) -> str:
    """Why it is not made a booking, "" where it is one."""
    r = t.resource.c
    resource = edit.connection.execute(select(t.resource).where(r.site == site, r.id == fact.desk)).first()
    if resource is None:
        return "no such desk is known here, so it is no booking; compare the site file with the site's desks"
    if booking_rows.found(edit.connection, site, [fact.booking]):
        return ""
    span = (fact.start_ms, fact.end_ms)
    draft = Draft(fact.booking, resource, fact.person, "", *span, walk_in=True, excused=EXCUSE)
    try:
        booking_rows.add(edit, [draft], fact.author)
    except IntegrityError:
        # Nothing is overlapped, and nothing is lost: the site's log has it.
        return _why_refused(edit, fact)
    return ""


def _why_refused(edit: Edit, fact: WalkedIn) -> str:
    person = edit.connection.execute(select(t.person.c.id).where(t.person.c.id == fact.person)).first()
    if person is None:
        return "the person is not known here any more, so it is no booking"
    return "it was booked here meanwhile, so two people have it until one of them is told; give one another desk"
