"""Walk-ins that a site gave by itself (``access.walk_ins``): the registry makes each a booking of its own, once.

The site's word stands: neither quotas nor hours are asked. What would overlap another booking of that desk, made here
while the site could not be reached, is not made (no two ever overlap): it stays an event of the site's log, and the
site holds to it until its end.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from access.facts_people import WalkedIn
from access.records import mistake_in
from access.walk_ins import of_fact
from registry import booking_rows, waiting
from registry import tables as t
from registry.booking_rows import Draft
from registry.edit import Edit
from registry.folding import Told
from registry.names import is_id

KINDS = frozenset({WalkedIn.KIND})
EXCUSE = "walk-in"


def follow(edit: Edit, site: str, told: Sequence[Told]) -> None:
    """Make the walk-ins of these rows bookings, in the order of the log."""
    given = [one.fact for one in told if isinstance(one.fact, WalkedIn)]
    if given:
        waiting.settle(edit, site)
    for fact in given:
        if all(map(is_id, (fact.booking, fact.person, fact.desk))) and not mistake_in(of_fact(fact)):
            _book(edit, site, fact)


def _book(edit: Edit, site: str, fact: WalkedIn) -> None:
    r = t.resource.c
    resource = edit.connection.execute(select(t.resource).where(r.site == site, r.id == fact.desk)).first()
    if resource is None or booking_rows.found(edit.connection, site, [fact.booking]):
        return
    span = (fact.start_ms, fact.end_ms)
    draft = Draft(fact.booking, resource, fact.person, "", *span, walk_in=True, excused=EXCUSE)
    try:
        booking_rows.add(edit, [draft], fact.author)
    except IntegrityError:
        # Somebody else has the desk then, or the person is no more: nothing is overlapped, and nothing is lost.
        return
