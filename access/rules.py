"""The rules of a door, one function each, in three tables.

A *bar* refuses whatever the person's reasons are; a *right* (``access.rights``) is a reason to be here now, or says
why it does not serve; a *warning* tells staff of a grant what they should know.
To add a rule, write its function and put it in its table: nothing else knows the rules by name.
"""

from collections.abc import Callable

from access.case import Age, Case, Pin
from access.denials import name_of
from access.reasons import Reason, Warned
from access.rights import Refused, held_pass
from access.site import Passback, WhenFull

Bar = Callable[[Case], Refused | None]


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


def denied(case: Case) -> Refused | None:
    """D9: deny beats allow: the badge or its person is barred, though the replica does not say so yet."""
    badge, barred = case.badge, case.conditions.denied
    if badge is None or not barred:
        return None
    named = {name_of("badge", badge.id), name_of("person", badge.person)}
    return None if barred.isdisjoint(named) else Refused(Reason.DENIED)


def badge_in_force(case: Case) -> Refused | None:
    """Domain, door access: the badge is in force. Revocation has no end (D9)."""
    badge = case.badge
    if badge is None:
        return None
    if badge.revoked:
        return Refused(Reason.BADGE_REVOKED)
    if badge.valid_until_ms is not None and case.at_ms >= badge.valid_until_ms:
        return Refused(Reason.BADGE_EXPIRED)
    if case.at_ms >= badge.valid_from_ms:
        return None
    return _from(Reason.BADGE_NOT_YET, badge.valid_from_ms, badge.valid_until_ms)


def person_in_force(case: Case) -> Refused | None:
    """Domain, door access: the person is in force."""
    person = case.person
    if person is None:
        return None
    if person.suspended:
        return Refused(Reason.PERSON_SUSPENDED)
    if person.valid_until_ms is not None and case.at_ms >= person.valid_until_ms:
        return Refused(Reason.PERSON_ENDED)
    if case.at_ms >= person.valid_from_ms:
        return None
    return _from(Reason.PERSON_NOT_YET, person.valid_from_ms, person.valid_until_ms)


def _from(reason: Reason, from_ms: int, until_ms: int | None) -> Refused:
    """The refusal of what begins later; it names no moment where that is over before it begins."""
    return Refused(reason, from_ms if until_ms is None or from_ms < until_ms else None)


def lockdown(case: Case) -> Refused | None:
    """Precedence: lockdown beats every right to enter; staff open by hand, which is logged with their name. Fire and
    evacuation beat it: the doors stand released, and who shows a badge all the same belongs on the muster list.
    """
    conditions = case.conditions
    barred = conditions.lockdown and not (conditions.fire or conditions.evacuation)
    return Refused(Reason.LOCKDOWN) if barred else None


def pin(case: Case) -> Refused | None:
    """Where the door asks for it, a badge opens with its PIN alone; too many wrong ones block it for a while."""
    blocked_ms = case.conditions.pin_blocked_until_ms
    if case.pin is Pin.NOT_ASKED:
        return None
    if blocked_ms is not None and case.at_ms < blocked_ms:
        return Refused(Reason.PIN_BLOCKED, blocked_ms)
    if case.pin is Pin.MISSING:
        return Refused(Reason.PIN_MISSING)
    return Refused(Reason.PIN_WRONG) if case.pin is Pin.WRONG else None


def zone_allowed(case: Case) -> Refused | None:
    """Domain, door access: this zone is allowed, or one that lies beyond it. A pass allows its own while it holds, and
    says itself why it does not; a sealed card is for every door.
    """
    person = case.person
    if person is None or not person.zones.isdisjoint(case.onward) or case.standing or case.emergency:
        return None
    found = held_pass(case) or Refused(Reason.ZONE_NOT_ALLOWED)
    return found if isinstance(found, Refused) else None


def site_closed(case: Case) -> Refused | None:
    """Domain, opening hours and closures: they bind whoever is not here as staff."""
    if not case.closed or case.as_staff:
        return None
    return Refused(Reason.SITE_CLOSED, _or_on_duty(case, case.opens_ms))


