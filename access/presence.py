"""What follows from who is here: the day's first staff, full zones, minors alone (domain: minors, capacity)."""

from collections.abc import Iterable, Iterator

from access.clock import HOUR_MS
from access.conditions import is_staff, staff_present
from access.facts import MinorsAlone, StaffCame, ZoneFilled
from access.hours import daily, next_local_minute, window
from access.turn import Turn
from access.watch import NEVER_MS

NO_STAFF, CURFEW = "no-staff", "curfew"


def counted(turn: Turn) -> None:
    """After somebody came or went, or the replica says something else of who is here."""
    look_for_staff(turn)
    _fill_zones(turn)
    watch_minors(turn)


def look_for_staff(turn: Turn) -> None:
    """Find the day's first staff: who comes in as staff, and who is here already when their duty begins."""
    if turn.staff_came:
        return
    for who in turn.occupancy.stays:
        person = turn.replica.persons.get(who)
        if person is not None and is_staff(turn.replica, person, turn.now.wall_ms, turn.before.zone):
            turn.staff_came = True
            turn.log(StaffCame(who))
            return


def _fill_zones(turn: Turn) -> None:
    for zone in turn.site.zones.values():
        if zone.capacity is None:
            continue
        headcount = turn.occupancy.headcount(zone.id)
        full = headcount >= zone.capacity
        if full is not (zone.id in turn.full):
            turn.full = turn.full | {zone.id} if full else turn.full - {zone.id}
            turn.log(ZoneFilled(zone.id, full, headcount))


def look_for_minors(turn: Turn) -> None:
    """Time passed: the curfew, or the end of the last duty, may have come."""
    due_ms, wall_ms = turn.minors_due_ms, turn.now.wall_ms
    if due_ms != NEVER_MS and not wall_ms < due_ms <= wall_ms + HOUR_MS:
        watch_minors(turn)


def watch_minors(turn: Turn) -> None:
    """Tell staff of minors who are here without staff, or past the curfew; and when that is over."""
    persons = turn.replica.persons
    minors = sorted(who for who in turn.occupancy.stays if who in persons and persons[who].minor)
    why = _why(turn) if minors else ""
    alone = frozenset(minors) if why else frozenset[str]()
    if (alone, why) != (turn.minors_alone, turn.minors_why):
        turn.minors_alone, turn.minors_why = alone, why
        turn.log(MinorsAlone(tuple(minors) if why else (), why))
    turn.minors_due_ms = min(_edges(turn)) if minors else NEVER_MS


def _why(turn: Turn) -> str:
    if not staff_present(turn.replica, turn.occupancy, turn.now.wall_ms, turn.before.zone):
        return NO_STAFF
    if not turn.now.trusted:
        return ""
    wall_ms, policy = turn.now.wall_ms, turn.policy
    may_be_here = daily(policy.minor_from_minute, policy.minor_until_minute, wall_ms, turn.before.zone) == wall_ms
    return "" if may_be_here else CURFEW


def _edges(turn: Turn) -> Iterator[int]:
    """The moments at which time alone may change it; looked at once an hour at least, for the clock may jump."""
    wall_ms, policy, zone = turn.now.wall_ms, turn.policy, turn.before.zone
    yield wall_ms + HOUR_MS
    yield next_local_minute(wall_ms, policy.minor_from_minute, zone)
    yield next_local_minute(wall_ms, policy.minor_until_minute, zone)
    yield from (edge for edge in _duty_edges(turn, turn.occupancy.stays) if edge > wall_ms)


def _duty_edges(turn: Turn, here: Iterable[str]) -> Iterator[int]:
    for who in here:
        held = turn.replica.passes_of.get(who)
        for one in () if held is None else held.bookings:
            if one.as_staff and (span := window(one, turn.now.wall_ms, turn.before.zone)) is not None:
                yield from span
