"""Walk-ins: staff give a free desk, for the running hour, to somebody whom the site knows and who has no booking.

Also where the registry cannot be reached. Such a booking is the site's own word: it is in the log, the door and the
desks go by it beside the replica, which stays exactly a version of the registry's (S10), and the registry makes it a
booking of its own when it hears of it. From then on, or from its end, it is no more the site's.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from operator import attrgetter
from typing import Any

from access.clock import HOUR_MS
from access.desk import DeskShown
from access.diary import Diary, diary_of
from access.events import WalkInAsked
from access.facts import WalkedIn
from access.free_passage import is_sure
from access.plan import desks_at
from access.records import Booking, Person
from access.replica import Replica
from access.turn import Turn

LONGEST_MS = 2 * HOUR_MS
"""The running hour, and where that is nearly over, the next."""
MOST_WALK_INS = 200
REFUSED = "walk-in"


def on_walk_in_asked(turn: Turn, event: WalkInAsked) -> None:
    """A desk is given, unless it is no longer free or the person may not have it; then that is counted."""
    desk = turn.site.desks.get(event.desk)
    person = turn.replica.persons.get(event.person)
    start_ms, end_ms = turn.now.wall_ms, event.until_ms
    turn.walk_ins = lasting(turn.walk_ins, turn.replica, start_ms)
    fits = start_ms < end_ms <= start_ms + LONGEST_MS and is_sure(turn.now, turn.policy)
    known = event.booking in turn.walk_ins or event.booking in turn.replica.bookings
    if desk is None or person is None or not fits or known or len(turn.walk_ins) >= MOST_WALK_INS:
        return turn.refuse(REFUSED)
    if not may_have(person, desk.zone, start_ms) or not _is_free(turn, desk.id, end_ms):
        return turn.refuse(REFUSED)
    given = Booking(event.booking, person.id, desk.zone, desk.id, start_ms, end_ms)
    turn.walk_ins = {**turn.walk_ins, given.id: given}
    return turn.log(WalkedIn(given.id, person.id, desk.zone, desk.id, start_ms, end_ms, event.author))


def may_have(person: Person, zone: str, at_ms: int) -> bool:
    """Whether a person is in force, may be in this zone with a booking, and has no mandatory training overdue."""
    in_force = person.valid_from_ms <= at_ms and (person.valid_until_ms is None or at_ms < person.valid_until_ms)
    trained = person.training_due_ms is None or at_ms < person.training_due_ms
    return in_force and trained and not person.suspended and zone in person.zones | person.standing


def _is_free(turn: Turn, desk: str, until_ms: int) -> bool:
    held = with_walk_ins(turn.replica, turn.walk_ins, turn.now.wall_ms)
    uses, present = {desk: turn.desks[desk].use}, turn.occupancy.stays.keys()
    at_ms, zone, lies_in = turn.now.wall_ms, turn.before.zone, {desk: turn.site.desks[desk].zone}
    fused = desks_at(held, uses, at_ms, turn.checked_in, turn.released, present, zone=zone, lies_in=lies_in)
    found = fused[desk]
    return found.shown is DeskShown.FREE and (found.next is None or found.next.start_ms >= until_ms)


def lasting(walk_ins: Mapping[str, Booking], replica: Replica, at_ms: int) -> dict[str, Booking]:
    """Those that have not ended, and that the registry has not made its own."""
    return {one.id: one for one in walk_ins.values() if one.end_ms > at_ms and one.id not in replica.bookings}


def with_walk_ins(replica: Replica, walk_ins: Mapping[str, Booking], at_ms: int) -> Replica:
    """What doors and desks go by: the replica, and the walk-ins that last. The same object where there are none."""
    given = lasting(walk_ins, replica, at_ms) if walk_ins else {}
    if not given:
        return replica
    holders = _over(replica.of_holder, given.values(), attrgetter("holder"))
    return replace(replica, of_holder=holders, of_resource=_over(replica.of_resource, given.values(), _resource))


_resource: Callable[[Booking], str] = attrgetter("resource")


def _over(
    index: Mapping[str, Diary[Booking]], given: Iterable[Booking], owner_of: Callable[[Booking], str]
) -> dict[str, Diary[Booking]]:
    fresh = dict(index)
    for one in given:
        held = fresh[owner_of(one)].bookings if owner_of(one) in fresh else ()
        fresh[owner_of(one)] = diary_of(sorted((*held, one), key=attrgetter("start_ms", "id")))
    return fresh


def to_stored(walk_ins: Mapping[str, Booking]) -> list[list[Any]]:
    """The walk-ins as a checkpoint stores them."""
    return [[b.id, b.person, b.zone, b.resource, b.start_ms, b.end_ms] for _, b in sorted(walk_ins.items())]


def from_stored(stored: Iterable[Iterable[Any]]) -> dict[str, Booking]:
    """The walk-ins that ``to_stored`` wrote."""
    found = (Booking(*members) for members in stored)
    return {one.id: one for one in found}


def of_fact(fact: WalkedIn) -> Booking:
    """The booking that a fact tells of."""
    return Booking(fact.booking, fact.person, fact.zone, fact.desk, fact.start_ms, fact.end_ms)
