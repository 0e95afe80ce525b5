"""The facts of a verdict's case in plain words, a line each; what does not bear on it is not said."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from access.case import Age, Case, Pin, Window
from access.clock import DAY_MS, HOUR_MS, MINUTE_MS
from access.records import Badge, BookingKind, PassKind, Person
from access.remedies import DAYS, calendar
from access.site import Passback, WhenFull

AGES: dict[Age, str] = {
    Age.FRESH: "the tap's age was proved{age}",
    Age.STALE: "the tap was old, or its age could not be shown{age}",
    Age.UNPROVED: "the reader proves no age of a tap",
}
PINS: dict[Pin, str] = {
    Pin.MISSING: "the door asks for a PIN, and none was typed",
    Pin.WRONG: "the door asks for a PIN, and a wrong one was typed",
    Pin.RIGHT: "the door asks for a PIN, and the right one was typed",
}
PASSES: dict[PassKind, str] = {
    PassKind.GUEST: "a guest's pass",
    PassKind.DUTY: "a duty",
    PassKind.ROLE: "a role between dates",
}
PASSBACKS: dict[Passback, str] = {
    Passback.SOFT: "whoever is inside and enters again is let in, and staff are warned",
    Passback.HARD: "whoever is inside does not enter again before the day's end",
}


def facts_of(case: Case, age_ms: int | None, zone: ZoneInfo) -> Iterator[str]:
    """The lines of a case, with local times of ``zone``; ``age_ms`` is the tap's, None where it proves none."""
    yield AGES[case.age].format(age="" if age_ms is None else f": {age_ms} ms")
    yield from _who(case, zone)
    yield f"the door leads to {case.zone}, and on to: {_listed(case.onward - {case.zone})}"
    yield from _conditions(case, zone)
    yield from _asked(case)
    opens = "" if case.opens_ms is None else f" to {time_of(case.opens_ms, zone)}"
    yield f"the site was closed{opens}" if case.closed else "the site was open"
    yield from _reasons_to_be_here(case, zone)


def time_of(at_ms: int, zone: ZoneInfo) -> str:
    """A moment as it is explained: local date and time to the second."""
    moment = calendar(at_ms, zone)
    return "a time that no calendar has" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S}"


def _who(case: Case, zone: ZoneInfo) -> Iterator[str]:
    badge, person = case.badge, case.person
    if badge is None:
        yield "no badge was found for the card"
        return
    yield _badge(badge, zone)
    if person is None:
        yield "the person of this badge is not one of this site's"
        return
    span = _span(person.valid_from_ms, person.valid_until_ms, zone)
    yield f"person {person.id}: {'suspended' if person.suspended else span}"
    yield f"zones allowed with a reason: {_listed(person.zones)}; at any time: {_listed(person.standing)}"
    yield from _standing_of(person, case, zone)


def _badge(badge: Badge, zone: ZoneInfo) -> str:
    span = _span(badge.valid_from_ms, badge.valid_until_ms, zone)
    card = "emergency card" if badge.emergency else "badge"
    return f"{card} {badge.id} of person {badge.person}: {'revoked' if badge.revoked else span}"


def _standing_of(person: Person, case: Case, zone: ZoneInfo) -> Iterator[str]:
    if person.staff:
        yield "they are staff: no capacity and no opening hours bind them"
    if person.transfer:
        yield "they are another site's, here between dates"
    if person.audiences:
        yield f"opening hours that are theirs: {_listed(frozenset(one or 'everybody' for one in person.audiences))}"
    for member in person.groups:
        yield f"member of {member.group}: {_span(member.from_ms, member.until_ms, zone)}"
    if person.minor:
        yield from _minor(person, case, zone)
    if person.training_due_ms is not None:
        yield f"a mandatory training was due by {time_of(person.training_due_ms, zone)}"


def _minor(person: Person, case: Case, zone: ZoneInfo) -> Iterator[str]:
    if person.guardian_from_ms is None:
        yield "a minor, without a guardian's authorisation"
    else:
        span = _span(person.guardian_from_ms, person.guardian_until_ms, zone)
        where = f" for {_listed(person.guardian_zones)}" if person.guardian_zones else ""
        yield f"a minor, whose guardian's authorisation{where} is {span}"
    if case.minor_from_ms != case.at_ms:
        until = "" if case.minor_from_ms is None else f" before {time_of(case.minor_from_ms, zone)}"
        yield f"no minor is let in at that time of day{until}"
    yield "staff were on the site" if case.conditions.staff_present else "no staff were on the site"


