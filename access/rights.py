"""The reasons to be here now, one function each, in a table: what serves grants, what does not says why.

To add one, write its function and put it in the table: nothing else knows them by name.
"""

from collections.abc import Callable
from dataclasses import dataclass

from access.case import Case, Window
from access.reasons import RANK, Reason
from access.records import Booking, BookingKind, PassKind


@dataclass(frozen=True, slots=True)
class Granted:
    """A right that serves, until ``until_ms`` (None: no end in sight), by ``booking`` where it is one."""

    reason: Reason
    until_ms: int | None = None
    booking: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal, and the moment from which this rule would no longer refuse (None: not by waiting)."""

    reason: Reason
    until_ms: int | None = None
    booking: str | None = None


Right = Callable[[Case], Granted | Refused | None]
Found = Granted | Refused


def emergency_card(case: Case) -> Granted | None:
    """Guarantees, age of the replica: the site's sealed cards open however long it has been cut off."""
    return Granted(Reason.EMERGENCY_CARD) if case.emergency else None


def standing_right(case: Case) -> Found | None:
    """Domain, door access: a role's standing right, up to 30 days without the registry."""
    if not case.standing:
        return None
    if case.conditions.replica_age_ms > case.limits.standing_age_ms:
        return Refused(Reason.SITE_OFFLINE)
    return Granted(Reason.STANDING)


def free_passage(case: Case) -> Granted | None:
    """The door stands released in these hours: who shows a badge is counted, not asked for a reason."""
    return Granted(Reason.FREE_PASSAGE) if case.conditions.free_passage else None


def own_booking(case: Case) -> Found | None:
    """Domain, door access: a booking here or further in, own, the team's or of a session, from its grace to its end."""
    return _best([_of_booking(case, booking) for booking in case.bookings]) if case.bookings else None


def held_pass(case: Case) -> Found | None:
    """Domain, roles: a guest's pass, an Angel's duty, a role held between dates."""
    return _best([_of_pass(case, window) for window in case.passes]) if case.passes else None


def _of_booking(case: Case, booking: Booking) -> Found:
    dated = booking.waiting or (case.person is not None and case.person.transfer)
    opens_ms = booking.start_ms - case.grace_before_ms
    if unsure := _unknowable(case, case.limits.dated_age_ms if dated else case.limits.booking_age_ms):
        return Refused(unsure, booking=booking.id)
    if case.at_ms >= booking.end_ms:
        return Refused(Reason.BOOKING_ENDED, booking=booking.id)
    if booking.id in case.conditions.released:
        return Refused(Reason.BOOKING_RELEASED, booking=booking.id)
    ends_ms = _trained_until(case, booking)
    if max(case.at_ms, opens_ms) >= ends_ms:
        return Refused(Reason.TRAINING_OVERDUE, booking=booking.id)
    if case.at_ms < opens_ms:
        return Refused(Reason.TOO_EARLY, opens_ms, booking.id)
    if booking.kind is BookingKind.SESSION:
        return Granted(Reason.SESSION, ends_ms, booking.id)
    return Granted(Reason.TEAM_BOOKING if booking.group else Reason.BOOKING, ends_ms, booking.id)


def _trained_until(case: Case, booking: Booking) -> int:
    """Domain, training gate: until when a booking serves that has not ended. From its day on, an overdue module bars a
    desk, and never the training itself.
    """
    due_ms = None if case.person is None else case.person.training_due_ms
    if due_ms is None or booking.kind is BookingKind.SESSION:
        return booking.end_ms
    return min(booking.end_ms, due_ms)


def _of_pass(case: Case, window: Window) -> Found:
    held = window.held
    if unsure := _unknowable(case, case.limits.standing_age_ms + 1 if held.as_staff else case.limits.dated_age_ms):
        return Refused(unsure)
    if window.opens_ms is None:
        return Refused(Reason.PASS_ENDED)
    if case.at_ms < held.start_ms:
        return Refused(Reason.PASS_NOT_YET, window.opens_ms)
    if case.at_ms < window.opens_ms:
        return Refused(Reason.PASS_HOURS, window.opens_ms)
    return Granted(_GRANTED_BY[held.kind], window.closes_ms)


_GRANTED_BY = {PassKind.GUEST: Reason.PASS, PassKind.DUTY: Reason.DUTY, PassKind.ROLE: Reason.STANDING}


def _unknowable(case: Case, age_ms: int) -> Reason | None:
    """Why a right between dates cannot be known to hold: nobody knows the time, or what changed meanwhile. It holds up
    to a replica's age of ``age_ms``, and from then on no more.
    """
    if case.conditions.clock_unsure_ms > case.limits.clock_unsure_ms:
        return Reason.CLOCK_UNSURE
    return Reason.SITE_OFFLINE if case.conditions.replica_age_ms >= age_ms else None


def _best(found: list[Found]) -> Found | None:
    """Of several of a kind: the grant that lasts longest, or else the refusal that is named first and ends first."""
    best: Found | None = None
    for one in found:
        if best is None or _better(one, best):
            best = one
    return best


def _better(one: Found, than: Found) -> bool:
    if isinstance(one, Granted):
        return not isinstance(than, Granted) or (one.until_ms or 0) > (than.until_ms or 0)
    if isinstance(than, Granted):
        return False
    return (RANK[one.reason], one.until_ms or 0) < (RANK[than.reason], than.until_ms or 0)


RIGHTS: tuple[tuple[str, Right], ...] = (
    ("standing-right", standing_right),
    ("emergency-card", emergency_card),
    ("own-booking", own_booking),
    ("held-pass", held_pass),
    ("free-passage", free_passage),
)
