"""What a change would refuse: the judge, over what is to come, with the records before it and with those after it.

Nothing is guessed of what a rule would make of the change: each coming booking, session, pass and standing right of
each person is judged at its start, and at each moment within it at which the change begins to bite. What opened a door
before and does not after is lost.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from access.case import Conditions
from access.hours import closed_until, window
from access.judge import Verdict, decide
from access.records import Badge, Booking, BookingKind, Closure, Pass, Person
from access.replica import Change, Put, Replica, apply
from access.site import Door, Site
from access.spans import Span, without
from registry.calendars.open_hours import in_service
from registry.downlink.reach import reach_of
from registry.judging.ground import Ground, Shown, case_of, ground_of

NEUTRAL = Conditions()
OUT_OF_SERVICE = "out-of-service"


@dataclass(frozen=True, slots=True)
class Lost:
    """What a person would lose: ``what`` it is (booking, session, pass, standing), its id, where and when; and what the
    door would say at ``at_ms``.
    """

    site: str
    person: str
    what: str
    id: str
    zone: str
    start_ms: int
    end_ms: int | None
    at_ms: int
    reason: str
    until_ms: int | None


def lost_at(site: Site, before: Replica, changes: tuple[Change, ...], now_ms: int, until_ms: int) -> Iterator[Lost]:
    """What would be lost at one site, of all that begins before ``until_ms``: by person, by start."""
    after = apply(before, before.generation, before.version, changes)
    reach = reach_of(before, after, changes)
    was, will = (ground_of(site, _badged(replica, before)) for replica in (before, after))
    people = set(before.persons) if reach.hours else reach.people & set(before.persons)
    closes = _Closing(was, will)
    for who in sorted(people):
        person = before.persons[who]
        touched = who in reach.people
        for held in _coming(before, person, now_ms, until_ms):
            if not touched and not any(
                held.start_ms < span.end_ms and span.start_ms < held.end_ms for span in reach.hours
            ):
                continue
            moments = _moments(was, held, reach.moments, now_ms)
            if touched or any(closes.at(person, moment) for moment in moments):
                yield from _judged(was, will, person, held, moments)
        if touched:
            yield from _standing(was, will, person, now_ms)
    yield from _out_of_service(site.id, before, changes, now_ms, until_ms)
    yield from _resting(was, will, reach.resources, now_ms, until_ms)


def _badged(replica: Replica, before: Replica) -> Replica:
    """The replica in which whoever has no badge at all yet has one: a preview asks what their rights are worth."""
    have = {badge.person for badge in before.badges.values()}
    lent = (
        Badge(f"lent-{number}", who, (sha256(who.encode()).digest(),))
        for number, who in enumerate(sorted(set(before.persons) - have))
    )
    return apply(replica, replica.generation, replica.version, map(Put, lent))


def _coming(replica: Replica, person: Person, now_ms: int, until_ms: int) -> Iterator[Booking | Pass]:
    """All that a person holds, own and by their groups, that has not ended and begins in time."""
    for holder in (person.id, *(member.group for member in person.groups)):
        diary = replica.of_holder.get(holder)
        for booking in () if diary is None else diary.bookings:
            if booking.end_ms > now_ms and booking.start_ms < until_ms:
                yield booking
    passes = replica.passes_of.get(person.id)
    for held in () if passes is None else passes.bookings:
        if held.end_ms > now_ms and held.start_ms < until_ms:
            yield held


def _moments(ground: Ground, held: Booking | Pass, turns: tuple[int, ...], now_ms: int) -> list[int]:
    """When to judge it: at its start, or now; a pass when its hours begin; and at the change's moments within it."""
    first = max(now_ms, held.start_ms)
    if isinstance(held, Pass):
        span = window(held, first, ground.zone)
        first = held.end_ms if span is None else span[0]
    within = [turn for turn in turns if max(first, now_ms) < turn < held.end_ms]
    return [first, *within] if first < held.end_ms else within


class _Closing:
    """Whether a site that was open to somebody will be closed: remembered, for many come at the same moment."""

    def __init__(self, was: Ground, will: Ground) -> None:
        self._was, self._will = was, will
        self._known: dict[tuple[frozenset[str], int], bool] = {}

    def at(self, person: Person, at_ms: int) -> bool:
        """Whether the change closes it to this person then."""
        key = (person.audiences, at_ms)
        if key not in self._known:
            self._known[key] = _closed(self._will, *key) and not _closed(self._was, *key)
        return self._known[key]


def _closed(ground: Ground, audiences: frozenset[str], at_ms: int) -> bool:
    held = ground.replica
    return closed_until(held.openings.values(), held.closures.values(), at_ms, ground.zone, audiences)[0]


