"""The rules of a door, one function each, in two tables.

A *bar* refuses whatever the person's reasons are; a *right* is a reason to be here now, or says why it does not serve.
To add a rule, write its function and put it in its table: nothing else knows the rules by name.
"""

from collections.abc import Callable
from dataclasses import dataclass

from access.case import Age, Case
from access.reasons import Reason


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


Bar = Callable[[Case], Refused | None]
Right = Callable[[Case], Granted | Refused | None]


def repeated(case: Case) -> Refused | None:
    """D8: one showing of a card decides once."""
    return Refused(Reason.REPEATED) if case.repeated else None


def stale(case: Case) -> Refused | None:
    """D7: a tap that is old, or whose age cannot be shown, never opens."""
    return Refused(Reason.STALE) if case.age is Age.STALE else None


def age_unproved(case: Case) -> Refused | None:
    """D7: a maker's reader proves no age; such a tap opens only where the door says so."""
    if case.age is Age.UNPROVED and not case.accepts_unproved:
        return Refused(Reason.AGE_UNPROVED)
    return None


def badge_known(case: Case) -> Refused | None:
    """D10: an unknown card, or a badge whose person this site does not know, is refused."""
    return Refused(Reason.UNKNOWN_BADGE) if case.badge is None or case.person is None else None


def badge_in_force(case: Case) -> Refused | None:
    """Domain, door access: the badge is in force. Revocation has no end (D9)."""
    badge = case.badge
    if badge is None:
        return None
    if badge.revoked:
        return Refused(Reason.BADGE_REVOKED)
    if case.at_ms < badge.valid_from_ms:
        return Refused(Reason.BADGE_NOT_YET, badge.valid_from_ms)
    if badge.valid_until_ms is not None and case.at_ms >= badge.valid_until_ms:
        return Refused(Reason.BADGE_EXPIRED)
    return None


def person_in_force(case: Case) -> Refused | None:
    """Domain, door access: the person is in force."""
    person = case.person
    if person is None:
        return None
    if person.suspended:
        return Refused(Reason.PERSON_SUSPENDED)
    if case.at_ms < person.valid_from_ms:
        return Refused(Reason.PERSON_NOT_YET, person.valid_from_ms)
    if person.valid_until_ms is not None and case.at_ms >= person.valid_until_ms:
        return Refused(Reason.PERSON_ENDED)
    return None


def lockdown(case: Case) -> Refused | None:
    """Precedence: lockdown beats every right to enter; staff open by hand, which is logged with their name."""
    return Refused(Reason.LOCKDOWN) if case.conditions.lockdown else None


def zone_allowed(case: Case) -> Refused | None:
    """Domain, door access: this zone is allowed, or one that lies beyond it."""
    person = case.person
    if person is None or case.onward & (person.zones | person.standing):
        return None
    return Refused(Reason.ZONE_NOT_ALLOWED)


def site_closed(case: Case) -> Refused | None:
    """Domain, opening hours and closures: they bind whoever has no standing right here."""
    if not case.closed or case.standing:
        return None
    return Refused(Reason.SITE_CLOSED, case.opens_ms)


def standing_right(case: Case) -> Granted | None:
    """Domain, door access: a role's standing right."""
    return Granted(Reason.STANDING) if case.standing else None


def own_booking(case: Case) -> Granted | Refused | None:
    """Domain, door access: an own booking here or further in, from its grace before to its end."""
    best: Granted | Refused | None = None
    for booking in case.bookings:
        if case.at_ms >= booking.end_ms:
            best = best or Refused(Reason.BOOKING_ENDED, booking=booking.id)
        elif case.at_ms < booking.start_ms - case.grace_before_ms:
            if not isinstance(best, Granted):
                best = Refused(Reason.TOO_EARLY, booking.start_ms - case.grace_before_ms, booking.id)
        elif not isinstance(best, Granted) or booking.end_ms > (best.until_ms or 0):
            best = Granted(Reason.BOOKING, booking.end_ms, booking.id)
    return best


BARS: tuple[tuple[str, Bar], ...] = (
    ("repeated", repeated),
    ("stale", stale),
    ("age-unproved", age_unproved),
    ("badge-known", badge_known),
    ("badge-in-force", badge_in_force),
    ("person-in-force", person_in_force),
    ("lockdown", lockdown),
    ("zone-allowed", zone_allowed),
    ("site-closed", site_closed),
)
RIGHTS: tuple[tuple[str, Right], ...] = (
    ("standing-right", standing_right),
    ("own-booking", own_booking),
)