def _or_on_duty(case: Case, at_ms: int | None) -> int | None:
    """That moment, or the one at which they will be staff, whichever comes first."""
    duties = (window.opens_ms for window in case.passes if window.as_staff)
    return min((ms for ms in (at_ms, *duties) if ms is not None), default=None)


def minor_authorised(case: Case) -> Refused | None:
    """Domain, minors: the guardian's authorisation is in force, and covers this zone or one beyond it."""
    person = case.person
    if person is None or not person.minor:
        return None
    covers = not person.guardian_zones or not person.guardian_zones.isdisjoint(case.onward)
    starts, ends = person.guardian_from_ms, person.guardian_until_ms
    if starts is None or not covers or (ends is not None and case.at_ms >= ends):
        return Refused(Reason.MINOR_NOT_AUTHORISED)
    return _from(Reason.MINOR_NOT_AUTHORISED, starts, ends) if case.at_ms < starts else None


def minor_curfew(case: Case) -> Refused | None:
    """Domain, minors: none is let in between the curfew hour and the morning."""
    if case.person is None or not case.person.minor or case.minor_from_ms == case.at_ms:
        return None
    return Refused(Reason.MINOR_CURFEW, case.minor_from_ms)


def minor_with_staff(case: Case) -> Refused | None:
    """Domain, minors: no entry without staff present."""
    if case.person is None or not case.person.minor or case.conditions.staff_present:
        return None
    return Refused(Reason.MINOR_NO_STAFF)


def staff_first(case: Case) -> Refused | None:
    """A door may wait for the day's first staff before it lets others in."""
    if not case.terms.first_in or case.conditions.staff_came or case.as_staff:
        return None
    return Refused(Reason.NO_STAFF_YET)


def zone_full(case: Case) -> Refused | None:
    """Domain, capacity: where the zone says so nobody more is let in; staff, and who is inside already, are."""
    if case.terms.when_full is not WhenFull.REFUSE or case.as_staff or case.conditions.inside:
        return None
    return Refused(Reason.ZONE_FULL) if _is_full(case) else None


def already_inside(case: Case) -> Refused | None:
    """Anti-passback, hard: who is inside does not enter once more; staff do, and the day's end forgives."""
    if case.terms.passback is not Passback.HARD or case.as_staff or not case.conditions.inside:
        return None
    return Refused(Reason.ALREADY_INSIDE, _or_on_duty(case, case.forgiven_ms))


def _is_full(case: Case) -> bool:
    return case.terms.capacity is not None and case.conditions.headcount >= case.terms.capacity


def warn_full(case: Case) -> Warned | None:
    """Domain, capacity: reaching it warns staff."""
    return Warned.ZONE_FULL if _is_full(case) and not case.conditions.inside else None


def warn_inside(case: Case) -> Warned | None:
    """Anti-passback, soft, or of staff."""
    watched = case.terms.passback is not Passback.OFF
    return Warned.ALREADY_INSIDE if watched and case.conditions.inside else None


def warn_danger(case: Case) -> Warned | None:
    """Somebody comes in while everybody should be out."""
    danger = case.conditions.fire or case.conditions.evacuation
    return Warned.DANGER if danger else None


def warn_emergency(case: Case) -> Warned | None:
    """Guarantees, age of the replica: each use of an emergency card is alarmed."""
    return Warned.EMERGENCY_CARD if case.emergency else None


BARS: tuple[tuple[str, Bar], ...] = (
    ("repeated", repeated),
    ("stale", stale),
    ("age-unproved", age_unproved),
    ("badge-known", badge_known),
    ("denied", denied),
    ("badge-in-force", badge_in_force),
    ("person-in-force", person_in_force),
    ("lockdown", lockdown),
    ("pin", pin),
    ("zone-allowed", zone_allowed),
    ("site-closed", site_closed),
    ("minor-authorised", minor_authorised),
    ("minor-curfew", minor_curfew),
    ("minor-with-staff", minor_with_staff),
    ("staff-first", staff_first),
    ("zone-full", zone_full),
    ("already-inside", already_inside),
)
WARNINGS: tuple[Callable[[Case], Warned | None], ...] = (warn_danger, warn_full, warn_inside, warn_emergency)
