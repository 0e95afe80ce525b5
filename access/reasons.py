"""Why a door said what it said: every reason a verdict can have, and which refusal is named among several."""

from enum import StrEnum


class Reason(StrEnum):
    """One reason of a verdict. The first block grants, the second refuses."""

    STANDING = "standing"
    BOOKING = "booking"
    OVERRIDE = "override"
    LEAVING = "leaving"

    REPEATED = "repeated"
    STALE = "stale"
    AGE_UNPROVED = "age-unproved"
    UNKNOWN_BADGE = "unknown-badge"
    BADGE_REVOKED = "badge-revoked"
    BADGE_NOT_YET = "badge-not-yet"
    BADGE_EXPIRED = "badge-expired"
    PERSON_SUSPENDED = "person-suspended"
    PERSON_NOT_YET = "person-not-yet"
    PERSON_ENDED = "person-ended"
    LOCKDOWN = "lockdown"
    ZONE_NOT_ALLOWED = "zone-not-allowed"
    SITE_CLOSED = "site-closed"
    TOO_EARLY = "too-early"
    BOOKING_ENDED = "booking-ended"
    NO_BOOKING = "no-booking"


GRANTS = frozenset({Reason.STANDING, Reason.BOOKING, Reason.OVERRIDE, Reason.LEAVING})
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
    Reason.BADGE_NOT_YET,
    Reason.BADGE_EXPIRED,
    Reason.PERSON_SUSPENDED,
    Reason.PERSON_NOT_YET,
    Reason.PERSON_ENDED,
    # Where: no booking helps while the place itself is barred to them.
    Reason.LOCKDOWN,
    Reason.ZONE_NOT_ALLOWED,
    Reason.SITE_CLOSED,
    # When: the nearest booking says more than the lack of one.
    Reason.TOO_EARLY,
    Reason.BOOKING_ENDED,
    Reason.NO_BOOKING,
)
"""Of several refusals the first of these is named: the one that the person must act on first."""

RANK = {reason: rank for rank, reason in enumerate(NAMED_FIRST)}
