"""Why a door said what it said: every reason a verdict can have, and which refusal is named among several."""

from enum import StrEnum


class Reason(StrEnum):
    """One reason of a verdict. The first block grants, the second refuses."""

    STANDING = "standing"
    DUTY = "duty"
    BOOKING = "booking"
    TEAM_BOOKING = "team-booking"
    SESSION = "session"
    PASS = "pass"  # noqa: S105 -- a guest's, not a word
    EMERGENCY_CARD = "emergency-card"
    FREE_PASSAGE = "free-passage"
    OVERRIDE = "override"
    LEAVING = "leaving"

    REPEATED = "repeated"
    STALE = "stale"
    AGE_UNPROVED = "age-unproved"
    UNKNOWN_BADGE = "unknown-badge"
    BADGE_REVOKED = "badge-revoked"
    DENIED = "denied"
    BADGE_NOT_YET = "badge-not-yet"
    BADGE_EXPIRED = "badge-expired"
    PERSON_SUSPENDED = "person-suspended"
    PERSON_NOT_YET = "person-not-yet"
    PERSON_ENDED = "person-ended"
    LOCKDOWN = "lockdown"
    PIN_BLOCKED = "pin-blocked"
    PIN_MISSING = "pin-missing"
    PIN_WRONG = "pin-wrong"
    ZONE_NOT_ALLOWED = "zone-not-allowed"
    SITE_CLOSED = "site-closed"
    MINOR_NOT_AUTHORISED = "minor-not-authorised"
    MINOR_CURFEW = "minor-curfew"
    CLOCK_UNSURE = "clock-unsure"
    SITE_OFFLINE = "site-offline"
    TRAINING_OVERDUE = "training-overdue"
    BOOKING_RELEASED = "booking-released"
    PASS_HOURS = "pass-hours"  # noqa: S105 -- a guest's, not a word
    TOO_EARLY = "too-early"
    PASS_NOT_YET = "pass-not-yet"  # noqa: S105 -- the same
    BOOKING_ENDED = "booking-ended"
    PASS_ENDED = "pass-ended"  # noqa: S105 -- the same
    NO_BOOKING = "no-booking"
    MINOR_NO_STAFF = "minor-no-staff"
    NO_STAFF_YET = "no-staff-yet"
    ZONE_FULL = "zone-full"
    ALREADY_INSIDE = "already-inside"


GRANTS = frozenset(list(Reason)[: list(Reason).index(Reason.REPEATED)])
WAITS = frozenset({Reason.REPEATED, Reason.STALE, Reason.AGE_UNPROVED})
"""Refusals that the reader answers with ``wait`` (tap again) instead of ``denied`` (guarantee D7)."""
UNRECOGNISED = frozenset({Reason.UNKNOWN_BADGE, *WAITS})
"""Refusals whose person is not recognised, or not yet: no display may tell them more (guarantee D13)."""

NAMED_FIRST = (
    # The tap itself: nothing else can be said of a tap that may be old.
    Reason.REPEATED,
    Reason.STALE,
    Reason.AGE_UNPROVED,
    # Who it is: what the person can act on is the badge in their hand, then their own standing.
    Reason.UNKNOWN_BADGE,
    Reason.BADGE_REVOKED,
    Reason.DENIED,
    Reason.BADGE_NOT_YET,
    Reason.BADGE_EXPIRED,
    Reason.PERSON_SUSPENDED,
    Reason.PERSON_NOT_YET,
    Reason.PERSON_ENDED,
    # Nobody is let in, whoever they are.
    Reason.LOCKDOWN,
    # Whether it is they who hold the badge.
    Reason.PIN_BLOCKED,
    Reason.PIN_MISSING,
    Reason.PIN_WRONG,
    # Where: no booking helps while the place itself is barred to them.
    Reason.ZONE_NOT_ALLOWED,
    Reason.SITE_CLOSED,
    Reason.MINOR_NOT_AUTHORISED,
    Reason.MINOR_CURFEW,
    # What no other booking cures.
    Reason.CLOCK_UNSURE,
    Reason.SITE_OFFLINE,
    Reason.TRAINING_OVERDUE,
    # When: the nearest reason to be here says more than the lack of one.
    Reason.BOOKING_RELEASED,
    Reason.PASS_HOURS,
    Reason.TOO_EARLY,
    Reason.PASS_NOT_YET,
    Reason.BOOKING_ENDED,
    Reason.PASS_ENDED,
    Reason.NO_BOOKING,
    # What passes by itself, for whoever else would be let in.
    Reason.MINOR_NO_STAFF,
    Reason.NO_STAFF_YET,
    Reason.ZONE_FULL,
    Reason.ALREADY_INSIDE,
)
"""Of several refusals the first of these is named: the one that the person must act on first."""

SOONEST = frozenset({Reason.PASS_HOURS, Reason.TOO_EARLY, Reason.PASS_NOT_YET})
"""Of these, wherever they stand together, the one that ends first is named."""

RANK = {reason: rank for rank, reason in enumerate(NAMED_FIRST)}
RANK |= dict.fromkeys(SOONEST, min(RANK[reason] for reason in SOONEST))


class Warned(StrEnum):
    """What staff are told beside a grant."""

    DANGER = "danger"
    ZONE_FULL = "zone-full"
    ALREADY_INSIDE = "already-inside"
    EMERGENCY_CARD = "emergency-card"
