"""Why a door said what it said, in plain words, from the facts that its verdict was judged on (guarantee S4)."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from access.case_codec import case_from_stored
from access.facts import Judged
from access.judge import Verdict
from access.reasons import Reason, Warned
from gateway.log.explaining_case import facts_of, time_of
from gateway.log.logbook import NotReplayed, again

WHY: dict[Reason, str] = {
    Reason.STANDING: "by their role this person may be here at any time",
    Reason.DUTY: "they are on duty here, to {until}",
    Reason.BOOKING: "their own booking {booking} holds, to {until}",
    Reason.TEAM_BOOKING: "their team's or cohort's booking {booking} holds, to {until}",
    Reason.SESSION: "the session {booking} is theirs and holds, to {until}",
    Reason.PASS: "their pass holds, to {until}",
    Reason.EMERGENCY_CARD: "it is one of the site's sealed emergency cards",
    Reason.FREE_PASSAGE: "the door stood released for everybody in these hours",
    Reason.OVERRIDE: "{author} opened by hand: {note}",
    Reason.LEAVING: "whoever leaves is never refused",
    Reason.REPEATED: "this showing of the card had been decided already",
    Reason.STALE: "the tap was old, or its age could not be shown",
    Reason.AGE_UNPROVED: "this reader proves no age of a tap, and the door asks for proof",
    Reason.UNKNOWN_BADGE: "no badge that this site knows has this card",
    Reason.BADGE_REVOKED: "the badge {badge} was revoked",
    Reason.DENIED: "the badge {badge} or its person was barred, ahead of the change that says so",
    Reason.BADGE_NOT_YET: "the badge {badge} is in force only from {until}",
    Reason.BADGE_EXPIRED: "the badge {badge} had expired",
    Reason.PERSON_SUSPENDED: "the person is suspended",
    Reason.PERSON_NOT_YET: "the person is in force only from {until}",
    Reason.PERSON_ENDED: "the person's time here had ended",
    Reason.LOCKDOWN: "the site was locked down, and then only staff open, by hand",
    Reason.PIN_BLOCKED: "after too many wrong PINs the badge {badge} is blocked, to {until}",
    Reason.PIN_MISSING: "the door asks for a PIN, and none was typed",
    Reason.PIN_WRONG: "the door asks for a PIN, and what was typed is not that of the badge {badge}",
    Reason.ZONE_NOT_ALLOWED: "neither the zone behind this door nor one beyond it is allowed to this person",
    Reason.SITE_CLOSED: "the site was closed, to {until}",
    Reason.MINOR_NOT_AUTHORISED: "no guardian's authorisation was in force for a minor here",
    Reason.MINOR_CURFEW: "at that time of day no minor is let in, to {until}",
    Reason.CLOCK_UNSURE: "nobody knew the time well enough to judge by hours",
    Reason.SITE_OFFLINE: "the site had been cut off from the registry for too long to know that this right still held",
    Reason.TRAINING_OVERDUE: "a mandatory training module was overdue, which bars a desk, and bars no session",
    Reason.BOOKING_RELEASED: "nobody had come for their booking {booking} in time, so that it was released",
    Reason.PASS_HOURS: "their pass does not hold at that hour, but from {until}",
    Reason.TOO_EARLY: "their booking {booking} lets them in only from {until}",
    Reason.PASS_NOT_YET: "their pass holds only from {until}",
    Reason.BOOKING_ENDED: "their booking {booking} had ended",
    Reason.PASS_ENDED: "their pass had ended",
    Reason.NO_BOOKING: "they had no booking behind this door",
    Reason.MINOR_NO_STAFF: "no staff were on the site, and without them no minor is let in",
    Reason.NO_STAFF_YET: "no staff had come since the day began, and this door waits for them",
    Reason.ZONE_FULL: "the zone held as many people as it may",
    Reason.ALREADY_INSIDE: "they were believed to be inside already",
}
TOLD: dict[Warned, str] = {
    Warned.DANGER: "somebody came in while everybody should be out",
    Warned.ZONE_FULL: "the zone held as many people as it may",
    Warned.ALREADY_INSIDE: "they were believed to be inside already",
    Warned.EMERGENCY_CARD: "an emergency card was used",
}


def explained(event: str, at_ms: int, fact: Judged, zone: ZoneInfo) -> list[str]:
    """A verdict as lines to read, with local times of ``zone``: what was said and why, the facts, and what is said
    today on the same facts.
    """
    asked = f"at reader {fact.reader}" if fact.reader else "by hand"
    said = "granted" if fact.granted else "refused"
    way = "out" if fact.direction == "out" else "in"
    lines = [
        f"Event {event}, {time_of(at_ms, zone)}: door {fact.door}, the way {way}, asked {asked}: {said}.",
        f"Why: {why(fact, zone)} (reason {fact.reason}, rule {fact.rule}).",
        *(f"Staff were warned: {told(warned)}." for warned in fact.warned),
    ]
    if fact.case:
        return [*lines, *(f"- {line}" for line in _facts(fact, zone)), f"Judged again on these facts: {_today(fact)}."]
    return [*lines, "No case was judged here: nobody who leaves, or is let in by staff, is asked for a right."]


def why(fact: Judged, zone: ZoneInfo) -> str:
    """The reason of a verdict in a sentence's words."""
    sentence = WHY.get(Reason(fact.reason), "") if fact.reason in list(Reason) else ""
    until = "a time not known" if fact.until_ms is None else time_of(fact.until_ms, zone)
    known = {"booking": fact.booking, "badge": fact.badge, "author": fact.author, "note": fact.note, "until": until}
    return sentence.format(**known) or "the reason is of a version that is not known here"


def told(warned: str) -> str:
    """What staff were told beside a grant, in a sentence's words."""
    return TOLD[Warned(warned)] if warned in list(Warned) else "of something that is not known here"


def _facts(fact: Judged, zone: ZoneInfo) -> Iterator[str]:
    try:
        case = case_from_stored(fact.case)
    except (KeyError, TypeError, ValueError):
        yield "the facts are stored as a version that is not known here stores them"
        return
    yield from facts_of(case, fact.age_ms, zone)


def _today(fact: Judged) -> str:
    try:
        verdict = again(fact)
    except NotReplayed as error:
        return str(error)
    warned = tuple(Warned(one) for one in fact.warned if one in list(Warned))
    was = Verdict(Reason(fact.reason), fact.rule, fact.until_ms, fact.booking or None, warned)
    if verdict == was:
        return "the same"
    return f"now {'granted' if verdict.granted else 'refused'}, reason {verdict.reason}, rule {verdict.rule}"