def _judged(was: Ground, will: Ground, person: Person, held: Booking | Pass, moments: list[int]) -> Iterator[Lost]:
    zones = sorted(held.zones) if isinstance(held, Pass) else [held.zone]
    for zone in zones:
        door = was.door_into(zone)
        found = None if door is None else _first_lost(was, will, person.id, door, moments)
        if found is not None:
            at_ms, verdict = found
            what = "pass" if isinstance(held, Pass) else "session" if held.kind is BookingKind.SESSION else "booking"
            span = (held.start_ms, held.end_ms)
            yield Lost(was.site.id, person.id, what, held.id, zone, *span, at_ms, str(verdict.reason), verdict.until_ms)


def _first_lost(was: Ground, will: Ground, person: str, door: Door, moments: list[int]) -> tuple[int, Verdict] | None:
    """The first of the moments at which the door would open before the change and not after, and what it would say."""
    for at_ms in moments:
        verdict = _best(will, person, door, at_ms)
        if not verdict.granted and _best(was, person, door, at_ms).granted:
            return at_ms, verdict
    return None


def _best(ground: Ground, person: str, door: Door, at_ms: int) -> Verdict:
    """What the door says to a person: to the first of their badges that opens it, else to the last."""
    shown = [badge.credentials[0] for badge in ground.badges_of.get(person, ()) if badge.credentials] or [b""]
    for credential in shown:
        verdict = decide(case_of(ground, door, Shown(credential), at_ms, NEUTRAL))
        if verdict.granted:
            break
    return verdict


def _standing(was: Ground, will: Ground, person: Person, now_ms: int) -> Iterator[Lost]:
    """The zones that a person may enter at any time now, and would not."""
    for zone in sorted(person.standing):
        door = was.door_into(zone)
        found = None if door is None else _first_lost(was, will, person.id, door, [now_ms])
        if found is not None:
            reason, until_ms = str(found[1].reason), found[1].until_ms
            yield Lost(was.site.id, person.id, "standing", zone, zone, now_ms, None, now_ms, reason, until_ms)


def _out_of_service(
    site: str, before: Replica, changes: Iterable[Change], now_ms: int, until_ms: int
) -> Iterator[Lost]:
    """The bookings of a resource that would be out of service meanwhile: no door knows, but nobody can sit there."""
    closures = [one.record for one in changes if isinstance(one, Put) and isinstance(one.record, Closure)]
    for closure in closures:
        diary = before.of_resource.get(closure.resource) if closure.resource else None
        for one in () if diary is None else diary.bookings:
            start_ms, end_ms = max(one.start_ms, closure.start_ms, now_ms), min(one.end_ms, closure.end_ms)
            if start_ms < end_ms and one.start_ms < until_ms:
                span = (one.start_ms, one.end_ms)
                for who in _whose(before, one):
                    yield Lost(site, who, "booking", one.id, one.zone, *span, start_ms, OUT_OF_SERVICE, closure.end_ms)


def _resting(was: Ground, will: Ground, resources: frozenset[str], now_ms: int, until_ms: int) -> Iterator[Lost]:
    """The bookings that hours of these resources, or of the zones that they lie in, let be and will let be no more."""
    before, after = (tuple(ground.replica.openings.values()) for ground in (was, will))
    for resource, diary in sorted(was.replica.of_resource.items()) if resources else ():
        for one in diary.bookings:
            rest = Span(max(one.start_ms, now_ms), one.end_ms)
            if rest.start_ms >= rest.end_ms or one.start_ms >= until_ms or not resources & {resource, one.zone}:
                continue
            left = without([rest], in_service(after, resource, one.zone, rest, will.zone))
            if left and in_service(before, resource, one.zone, rest, was.zone) == (rest,):
                span, ends_ms = (one.start_ms, one.end_ms), left[0].start_ms
                for who in _whose(was.replica, one):
                    yield Lost(was.site.id, who, "booking", one.id, one.zone, *span, ends_ms, OUT_OF_SERVICE, None)


def _whose(replica: Replica, booking: Booking) -> list[str]:
    """Whose booking it is: one person's, or that of all who are in its group meanwhile; "" where nobody is."""
    if booking.person:
        return [booking.person]
    start_ms, end_ms = booking.start_ms, booking.end_ms
    return sorted(
        who
        for who, person in replica.persons.items()
        if any(
            one.group == booking.group and one.from_ms < end_ms and (one.until_ms is None or one.until_ms > start_ms)
            for one in person.groups
        )
    ) or [""]


def counted(found: Iterable[Lost]) -> Mapping[str, int]:
    """How many bookings, sessions, passes and standing rights of how many people."""
    rows = list(found)
    sums = {
        what: len({(one.site, one.id) for one in rows if one.what == what}) for what in ("booking", "session", "pass")
    }
    standing = len({(one.site, one.person, one.id) for one in rows if one.what == "standing"})
    people = len({one.person for one in rows if one.person})
    return {
        "bookings": sums["booking"],
        "sessions": sums["session"],
        "passes": sums["pass"],
        "standing": standing,
        "people": people,
    }
