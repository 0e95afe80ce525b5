"""What holds at a site at the moment of a tap: the state as a rule may see it, and what a tap changes of it."""

from collections.abc import Set as AbstractSet
from zoneinfo import ZoneInfo

from access.case import Case, Conditions, Pin, Terms
from access.clock import Now
from access.denials import denied_of
from access.hours import window
from access.occupancy import Occupancy
from access.records import Pass, Person
from access.replica import Replica
from access.site import Door, Passback
from access.state import PinTries, SiteState
from access.turn import Turn


def conditions_at(turn: Turn, door: Door, credential: bytes, terms: Terms) -> Conditions:
    """The conditions of one tap at a door; what no rule will ask of this tap is not looked for."""
    badge = turn.replica.badge_of.get(credential)
    person = None if badge is None else turn.replica.persons.get(badge.person)
    stay = None if person is None else turn.occupancy.stays.get(person.id)
    counted = terms.capacity is not None or terms.passback is not Passback.OFF
    return Conditions(
        lockdown=turn.lockdown,
        fire=turn.fire,
        evacuation=turn.evacuation,
        free_passage=door.id in turn.free,
        headcount=0 if terms.capacity is None else turn.occupancy.headcount(door.zone),
        inside=counted and stay is not None and stay.zone in turn.before.onward[door.id],
        staff_present=person is None or not person.minor or _with_staff(turn),
        staff_came=turn.staff_came or not terms.first_in,
        pin_blocked_until_ms=None if badge is None else _blocked_until(turn, badge.id),
        released=released_of(turn.released, turn.replica, person),
        replica_age_ms=max(0, turn.now.day_ms - turn.confirmed_ms),
        clock_unsure_ms=turn.now.unsure_ms,
        denied=denied_of(turn.denials, turn.replica, badge, person),
    )


def replica_age_ms(state: SiteState, now: Now) -> int:
    """How long ago the registry confirmed what the site decides by, milliseconds (guarantees: age of the replica)."""
    return max(0, now.day_ms - state.confirmed_ms)


def _with_staff(turn: Turn) -> bool:
    return staff_present(turn.replica, turn.occupancy, turn.now.wall_ms, turn.before.zone)


def staff_present(replica: Replica, occupancy: Occupancy, at_ms: int, zone: ZoneInfo) -> bool:
    """Whether somebody is on the site who counts as staff: by their role, or on duty now (domain: minors)."""
    present = (replica.persons.get(who) for who in occupancy.stays)
    return any(is_staff(replica, person, at_ms, zone) for person in present if person is not None)


def is_staff(replica: Replica, person: Person, at_ms: int, zone: ZoneInfo) -> bool:
    """Whether a person counts as staff at a moment: always, or in the hours of a duty or of a role between dates."""
    if person.staff:
        return True
    held = replica.passes_of.get(person.id)
    passes = () if held is None else held.bookings
    return any(one.as_staff and runs(one, at_ms, zone) for one in passes)


def runs(held: Pass, at_ms: int, zone: ZoneInfo) -> bool:
    """Whether a pass is in force at a moment, by its dates, weekdays and hours."""
    span = window(held, at_ms, zone) if held.start_ms <= at_ms < held.end_ms else None
    return span is not None and span[0] <= at_ms


def _blocked_until(turn: Turn, badge: str) -> int | None:
    tries = turn.pins.get(badge)
    if tries is None or tries.blocked_until_ms is None or tries.blocked_until_ms <= turn.now.mono_ms:
        return None
    return turn.now.wall_ms + tries.blocked_until_ms - turn.now.mono_ms


def released_of(released: AbstractSet[str], replica: Replica, person: Person | None) -> frozenset[str]:
    """Of the bookings that were released, the person's and their groups': a verdict stores no other's."""
    if person is None or not released:
        return frozenset()
    holders = {person.id, *(member.group for member in person.groups)}
    held = ((one, replica.bookings.get(one)) for one in released)
    # One that is given back, by staff, has no release any more, and so holds again.
    ours = (b for _, b in held if b is not None and b.release_ms is not None and b.holder in holders)
    return frozenset(booking.id for booking in ours)


def forget_tries(turn: Turn) -> None:
    """Forget the wrong PINs of badges that are no more."""
    turn.pins = {badge: tries for badge, tries in turn.pins.items() if badge in turn.replica.badges}


def pin_typed(turn: Turn, case: Case) -> None:
    """Count a wrong PIN, and block the badge when there are too many; a right one forgets them."""
    if case.badge is None or case.pin not in {Pin.RIGHT, Pin.WRONG} or case.conditions.pin_blocked_until_ms is not None:
        return
    before = turn.pins.pop(case.badge.id, PinTries())
    if case.pin is Pin.RIGHT:
        return
    wrong = before.wrong + 1
    blocked = wrong >= turn.policy.pin_tries
    until_ms = turn.now.mono_ms + turn.policy.pin_block_ms if blocked else None
    turn.pins[case.badge.id] = PinTries(0 if blocked else wrong, until_ms)
