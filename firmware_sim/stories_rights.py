"""What people do by other rights than their own booking: teams, sessions, passes, duties, transfers; and minors.

As in ``firmware_sim.stories``, a story that does not fit is left out whole; spans and windows are local minutes.
"""

from dataclasses import replace

from access.clock import DAY_MS
from access.reasons import Reason
from access.records import Booking, Membership, Pass, PassKind
from firmware_sim.cast import Member
from firmware_sim.draft import Draft, Window, book, comes, comes_within, goes, made, passes, taps
from firmware_sim.scenario import PlannedSession, Room
from firmware_sim.stories import LAST_OUT, half_day, is_refused, stays

BEFORE_MS, AFTER_MS = 30 * DAY_MS, 60 * DAY_MS
"""What is given for longer than a day was given so long before, and lasts so long after."""


def _is_here(draft: Draft, member: Member, door: str, arrives: Window, leaves: Window) -> Draft | None:
    """Come, stay without a desk, and leave."""
    came = comes(draft, member, door, arrives)
    if came is None:
        return None
    first_ms = max(came[1] + 2 * draft.settle_ms, draft.at(leaves[0]))
    left = goes(came[0], member, door, (first_ms, draft.at(leaves[1])))
    return None if left is None else left[0]


def _whole_day_ms(draft: Draft) -> tuple[int, int]:
    """From before this day's midnight to after it, by much."""
    midnight_ms = draft.at(0)
    return midnight_ms - BEFORE_MS, midnight_ms + AFTER_MS


def _hours(draft: Draft, member: Member, kind: PassKind, zones: frozenset[str], hours: Window) -> Pass:
    """A pass for these hours of every day, with which somebody has no other right."""
    ident = f"{draft.site.id}-pass-{len(draft.passes) + 1}"
    return Pass(ident, member.id, zones, *_whole_day_ms(draft), kind, frozenset(), *hours)


def _without_zones(member: Member) -> Member:
    return replace(member, person=replace(member.person, zones=frozenset(), groups=()))


def is_on_duty(draft: Draft, member: Member, door: str, hours: Window) -> Draft | None:
    """A Digital Angel comes for their duty and leaves when it is over."""
    angel = _without_zones(member)
    duty = _hours(draft, angel, PassKind.DUTY, frozenset(draft.site.zones), hours)
    draft = replace(draft, passes=(*draft.passes, duty))
    late = min(hours[0] + draft.wide(60), hours[1] - draft.wide(60))
    here = _is_here(draft, angel, door, (hours[0], late), (hours[1] - 30, min(hours[1] + draft.wide(60), LAST_OUT)))
    return None if here is None else here.joined(angel)


def has_a_pass(draft: Draft, member: Member, door: str, hours: Window, early: Window | None) -> Draft | None:
    """A guest comes within the hours of a pass, perhaps after a first try before them."""
    guest = _without_zones(member)
    held = _hours(draft, guest, PassKind.GUEST, frozenset({draft.site.doors[door].zone}), hours)
    draft = replace(draft, passes=(*draft.passes, held))
    if early is not None:
        tried = comes(draft, guest, door, early)
        if tried is None:
            return None
        draft = tried[0]
    here = _is_here(draft, guest, door, hours, (hours[0] + 60, min(hours[1] + draft.wide(60), LAST_OUT)))
    return None if here is None else here.joined(guest, *((Reason.PASS_HOURS,) if early else ()))


def finds_it_full(draft: Draft, member: Member, doors: tuple[str, str], reason: Reason) -> Draft | None:
    """A guest whose pass leads behind an inner door comes while somebody is there, who is as many as it takes."""
    outer, inner = doors
    if draft.full is None:
        return None
    guest, pin = _without_zones(member), taps(draft, member, inner).pin
    zones = frozenset({draft.site.doors[outer].zone, draft.site.doors[inner].zone})
    held = _hours(draft, guest, PassKind.GUEST, zones, (8 * 60, 20 * 60))
    came = comes_within(replace(draft, passes=(*draft.passes, held)), guest, outer, _before(draft, draft.full))
    if came is None:
        return None
    span_ms = (max(draft.full[0], came[1] + draft.settle_ms), draft.full[1])
    tried = passes(came[0], inner, span_ms, taps(draft, guest, inner, pin))
    if tried is None:
        return None
    left = goes(tried[0], guest, outer, (tried[1] + draft.settle_ms, draft.at(LAST_OUT)))
    return None if left is None else left[0].joined(guest, reason)


def _before(draft: Draft, span_ms: Window) -> Window:
    return max(draft.at(8 * 60), span_ms[0] - 4 * draft.settle_ms), span_ms[1] - draft.settle_ms