def _conditions(case: Case, zone: ZoneInfo) -> Iterator[str]:
    held = case.conditions
    if held.lockdown:
        yield "the site was locked down"
    if held.fire:
        yield "the fire input had released the doors"
    if held.evacuation:
        yield "the site was being evacuated"
    if held.free_passage:
        yield "the door stood released for everybody"
    if held.pin_blocked_until_ms is not None:
        yield f"the badge was blocked for wrong PINs, to {time_of(held.pin_blocked_until_ms, zone)}"
    if held.replica_age_ms >= HOUR_MS:
        yield f"the registry had confirmed the people and bookings {_long(held.replica_age_ms)} before"
    if held.denied:
        yield f"barred, though the replica did not say so yet: {', '.join(sorted(held.denied))}"
    if held.clock_unsure_ms:
        yield f"the clock may have been wrong by {_long(held.clock_unsure_ms)}"


def _asked(case: Case) -> Iterator[str]:
    """What the door and the zone behind it ask, and how it stood with that."""
    terms, held = case.terms, case.conditions
    if case.pin in PINS:
        yield PINS[case.pin]
    if terms.first_in:
        came = "they had" if held.staff_came else "none had"
        yield f"the door waits for staff to come first, since the day began: {came}"
    if terms.capacity is not None:
        then = "refuses more" if terms.when_full is WhenFull.REFUSE else "warns staff"
        yield f"the zone held {held.headcount} of {terms.capacity} people, and {then} when full"
    if terms.passback in PASSBACKS:
        inside = "they were believed to be inside" if held.inside else "they were not inside"
        yield f"{PASSBACKS[terms.passback]}: {inside}"


def _reasons_to_be_here(case: Case, zone: ZoneInfo) -> Iterator[str]:
    for b in case.bookings:
        whose = f" of {b.group}" if b.group else ""
        what = "session" if b.kind is BookingKind.SESSION else "booking"
        where = f"{b.resource} in {b.zone}" if b.resource else f"in {b.zone}"
        span = f"{time_of(b.start_ms, zone)} to {time_of(b.end_ms, zone)}"
        seat = ", a seat from the waiting list" if b.waiting else ""
        gone = ", released because nobody came" if b.id in case.conditions.released else ""
        yield f"{what} {b.id}{whose}: {where}, {span}{seat}{gone}"
    if not case.bookings:
        yield "no booking bore on it"
    for window in case.passes:
        yield _pass(window, zone)
    yield f"a booking lets in from {case.grace_before_ms // MINUTE_MS} minutes before its start"


def _pass(window: Window, zone: ZoneInfo) -> str:
    held = window.held
    span = f"{time_of(held.start_ms, zone)} to {time_of(held.end_ms, zone)}"
    whole = held.to_minute - held.from_minute == DAY_MS // MINUTE_MS
    hours = "" if whole else f", {_minute(held.from_minute)} to {_minute(held.to_minute)}"
    days = f", {', '.join(DAYS[day] for day in sorted(held.weekdays))}" if held.weekdays else ""
    return f"{PASSES[held.kind]} {held.id}: {_listed(held.zones)}, {span}{days}{hours}"


def _minute(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _long(span_ms: int) -> str:
    """A span in the words that it is thought of in, rounded down."""
    for unit_ms, unit in ((DAY_MS, "day"), (HOUR_MS, "hour"), (MINUTE_MS, "minute"), (1_000, "second")):
        if count := span_ms // unit_ms:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{span_ms} ms"


def _span(from_ms: int, until_ms: int | None, zone: ZoneInfo) -> str:
    since = f"in force from {time_of(from_ms, zone)}" if from_ms else "in force"
    return since if until_ms is None else f"{since} to {time_of(until_ms, zone)}"


def _listed(zones: frozenset[str]) -> str:
    return ", ".join(sorted(zones)) or "none"
