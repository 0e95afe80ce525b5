"""Why a door said what it said, in plain words, from the facts that its verdict was judged on (guarantee S4)."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from access.case import Age, Case
from access.clock import MINUTE_MS
from access.case_codec import case_from_stored
from access.facts import Judged
from access.judge import Verdict
from access.reasons import Reason
from gateway.logbook import NotReplayed, again
from gateway.remedies import calendar

WHY: dict[Reason, str] = {
    Reason.STANDING: "by their role this person may be here at any time",
    Reason.BOOKING: "their own booking {booking} holds, to {until}",
    Reason.OVERRIDE: "{author} opened by hand: {note}",
    Reason.LEAVING: "whoever leaves is never refused",
    Reason.REPEATED: "this showing of the card had been decided already",
    Reason.STALE: "the tap was old, or its age could not be shown",
    Reason.AGE_UNPROVED: "this reader proves no age of a tap, and the door asks for proof",
    Reason.UNKNOWN_BADGE: "no badge that this site knows has this card",
    Reason.BADGE_REVOKED: "the badge {badge} was revoked",
    Reason.BADGE_NOT_YET: "the badge {badge} is in force only from {until}",
    Reason.BADGE_EXPIRED: "the badge {badge} had expired",
    Reason.PERSON_SUSPENDED: "the person is suspended",
    Reason.PERSON_NOT_YET: "the person is in force only from {until}",
    Reason.PERSON_ENDED: "the person's time here had ended",
    Reason.LOCKDOWN: "the site was locked down, and then only staff open, by hand",
    Reason.ZONE_NOT_ALLOWED: "neither the zone behind this door nor one beyond it is allowed to this person",
    Reason.SITE_CLOSED: "the site was closed, to {until}",
    Reason.TOO_EARLY: "their booking {booking} lets them in only from {until}",
    Reason.BOOKING_ENDED: "their booking {booking} had ended",
    Reason.NO_BOOKING: "they had no booking behind this door",
}
AGES: dict[Age, str] = {
    Age.FRESH: "the tap's age was proved{age}",
    Age.STALE: "the tap was old, or its age could not be shown{age}",
    Age.UNPROVED: "the reader proves no age of a tap",
}


def explained(event: str, at_ms: int, fact: Judged, zone: ZoneInfo) -> list[str]:
    """A verdict as lines to read, with local times of ``zone``: what was said and why, the facts, and what is said
    today on the same facts.
    """
    asked = f"at reader {fact.reader}" if fact.reader else "by hand"
    said = "granted" if fact.granted else "refused"
    way = "out" if fact.direction == "out" else "in"
    lines = [
        f"Event {event}, {_time(at_ms, zone)}: door {fact.door}, the way {way}, asked {asked}: {said}.",
        f"Why: {why(fact, zone)} (reason {fact.reason}, rule {fact.rule}).",
    ]
    if fact.case:
        return [*lines, *(f"- {line}" for line in _facts(fact, zone)), f"Judged again on these facts: {_today(fact)}."]
    return [*lines, "No case was judged here: nobody who leaves, or is let in by staff, is asked for a right."]


def why(fact: Judged, zone: ZoneInfo) -> str:
    """The reason of a verdict in a sentence's words."""
    sentence = WHY.get(Reason(fact.reason), "") if fact.reason in list(Reason) else ""
    until = "a time not known" if fact.until_ms is None else _time(fact.until_ms, zone)
    known = {"booking": fact.booking, "badge": fact.badge, "author": fact.author, "note": fact.note, "until": until}
    return sentence.format(**known) or "the reason is of a version that is not known here"


def _time(at_ms: int, zone: ZoneInfo) -> str:
    moment = calendar(at_ms, zone)
    return "a time that no calendar has" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"


def _facts(fact: Judged, zone: ZoneInfo) -> Iterator[str]:
    try:
        case = case_from_stored(fact.case)
    except (KeyError, TypeError, ValueError):
        yield "the facts are stored as a version that is not known here stores them"
        return
    age = "" if fact.age_ms is None else f": {fact.age_ms} ms"
    yield AGES[case.age].format(age=age)
    yield from _who(case, zone)
    yield from _when(case, zone)


def _who(case: Case, zone: ZoneInfo) -> Iterator[str]:
    badge, person = case.badge, case.person
    if badge is None:
        yield "no badge was found for the card"
        return
    span = _span(badge.valid_from_ms, badge.valid_until_ms, zone)
    yield f"badge {badge.id} of person {badge.person}: {'revoked' if badge.revoked else span}"
    if person is None:
        yield "the person of this badge is not one of this site's"
        return
    span = _span(person.valid_from_ms, person.valid_until_ms, zone)
    yield f"person {person.id}: {'suspended' if person.suspended else span}"
    yield f"zones allowed with a reason: {_listed(person.zones)}; at any time: {_listed(person.standing)}"


def _when(case: Case, zone: ZoneInfo) -> Iterator[str]:
    yield f"the door leads to {case.zone}, and on to: {_listed(case.onward - {case.zone})}"
    if case.conditions.lockdown:
        yield "the site was locked down"
    opens = "" if case.opens_ms is None else f" to {_time(case.opens_ms, zone)}"
    yield f"the site was closed{opens}" if case.closed else "the site was open"
    for b in case.bookings:
        span = f"{_time(b.start_ms, zone)} to {_time(b.end_ms, zone)}"
        yield f"booking {b.id}: {b.resource} in {b.zone}, {span}"
    if not case.bookings:
        yield "no booking bore on it"
    yield f"a booking lets in from {case.grace_before_ms // MINUTE_MS} minutes before its start"


def _span(from_ms: int, until_ms: int | None, zone: ZoneInfo) -> str:
    since = f"in force from {_time(from_ms, zone)}" if from_ms else "in force"
    return since if until_ms is None else f"{since} to {_time(until_ms, zone)}"


def _listed(zones: frozenset[str]) -> str:
    return ", ".join(sorted(zones)) or "none"


def _today(fact: Judged) -> str:
    try:
        verdict = again(fact)
    except NotReplayed as error:
        return str(error)
    was = Verdict(Reason(fact.reason), fact.rule, fact.until_ms, fact.booking or None)
    if verdict == was:
        return "the same"
    return f"now {'granted' if verdict.granted else 'refused'}, reason {verdict.reason}, rule {verdict.rule}"