def as_minor(draft: Draft, member: Member) -> Member:
    """The same person as a minor whose guardian has authorised them."""
    from_ms, until_ms = _whole_day_ms(draft)
    minor = replace(member.person, groups=(), minor=True, guardian_from_ms=from_ms, guardian_until_ms=until_ms)
    return replace(member, person=minor)


def is_minor(draft: Draft, member: Member, door: str, span: Window) -> Draft | None:
    """A minor comes for a booking, while staff are there."""
    return half_day(draft, as_minor(draft, member), door, span)


def is_minor_without_guardian(draft: Draft, member: Member, door: str, window: Window) -> Draft | None:
    """A minor comes whom no guardian has authorised."""
    minor = replace(member, person=replace(member.person, groups=(), minor=True))
    return is_refused(draft, minor, door, window, Reason.MINOR_NOT_AUTHORISED)


def is_overdue(draft: Draft, member: Member, door: str, span: Window, first: int) -> Draft | None:
    """Somebody booked a desk whose mandatory training was due a week ago, and comes from minute ``first`` on."""
    one = member.of_no_group()
    late = replace(one, person=replace(one.person, training_due_ms=draft.at(0) - 7 * DAY_MS))
    booked = book(draft, late, draft.site.doors[door].zone, span)
    if booked is None:
        return None
    draft = booked[0].unattended(booked[1])
    return is_refused(draft, late, door, (first, span[0] + draft.come_by), Reason.TRAINING_OVERDUE)


def works_in_team(draft: Draft, member: Member, door: str, span: Window) -> Draft | None:
    """A member of the team comes for the room that the team has booked; the first to be planned books it."""
    one = replace(member, person=replace(member.person, groups=(*member.person.groups, Membership(draft.team))))
    zone = draft.site.doors[door].zone
    held = next((booking for booking in draft.bookings if booking.group == draft.team), None)
    if held is None:
        room = Room(f"{draft.site.id}-saletta", "Saletta", zone)
        held = made(draft, "", draft.team, (zone, room.id), span)
        draft = replace(draft, bookings=(*draft.bookings, held), rooms=(*draft.rooms, room))
    arrives = (span[0] - 14, span[0] + draft.come_by)
    stayed = stays(draft, one, door, held, arrives, (span[1] - 60, min(span[1] + draft.wide(60), LAST_OUT)))
    return None if stayed is None else stayed.joined(one)


def trains(draft: Draft, member: Member, door: str, span: Window) -> Draft | None:
    """A trainer comes to hold a session of the cohort."""
    zone = draft.site.doors[door].zone
    trainer = replace(member, person=replace(member.person, zones=frozenset({zone}), groups=()))
    times = (draft.at(span[0]), draft.at(span[1]))
    session = PlannedSession(f"{draft.site.id}-lezione", "Lezione del giorno", zone, *times, draft.cohort, member.id)
    arrives, leaves = _session_windows(draft, span)
    here = _is_here(replace(draft, sessions=(*draft.sessions, session)), trainer, door, arrives, leaves)
    return None if here is None else here.joined(trainer)


def attends(draft: Draft, member: Member, door: str, span: Window) -> Draft | None:
    """Somebody of the cohort comes to the session, without a booking of their own."""
    if not draft.sessions:
        return None
    here = _is_here(draft, member, door, *_session_windows(draft, span))
    return None if here is None else here.joined(member)


def _session_windows(draft: Draft, span: Window) -> tuple[Window, Window]:
    return (span[0] - 14, span[1] - 30), (span[1] - 20, min(span[1] + draft.wide(60), LAST_OUT))


def travels(draft: Draft, member: Member, door: str, span: Window) -> Draft | None:
    """Somebody comes for a morning here, and could go to another site afterwards."""
    stayed = half_day(draft, member, door, span)
    return None if stayed is None else replace(stayed, traveller=member.id)


def comes_from_elsewhere(draft: Draft, member: Member, door: str, first_ms: int) -> Draft | None:
    """Somebody of another site, transferred to this one too, comes for a booking after they have left there."""
    guest = replace(member, person=replace(member.person, transfer=True))
    for start in range(12 * 60, 17 * 60, 30):
        span = (start, start + 180)
        if draft.at(span[0] - 10) < first_ms:
            continue
        booked = book(draft, guest, draft.site.doors[door].zone, span)
        stayed = None if booked is None else _stays(booked[0], guest, door, booked[1], span)
        if stayed is not None:
            return stayed.joined(guest)
    return None


def _stays(draft: Draft, member: Member, door: str, booking: Booking, span: Window) -> Draft | None:
    leaves = (span[1] - 60, min(span[1] + draft.wide(45), LAST_OUT))
    return stays(draft, member, door, booking, (span[0] - 10, span[0] + draft.come_by), leaves)
