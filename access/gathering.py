"""The case of a request: every fact that bears on it, found once, as the replica holds it at that moment."""

from dataclasses import replace
from hmac import compare_digest
from zoneinfo import ZoneInfo

from access.case import Case, Pin, Request, Window
from access.clock import Now
from access.denials import name_of
from access.diary import that_matter, to_come
from access.hours import EVERYBODY, closed_until, daily, next_local_minute, window
from access.records import LATEST_MS, Badge, Booking, Membership, Pass, Person
from access.replica import Replica
from access.site import Passback, Policy

NEVER_MS = LATEST_MS + 1


def gather(replica: Replica, policy: Policy, zone: ZoneInfo, request: Request, now: Now) -> Case:
    """The case of one request: every fact that bears on it, as the replica holds it now."""
    badge = replica.badge_of.get(request.credential)
    person = None if badge is None else replica.persons.get(badge.person)
    closed, opens_ms = _closed(replica, person, now.wall_ms, zone)
    return Case(
        at_ms=now.wall_ms,
        door=request.door,
        zone=request.zone,
        onward=request.onward,
        age=request.age,
        repeated=request.repeated,
        accepts_unproved=request.accepts_unproved,
        conditions=request.conditions,
        badge=badge,
        person=person,
        bookings=() if person is None else _bookings(replica, person, policy, request, now.wall_ms),
        closed=closed,
        opens_ms=opens_ms,
        grace_before_ms=policy.grace_before_ms,
        passes=() if person is None else _passes(replica, person.id, request, now.wall_ms, zone),
        terms=request.terms,
        limits=policy,
        pin=_pin(request.pin, badge) if request.terms.asks_pin else Pin.NOT_ASKED,
        minor_from_ms=None if person is None or not person.minor else _minor_from(policy, now.wall_ms, zone),
        forgiven_ms=_forgiven(request, policy, now.wall_ms, zone) if request.conditions.inside else None,
    )


def _closed(replica: Replica, person: Person | None, at_ms: int, zone: ZoneInfo) -> tuple[bool, int | None]:
    if not replica.openings and not replica.closures:
        return False, None
    audiences = EVERYBODY if person is None else person.audiences
    return closed_until(replica.openings.values(), replica.closures.values(), at_ms, zone, audiences)


def _bookings(replica: Replica, person: Person, policy: Policy, request: Request, at_ms: int) -> tuple[Booking, ...]:
    grace_ms, onward = policy.grace_before_ms, request.onward
    own = that_matter(replica.of_holder.get(person.id), at_ms, grace_ms, onward)
    if not person.groups:
        return _serving(own, request)
    found = list(own)
    for member in person.groups:
        if (diary := replica.of_holder.get(member.group)) is not None:
            held = that_matter(diary, _moment_in(member, at_ms), grace_ms, onward)
            found += [within for one in held if (within := _while_in(one, member)) is not None]
    return _serving(tuple(sorted(found, key=_by_start)) if len(found) > 1 else tuple(found), request)


def _serving(bookings: tuple[Booking, ...], request: Request) -> tuple[Booking, ...]:
    """Those that are not barred themselves."""
    if not (barred := request.conditions.denied):
        return bookings
    return tuple(booking for booking in bookings if name_of("booking", booking.id) not in barred)


def _by_start(booking: Booking) -> tuple[int, str]:
    return booking.start_ms, booking.id


def _moment_in(member: Membership, at_ms: int) -> int:
    """The moment of somebody's time in a group that is nearest to this one: what mattered then matters now."""
    last_ms = at_ms if member.until_ms is None else min(at_ms, member.until_ms - 1)
    return max(last_ms, member.from_ms)


def _while_in(booking: Booking, member: Membership) -> Booking | None:
    """What of a group's booking falls in somebody's time there; None: nothing."""
    start_ms = max(booking.start_ms, member.from_ms)
    end_ms = booking.end_ms if member.until_ms is None else min(booking.end_ms, member.until_ms)
    if (start_ms, end_ms) == (booking.start_ms, booking.end_ms):
        return booking
    return replace(booking, start_ms=start_ms, end_ms=end_ms) if start_ms < end_ms else None


def _passes(replica: Replica, person: str, request: Request, at_ms: int, zone: ZoneInfo) -> tuple[Window, ...]:
    """The passes that matter; where none of them is open, those to come that open first: one that makes them staff, and
    one that does not.
    """
    if (diary := replica.passes_of.get(person)) is None:
        return ()
    onward, barred = request.onward, request.conditions.denied
    mattering = (held for held in that_matter(diary, at_ms, 0, onward) if name_of("pass", held.id) not in barred)
    found = [_window(held, at_ms, zone) for held in mattering]
    first: dict[bool, int] = {}
    for one in found:
        first[one.as_staff] = min(first.get(one.as_staff, NEVER_MS), NEVER_MS if one.opens_ms is None else one.opens_ms)
    if not found or min(first.values()) <= at_ms:
        return tuple(found)
    for held in to_come(diary, at_ms, onward):
        if held.start_ms >= first.get(held.as_staff, NEVER_MS) or name_of("pass", held.id) in barred:
            continue
        one = _window(held, at_ms, zone)
        if one.opens_ms is not None and one.opens_ms < first.get(held.as_staff, NEVER_MS):
            first[held.as_staff] = one.opens_ms
            found.append(one)
    return tuple(dict.fromkeys(found))


def _window(held: Pass, at_ms: int, zone: ZoneInfo) -> Window:
    return Window(held, *(window(held, at_ms, zone) or (None, held.end_ms)))


def _pin(typed: bytes, badge: Badge | None) -> Pin:
    if badge is None:
        return Pin.NOT_ASKED
    if not typed:
        return Pin.MISSING
    # Every hash is compared, whichever matches: how long it takes tells nothing.
    matches = [compare_digest(typed, pin) for pin in badge.pins]
    return Pin.RIGHT if any(matches) else Pin.WRONG


def _minor_from(policy: Policy, at_ms: int, zone: ZoneInfo) -> int | None:
    return daily(policy.minor_from_minute, policy.minor_until_minute, at_ms, zone)


def _forgiven(request: Request, policy: Policy, at_ms: int, zone: ZoneInfo) -> int | None:
    if request.terms.passback is not Passback.HARD:
        return None
    return next_local_minute(at_ms, policy.day_ends_minute, zone)
