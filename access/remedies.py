"""What somebody who was refused can do about it: one plain sentence where there is one (domain: remedies)."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from access.case import Case
from access.clock import MINUTE_MS
from access.hours import local
from access.judge import Verdict
from access.reasons import Reason

REMEDY: Mapping[Reason, str] = {
    Reason.REPEATED: "take the card away and show it again",
    Reason.STALE: "show the card again",
    Reason.AGE_UNPROVED: "this reader cannot open this door: ask staff",
    Reason.UNKNOWN_BADGE: "this card is not enrolled here: ask staff",
    Reason.BADGE_REVOKED: "this badge was revoked: ask staff for another",
    Reason.DENIED: "this badge was barred just now: ask staff what holds",
    Reason.BADGE_NOT_YET: "your badge is valid from {until}",
    Reason.BADGE_EXPIRED: "your badge has expired: ask staff to renew it",
    Reason.PERSON_SUSPENDED: "you are suspended: ask staff why",
    Reason.PERSON_NOT_YET: "your time here begins at {until}",
    Reason.PERSON_ENDED: "your time here has ended: ask staff",
    Reason.LOCKDOWN: "entries are locked down: wait for staff",
    Reason.PIN_BLOCKED: "too many wrong PINs: try again at {until}, or ask staff",
    Reason.PIN_MISSING: "this door asks for your PIN: type it, then show the badge again",
    Reason.PIN_WRONG: "the PIN is wrong: try again, or ask staff for a new one",
    Reason.ZONE_NOT_ALLOWED: "this area is not among yours: ask staff",
    Reason.SITE_CLOSED: "the site opens at {until}",
    Reason.MINOR_NOT_AUTHORISED: "your guardian's authorisation begins at {until}",
    Reason.MINOR_CURFEW: "it is too late or too early for you: you may come in from {until}",
    Reason.CLOCK_UNSURE: "the site's clock may be wrong: ask staff to set it",
    Reason.SITE_OFFLINE: "the site has been cut off for too long: ask staff to let you in",
    Reason.TRAINING_OVERDUE: "a mandatory training is overdue: do it, its sessions let you in",
    Reason.BOOKING_RELEASED: "nobody came for your booking, so it was released: book again",
    Reason.PASS_HOURS: "your pass lets you in from {until}",
    Reason.TOO_EARLY: "your booking starts at {start}; it lets you in from {until}",
    Reason.PASS_NOT_YET: "your pass begins at {until}",
    Reason.BOOKING_ENDED: "your booking ended at {end}: book again, then tap again",
    Reason.PASS_ENDED: "your pass has ended: ask staff for another",
    Reason.NO_BOOKING: "you have no booking here: book, then tap again",
    Reason.MINOR_NO_STAFF: "wait until staff are here, then tap again",
    Reason.NO_STAFF_YET: "wait until the day's first staff have come, then tap again",
    Reason.ZONE_FULL: "this area is full: try again shortly",
    Reason.ALREADY_INSIDE: "you count as inside already: ask staff",
}
UNDATED: Mapping[Reason, str] = {
    Reason.SITE_CLOSED: "the site is closed, and when it opens is not known: ask staff",
    Reason.MINOR_NOT_AUTHORISED: "your guardian's authorisation is missing: ask staff",
}
"""What is said where there is no moment to name."""
GUARDIAN_ENDED = "your guardian's authorisation has ended: ask staff"
GUARDIAN_ELSEWHERE = "your guardian's authorisation does not cover this area: ask staff"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WEEK_DAYS = 7


def remedy(verdict: Verdict, case: Case, zone: ZoneInfo) -> str | None:
    """What to do about a refusal, with local times; None for a grant, and where its moment is not known."""
    said = REMEDY.get(verdict.reason)
    if said is None:
        return None
    booking = next((held for held in case.bookings if held.id == verdict.booking), None)
    moments = {
        "until": None if verdict.until_ms is None else -(-verdict.until_ms // MINUTE_MS) * MINUTE_MS,
        "start": None if booking is None else booking.start_ms,
        "end": None if booking is None else booking.end_ms,
    }
    words = {name: _words(ms, case.at_ms, zone) for name, ms in moments.items()}
    if any(word is None and f"{{{name}}}" in said for name, word in words.items()):
        return _undated(verdict, case)
    return said.format(**words)


def _undated(verdict: Verdict, case: Case) -> str | None:
    person = case.person
    if verdict.until_ms is not None:
        return None
    if verdict.reason is not Reason.MINOR_NOT_AUTHORISED or person is None or person.guardian_from_ms is None:
        return UNDATED.get(verdict.reason)
    ended = person.guardian_until_ms is not None and case.at_ms >= person.guardian_until_ms
    return GUARDIAN_ENDED if ended else GUARDIAN_ELSEWHERE


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


def iso(at_ms: int, zone: ZoneInfo) -> str | None:
    """A moment as answers to programs write it: local, with its offset; None where no calendar has it."""
    here = calendar(at_ms, zone)
    return None if here is None else here.isoformat(timespec="milliseconds" if at_ms % 1_000 else "seconds")
