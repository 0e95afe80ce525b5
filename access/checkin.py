"""Who came for their booking, and which bookings nobody came for (domain: bookings, no-show release).

Somebody comes by badge at a door, by a stay that had begun before, or by sitting at the booked desk. Where nobody has
by its release, a booking is released: computed from time itself, also after a restart. It is never released while
somebody is or may be there, nor before a site that was off, did not know the time, or learnt of the booking late has
watched for as long as others have to come. A booking that ended without any of this being known is a no-show that
proves nothing.
"""

from bisect import bisect_right, insort
from collections.abc import Iterator, Mapping
from dataclasses import replace

from access.clock import DAY_MS, MINUTE_MS
from access.desk import Use
from access.diary import Diary, around
from access.facts import CheckedIn, Entered, NoShow, Sensed
from access.free_passage import is_sure
from access.records import Booking, Person
from access.replica import Replica
from access.site import StandsFor
from access.turn import Turn
from access.watch import KEPT_MS, NEVER_MS, REACH_MS, Watch, unsettled

BY_BADGE, BY_STAY, BY_DESK = "badge", "stay", "desk"
RETRY_MS = 1 * MINUTE_MS
"""What cannot be settled yet is looked at again after this."""
AT_ONCE = 200
"""So many bookings are looked at in one tick, and the rest in the next: nobody waits at a door for them."""


def on_entered(turn: Turn, fact: Entered) -> None:
    """By badge: every booking of the person, or of a group they are in, that has begun or is about to."""
    person = turn.replica.persons.get(fact.person)
    if person is None or not is_sure(turn.now, turn.policy):
        return
    for holder in _holders(person, turn.now.wall_ms):
        for booking in _near(turn, turn.replica.of_holder.get(holder)):
            _check_in(turn, booking, BY_BADGE, person.id)


def on_sensed(turn: Turn, fact: Sensed) -> None:
    """By desk: the booking that runs there; where none does, one that is about to begin."""
    if not (fact.present and fact.age_known and is_sure(turn.now, turn.policy)):
        return
    near = [one for one in _near(turn, turn.replica.of_resource.get(fact.desk)) if one.id not in turn.released]
    running = [one for one in near if one.start_ms <= turn.now.wall_ms]
    for booking in running or near:
        _check_in(turn, booking, BY_DESK)


def _near(turn: Turn, diary: Diary[Booking] | None) -> list[Booking]:
    wall_ms, grace_ms = turn.now.wall_ms, turn.policy.grace_before_ms
    held = around(diary, wall_ms, grace_ms)
    return [one for one in held if one.start_ms - grace_ms <= wall_ms < one.end_ms]


def _holders(person: Person, at_ms: int) -> Iterator[str]:
    """Whose bookings are a person's at a moment: their own, and those of the groups they are in."""
    yield person.id
    for member in person.groups:
        if member.from_ms <= at_ms and (member.until_ms is None or at_ms < member.until_ms):
            yield member.group


def _check_in(turn: Turn, booking: Booking, by: str, person: str = "") -> None:
    if booking.release_ms is None or booking.id in turn.checked_in or booking.id in turn.released:
        return
    turn.checked_in |= {booking.id}
    turn.log(CheckedIn(booking.id, by, person))


def replica_changed(turn: Turn, held: Replica) -> None:
    """The bookings are others: one that had begun before this site knew of it is watched for as long as others are."""
    if not turn.watch.built_until_ms:
        return
    late, wall_ms = dict(turn.watch.late), turn.now.wall_ms
    for booking in _unsettled(turn, turn.watch):
        if booking.start_ms < wall_ms and held.bookings.get(booking.id) != booking:
            late[booking.id] = wall_ms
    _build(turn, late)


def look(turn: Turn) -> None:
    """Time passed: settle what is due."""
    wall_ms, watch, sure = turn.now.wall_ms, turn.watch, is_sure(turn.now, turn.policy)
    if not sure:
        turn.began_ms = turn.now.day_ms
    if wall_ms < watch.look_ms <= wall_ms + DAY_MS:
        return
    if not sure:
        turn.watch = replace(watch, look_ms=wall_ms + RETRY_MS)
        return
    if not watch.built_until_ms - 2 * DAY_MS <= wall_ms < watch.built_until_ms - DAY_MS:
        _build(turn, watch.late)
    _settle_due(turn)


def _unsettled(turn: Turn, watch: Watch) -> Iterator[Booking]:
    return unsettled(turn.replica, watch, turn.checked_in | turn.released)


