"""What somebody who was refused can do about it: one plain sentence where there is one (domain: remedies)."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from access.case import Case
from access.hours import local
from access.judge import Verdict
from access.reasons import Reason

REMEDY: Mapping[Reason, str] = {
    Reason.REPEATED: "take the card away and show it again",
    Reason.STALE: "show the card again",
    Reason.AGE_UNPROVED: "this reader cannot open this door: ask staff",
    Reason.UNKNOWN_BADGE: "this card is not enrolled here: ask staff",
    Reason.BADGE_REVOKED: "this badge was revoked: ask staff for another",
    Reason.BADGE_NOT_YET: "your badge is valid from {until}",
    Reason.BADGE_EXPIRED: "your badge has expired: ask staff to renew it",
    Reason.PERSON_SUSPENDED: "you are suspended: ask staff why",
    Reason.PERSON_NOT_YET: "your time here begins at {until}",
    Reason.PERSON_ENDED: "your time here has ended: ask staff",
    Reason.LOCKDOWN: "entries are locked down: wait for staff",
    Reason.ZONE_NOT_ALLOWED: "this area is not among yours: ask staff",
    Reason.SITE_CLOSED: "the site opens at {until}",
    Reason.TOO_EARLY: "your booking starts at {start}; it lets you in from {until}",
    Reason.BOOKING_ENDED: "your booking ended at {end}: book again, then tap again",
    Reason.NO_BOOKING: "you have no booking here: book, then tap again",
}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEK_DAYS = 7


def remedy(verdict: Verdict, case: Case, zone: ZoneInfo) -> str | None:
    """What to do about a refusal, with local times; None for a grant, and where its moment is not known."""
    said = REMEDY.get(verdict.reason)
    booking = next((held for held in case.bookings if held.id == verdict.booking), None)
    moments = {
        "until": verdict.until_ms,
        "start": None if booking is None else booking.start_ms,
        "end": None if booking is None else booking.end_ms,
    }
    words = {name: _words(ms, case.at_ms, zone) for name, ms in moments.items()}
    missing = said is None or any(word is None and f"{{{name}}}" in said for name, word in words.items())
    return None if said is None or missing else said.format(**words)


def _words(at_ms: int | None, now_ms: int, zone: ZoneInfo) -> str | None:
    """A moment as it is said now: ``14:00``, ``08:00 on Tuesday``, ``08:00 on 2027-03-08``. None where no calendar has
    it.
    """
    moment, today = None if at_ms is None else calendar(at_ms, zone), local(now_ms, zone)
    if moment is None:
        return None
    days = (moment.date() - today.date()).days
    day = "" if days == 0 else f" on {DAYS[moment.weekday()]}" if 0 < days < WEEK_DAYS else f" on {moment:%Y-%m-%d}"
    return f"{moment:%H:%M}{_which(moment)}{day}"


def _which(moment: datetime) -> str:
    """Which of two, on the night that the clocks go back over this time."""
    other = moment.replace(fold=1 - moment.fold)
    comes_twice = other.utcoffset() != moment.utcoffset()
    return "" if not comes_twice else " (the second time)" if moment.fold else " (the first time)"


def calendar(at_ms: int, zone: ZoneInfo) -> datetime | None:
    """The local time of a moment; None where no calendar has it."""
    try:
        return local(at_ms, zone)
    except OverflowError:
        return None
