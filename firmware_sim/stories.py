"""What people do in a day, one story each: a story books, comes and goes, or does not fit and is left out whole.

Spans and windows are local minutes of the day, (from, to).
"""

from dataclasses import replace
from datetime import timedelta

from access.clock import MINUTE_MS
from access.reasons import Reason
from access.records import Booking
from access.site import ExitBy
from firmware_sim.cast import Member, new_uid
from firmware_sim.draft import Draft, Window, book, comes, comes_within, goes, passes, taps
from firmware_sim.happenings import BatterySet, PowerOn, WifiBack, WifiLost
from firmware_sim.scenario import VISITORS, Befalls, Comes, Fidgets, Goes, LetsIn, Rises, SeesOff, Sits
from firmware_sim.seed import new_boot

LAST_OUT = 19 * 60 + 55
LUNCH = (12 * 60 + 15, 13 * 60 + 30)
FIDGET_MS = 2 * MINUTE_MS
RISES_BEFORE_MS = 12 * MINUTE_MS
"""So long before a booking's end its holder has left the desk, so that the next one finds it free."""


def sits(draft: Draft, member: Member, booking: Booking, from_ms: int, to_ms: int) -> Draft:
    """Sit at the booked desk over a span, but not beyond the booking, fidgeting once or twice."""
    sensor = draft.sensor(booking.resource)
    to_ms = min(to_ms, booking.end_ms - RISES_BEFORE_MS)
    if sensor is None or to_ms - from_ms < 4 * FIDGET_MS:
        return draft
    draft = draft.with_act(from_ms, Sits(member.id, sensor))
    for _ in range(draft.chance.randint(1, 2)):
        at_ms = draft.chance.randint(from_ms + FIDGET_MS, to_ms - 2 * FIDGET_MS)
        draft = draft.with_act(at_ms, Fidgets(member.id, sensor, FIDGET_MS))
    return draft.with_act(to_ms, Rises(member.id, sensor))