def _build(turn: Turn, late: Mapping[str, int]) -> None:
    """Find the bookings to watch: each is looked at when it starts, and from then on when it says so itself."""
    until_ms = (turn.now.wall_ms // DAY_MS + 2) * DAY_MS
    settled_ms = max(turn.watch.settled_ms, turn.now.wall_ms - REACH_MS)
    watch = Watch(built_until_ms=until_ms, settled_ms=settled_ms, since_ms=turn.watch.since_ms)
    due = sorted((one.start_ms, one.id) for one in _unsettled(turn, watch))
    kept = {ident: late[ident] for _, ident in due if ident in late}
    turn.watch = replace(watch, due=tuple(due), late=kept, look_ms=_next_look(due, until_ms))


def _next_look(due: list[tuple[int, str]], until_ms: int) -> int:
    return min([until_ms - DAY_MS, *(moment for moment, _ in due[:1])])


def _settle_due(turn: Turn) -> None:
    watch, wall_ms = turn.watch, turn.now.wall_ms
    come = min(bisect_right(watch.due, wall_ms, key=lambda moment: moment[0]), AT_ONCE)
    later = list(watch.due[come:])
    for _, ident in watch.due[:come]:
        booking, done = turn.replica.bookings.get(ident), ident in turn.checked_in or ident in turn.released
        again_ms = None if booking is None or done else _settled(turn, booking)
        if again_ms is not None:
            insort(later, (again_ms, ident))
    turn.watch = replace(watch, due=tuple(later), look_ms=_next_look(later, watch.built_until_ms))


def _settled(turn: Turn, booking: Booking) -> int | None:
    """Settle a booking, or say when to look at it again."""
    wall_ms, release_ms = turn.now.wall_ms, _release_ms(turn, booking)
    last_ms = min(release_ms, booking.end_ms)
    # Whoever sat there before has the time of a hold to leave.
    theirs_ms = min(booking.start_ms + turn.policy.desk_hold_ms, last_ms)
    if wall_ms < booking.start_ms:
        return booking.start_ms
    holder = _inside(turn, booking)
    if holder is not None:
        _check_in(turn, booking, BY_STAY, holder)
    elif wall_ms >= theirs_ms and _sat_at(turn, booking):
        _check_in(turn, booking, BY_DESK)
    elif wall_ms < last_ms:
        return theirs_ms if wall_ms < theirs_ms else last_ms
    elif wall_ms >= release_ms and _seen_empty(turn, booking) and not _at_a_door(turn, booking):
        _release(turn, booking, unproved=False)
    elif wall_ms >= booking.end_ms:
        _release(turn, booking, unproved=True)
    else:
        return min(wall_ms + RETRY_MS, booking.end_ms)
    return None


def _release(turn: Turn, booking: Booking, *, unproved: bool) -> None:
    turn.released |= {booking.id}
    turn.log(NoShow(booking.id, booking.resource, unproved))


def _release_ms(turn: Turn, booking: Booking) -> int:
    """When a booking is released, at the earliest: people have had this run's time to come, where it began, or knew the
    time, or learnt of the booking only after its start. Who came before this log began it cannot tell: such a booking
    is nobody's to release.
    """
    if booking.start_ms < turn.watch.since_ms:
        return NEVER_MS
    release_ms = booking.start_ms if booking.release_ms is None else booking.release_ms
    began_ms = turn.now.wall_ms - (turn.now.day_ms - turn.began_ms)
    watched_ms = max(began_ms, turn.watch.late.get(booking.id, 0))
    return release_ms if watched_ms <= booking.start_ms else max(release_ms, watched_ms + turn.policy.no_show_ms)


def _inside(turn: Turn, booking: Booking) -> str | None:
    """Who of a booking's holders is here, and was before it ended."""
    for who, stay in turn.occupancy.stays.items():
        person = turn.replica.persons.get(who)
        held = person is not None and booking.holder in _holders(person, turn.now.wall_ms)
        if held and stay.since_ms < booking.end_ms:
            return who
    return None


def _at_a_door(turn: Turn, booking: Booking) -> bool:
    """Whether one of its holders was let in just now, and has not been seen to enter yet."""
    waiting = (turn.replica.persons.get(grant.person) for door in turn.doors.values() for grant in door.waiting)
    return any(booking.holder in _holders(who, turn.now.wall_ms) for who in waiting if who is not None)


def _sat_at(turn: Turn, booking: Booking) -> bool:
    desk = turn.desks.get(booking.resource)
    return desk is not None and desk.seen and desk.since_ms < booking.end_ms


def _seen_empty(turn: Turn, booking: Booking) -> bool:
    """Whether every sensor of its desk, where it is one, says by itself that nobody sits there."""
    desk = turn.desks.get(booking.resource)
    if desk is None:
        return True
    known = [
        desk.levels.get(device.id) is False and device.id not in desk.kept
        for device in turn.site.devices.values()
        if device.stands_for is StandsFor.DESK_SENSOR and device.ref == booking.resource
    ]
    return all(known) and desk.use is not Use.OCCUPIED


def forget(turn: Turn) -> None:
    """At the day's end: what was settled long ago, or is no more, need not be remembered."""
    if not is_sure(turn.now, turn.policy):
        return
    open_ms = [moment for one in _unsettled(turn, turn.watch) if (moment := one.release_ms) is not None]
    settled_ms = max(turn.watch.settled_ms, min([turn.now.wall_ms - KEPT_MS, *open_ms]))
    turn.watch = replace(turn.watch, settled_ms=settled_ms)
    turn.checked_in = frozenset(one for one in turn.checked_in if _counts(turn.replica, one, settled_ms))
    turn.released = frozenset(one for one in turn.released if _counts(turn.replica, one, settled_ms))


def _counts(replica: Replica, ident: str, settled_ms: int) -> bool:
    booking = replica.bookings.get(ident)
    if booking is None:
        return False
    return settled_ms <= (booking.end_ms if booking.release_ms is None else booking.release_ms)
