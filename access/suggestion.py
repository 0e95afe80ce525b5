"""What a person who was refused for want of a booking could book instead (domain: remedies)."""

from access.case import Case
from access.clock import HOUR_MS
from access.desk import DeskShown
from access.judge import Verdict
from access.plan import DeskAt, desks_at
from access.reasons import Reason
from access.turn import Turn
from access.walk_ins import with_walk_ins

BOOKING_HELPS = frozenset({Reason.NO_BOOKING, Reason.BOOKING_ENDED, Reason.BOOKING_RELEASED})
FREE_FOR_MS = 1 * HOUR_MS
"""A desk that somebody else has sooner is not worth booking."""


def free_desk(turn: Turn, case: Case, verdict: Verdict) -> str:
    """The name of a desk behind this door that nobody sits at, and nobody has booked for a while: the first of the
    site's; "" where there is none, or where no booking of theirs would help.
    """
    person, at_ms = case.person, case.at_ms
    if person is None or verdict.reason not in BOOKING_HELPS:
        return ""
    if person.training_due_ms is not None and person.training_due_ms <= at_ms:
        return ""
    theirs = case.onward & person.zones
    desks = [desk for desk in turn.site.desks.values() if desk.zone in theirs and desk.id in turn.desks]
    uses = {desk.id: turn.desks[desk.id].use for desk in desks}
    held = with_walk_ins(turn.replica, turn.walk_ins, at_ms)
    here, zone = turn.occupancy.stays.keys(), turn.before.zone
    lies_in = {desk.id: desk.zone for desk in desks}
    shown = desks_at(held, uses, at_ms, turn.checked_in, turn.released, here, zone=zone, lies_in=lies_in)
    return next((desk.name for desk in desks if _stays_free(shown[desk.id], at_ms)), "")


def _stays_free(desk: DeskAt, at_ms: int) -> bool:
    return desk.shown is DeskShown.FREE and (desk.next is None or desk.next.start_ms >= at_ms + FREE_FOR_MS)