def stays(draft: Draft, member: Member, door: str, booking: Booking, arrives: Window, leaves: Window) -> Draft | None:
    """Come, sit at the booked desk, and leave."""
    came = comes(draft, member, door, arrives)
    if came is None:
        return None
    draft, in_ms = came
    first_ms = max(in_ms + 2 * draft.settle_ms, draft.at(leaves[0]))
    left = goes(draft, member, door, (first_ms, draft.at(leaves[1])))
    if left is None:
        return None
    draft, out_ms = left
    return sits(draft, member, booking, in_ms + draft.settle_ms, out_ms - draft.settle_ms // 4)


def half_day(draft: Draft, member: Member, door: str, span: Window, early: Window | None = None) -> Draft | None:
    """A booking for a span, used from about its beginning to about its end; ``early`` is a first try too soon."""
    booked = book(draft, member, draft.site.doors[door].zone, span)
    if booked is None:
        return None
    draft, booking = booked
    if early is not None:
        tried = comes(draft, member, door, early)
        if tried is None:
            return None
        draft = tried[0]
    arrives = (span[0] - 14, span[0] + draft.come_by)
    stayed = stays(draft, member, door, booking, arrives, (span[1] - 60, _before_closing(span[1] + draft.wide(45))))
    reasons = (Reason.TOO_EARLY,) if early else ()
    return None if stayed is None else stayed.joined(member, *reasons)


def _before_closing(minute: int) -> int:
    return min(minute, LAST_OUT)


def whole_day(draft: Draft, member: Member, door: str, span: Window) -> Draft | None:
    """A booking for the day, with lunch outside."""
    booked = book(draft, member, draft.site.doors[door].zone, span)
    if booked is None:
        return None
    draft, booking = booked
    morning = stays(draft, member, door, booking, (span[0] - 14, span[0] + draft.come_by), LUNCH)
    if morning is None:
        return None
    back = (LUNCH[1] + 5, LUNCH[1] + draft.wide(90))
    afternoon = stays(morning, member, door, booking, back, (span[1] - 75, _before_closing(span[1] + draft.wide(45))))
    return None if afternoon is None else afternoon.joined(member)


def is_refused(draft: Draft, member: Member, door: str, window: Window, reason: Reason) -> Draft | None:
    """Come once and be refused, for a reason that lies in the badge or the person."""
    came = comes(draft, member, door, window)
    return None if came is None else came[0].joined(member, reason)


def has_no_booking(draft: Draft, member: Member, door: str, window: Window) -> Draft | None:
    """Come without any reason to be here."""
    return is_refused(draft, member.of_no_group(), door, window, Reason.NO_BOOKING)


def comes_late(draft: Draft, member: Member, door: str, span: Window, window: Window) -> Draft | None:
    """Book, and come when it is over."""
    booked = book(draft, member, draft.site.doors[door].zone, span)
    if booked is None:
        return None
    return is_refused(booked[0].unattended(booked[1]), member.of_no_group(), door, window, Reason.BOOKING_ENDED)


def comes_after_release(draft: Draft, member: Member, door: str, span: Window) -> Draft | None:
    """Book, and come when the booking runs still and was given away because nobody had come."""
    booked = book(draft, member, draft.site.doors[door].zone, span)
    if booked is None or booked[1].release_ms is None:
        return None
    first_ms = booked[1].release_ms + draft.settle_ms
    came = comes_within(booked[0], member, door, (first_ms, booked[1].end_ms - draft.settle_ms))
    if came is None:
        return None
    return came[0].unattended(booked[1]).joined(member.of_no_group(), Reason.BOOKING_RELEASED)


def comes_on_the_wrong_day(draft: Draft, member: Member, door: str, span: Window, window: Window) -> Draft | None:
    """Book for tomorrow, and come today."""
    tomorrow = replace(draft, day=draft.day + timedelta(days=1))
    booked = book(tomorrow, member, draft.site.doors[door].zone, span)
    if booked is None:
        return None
    today = replace(booked[0], day=draft.day)
    return is_refused(today, member, door, window, Reason.TOO_EARLY)


def stays_away(draft: Draft, member: Member, door: str, span: Window) -> Draft | None:
    """Book, and never come."""
    booked = book(draft, member, draft.site.doors[door].zone, span)
    return None if booked is None else booked[0].unattended(booked[1]).joined(member)


def stranger(draft: Draft, door: str, window: Window) -> Draft | None:
    """A card that nobody knows is held to the reader."""
    act = Comes("", new_uid(draft.chance), draft.reader(door))
    came = passes(draft, door, (draft.at(window[0]), draft.at(window[1])), act)
    return None if came is None else replace(came[0], expected=came[0].expected | {str(Reason.UNKNOWN_BADGE)})


def keeps_house(draft: Draft, member: Member, door: str, day: Window, visit: Window) -> Draft | None:
    """A member of the staff opens in the morning, lets visitors in by hand, and is the last to leave."""
    came = comes(draft, member, door, (day[0], day[0] + 5))
    if came is None:
        return None
    left = goes(came[0], member, door, (draft.at(day[1]), draft.at(day[1] + 5)))
    if left is None:
        return None
    visited = _visitors(left[0], member, door, visit)
    return None if visited is None else visited.joined(member)


def _visitors(draft: Draft, host: Member, door: str, visit: Window) -> Draft | None:
    """Visitors come by a host's hand, and go by themselves where no card is needed to go; the host says so."""
    opened = passes(draft, door, (draft.at(visit[0]), draft.at(visit[1])), LetsIn(host.id, door))
    if opened is None:
        return None
    draft, at_ms = opened
    sees_off = SeesOff(host.id, draft.site.doors[door].zone)
    last_ms = max(at_ms + 2 * draft.settle_ms, draft.at(LAST_OUT))
    if draft.site.doors[door].exit_by is ExitBy.READER:
        return draft.with_act(draft.chance.randint(at_ms + draft.settle_ms, at_ms + 2 * draft.settle_ms), sees_off)
    left = passes(draft, door, (at_ms + draft.settle_ms, last_ms), Goes(VISITORS, "", door))
    return draft if left is None else left[0].with_act(left[1] + MINUTE_MS, sees_off)


def visits_inner(draft: Draft, member: Member, doors: tuple[str, str], span: Window) -> Draft | None:
    """Come for something behind an inner door, at which the booking is, and leave again through both."""
    outer, inner = doors
    booked = book(draft, member, draft.site.doors[inner].zone, span)
    if booked is None:
        return None
    came = comes(booked[0], member, outer, (span[0] - 14, span[0] + draft.come_by))
    if came is None:
        return None
    draft, in_ms = came
    entered = enters_inner(draft, member, inner, (in_ms + draft.settle_ms, draft.at(span[1]) - 2 * draft.settle_ms))
    if entered is None:
        return None
    draft, inner_ms = entered
    back = goes(draft, member, inner, (inner_ms + draft.settle_ms, draft.at(span[1] + 30)))
    if back is None:
        return None
    draft, back_ms = back
    left = goes(draft, member, outer, (back_ms + draft.settle_ms, draft.at(span[1] + 150)))
    if left is None:
        return None
    within = (inner_ms + draft.settle_ms, back_ms - draft.settle_ms)
    return replace(left[0], full=within).joined(member)


def enters_inner(draft: Draft, member: Member, inner: str, span_ms: Window) -> tuple[Draft, int] | None:
    """Show the card at an inner door within a span; a PIN that it asks for is got wrong first, if there is room."""
    tap = taps(draft, member, inner)
    if tap.pin is None:
        return passes(draft, inner, span_ms, tap)
    wrong = taps(draft, member, inner, f"{int(tap.pin) + 1:04}")
    mistyped = passes(draft, inner, span_ms, wrong)
    if mistyped is None:
        return passes(draft, inner, span_ms, tap)
    after, at_ms = mistyped
    entered = passes(after, inner, (at_ms + draft.settle_ms, span_ms[1]), tap)
    if entered is None:
        return passes(draft, inner, span_ms, tap)
    return replace(entered[0], expected=entered[0].expected | {str(Reason.PIN_WRONG)}), entered[1]


def taps_unheard(draft: Draft, member: Member, door: str, span: Window, loses: Window) -> Draft | None:
    """The reader loses its network; somebody taps, gets no answer and goes; the tap arrives when it is old.

    Nobody else comes in by that door meanwhile, so this is to be planned before anybody does.
    """
    booked = book(draft, member, draft.site.doors[door].zone, span)
    if booked is None:
        return None
    draft, reader = booked[0].unattended(booked[1]), draft.reader(door)
    lost_ms = draft.chance.randint(draft.at(loses[0]), draft.at(loses[1]))
    tapped = comes_within(draft, member, door, (lost_ms + draft.settle_ms // 2, lost_ms + draft.settle_ms))
    if tapped is None:
        return None
    draft, tap_ms = tapped
    back_ms = tap_ms + draft.late_ms
    barred = (door, lost_ms - draft.settle_ms, back_ms + draft.settle_ms)
    draft = replace(draft, barred=(*draft.barred, barred)).with_act(lost_ms, Befalls(reader, WifiLost()))
    return draft.with_act(back_ms, Befalls(reader, WifiBack())).joined(member, Reason.STALE)


def runs_flat(draft: Draft, sensor: str, window: Window) -> Draft:
    """A sensor's battery is flat, and somebody changes it later in the day; nobody books that desk."""
    desk = draft.site.devices[sensor].ref
    draft = replace(draft, spared=draft.spared | {desk}).with_act(draft.at(window[0]), Befalls(sensor, BatterySet(0)))
    draft = draft.with_act(draft.at(window[1]) - 1, Befalls(sensor, BatterySet(100)))
    return draft.with_act(draft.at(window[1]), Befalls(sensor, PowerOn(new_boot(draft.chance))))
