"""A log of verdicts, judged by the real core from a replica: every reason that a tap can meet."""

from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from access.case import Age, Conditions, Request, Terms
from access.case_codec import case_to_stored
from access.clock import DAY_MS, HOUR_MS, Now
from access.facts import Counted, Fact, Judged
from access.gathering import gather
from access.judge import Verdict, decide
from access.reasons import Reason
from access.records import Badge, Booking, BookingKind, Closure, Membership, Pass, PassKind, Person, Record
from access.replica import Put, Replica, apply
from access.site import Passback, Policy, WhenFull
from tests.support.logs import filled

NOON = Now(1_795_431_600_000, 1_000, 1_000)  # Monday 23 November 2026, 12:00 at Rome.
ROME = ZoneInfo("Europe/Rome")
AT = NOON.wall_ms
HALL = frozenset({"hall"})
PIN = b"p" * 32
QUIET, PLAIN, USUAL = Conditions(), Terms(), Policy()


def card(number: int) -> bytes:
    """The keyed hash of a card."""
    return bytes([number]) * 32


def _person(number: int, **members: object) -> list[Record]:
    person = Person(f"p{number}", f"Persona {number}", frozenset({"hall", "lab"}))
    badge = Badge(f"b{number}", person.id, (card(number),))
    in_badge = {name: value for name, value in members.items() if name.startswith("badge_")}
    in_person = {name: value for name, value in members.items() if name not in in_badge}
    changes = {name.removeprefix("badge_"): value for name, value in in_badge.items()}
    return [replace(person, **in_person), replace(badge, **changes)]  # type: ignore[arg-type]


def _booking(number: int, from_ms: int, to_ms: int) -> Booking:
    return Booking(f"k{number}", f"p{number}", "hall", "desk-1", AT + from_ms, AT + to_ms)


GROUPED = (Membership("team-1"),)
MINOR = {"minor": True, "guardian_from_ms": AT - DAY_MS}
RECORDS: list[Record] = [
    *_person(1),
    _booking(1, -HOUR_MS, HOUR_MS),
    *_person(2),
    _booking(2, 2 * HOUR_MS, 3 * HOUR_MS),
    *_person(3),
    _booking(3, -3 * HOUR_MS, -HOUR_MS),
    *_person(4),
    *_person(5, standing=frozenset({"hall"})),
    *_person(6, badge_revoked=True),
    *_person(7, badge_valid_from_ms=AT + DAY_MS),
    *_person(8, badge_valid_until_ms=AT - DAY_MS),
    *_person(9, suspended=True),
    *_person(10, valid_from_ms=AT + DAY_MS),
    *_person(11, valid_until_ms=AT - DAY_MS),
    *_person(12, zones=frozenset({"attic"})),
    *_person(13, groups=GROUPED),
    replace(_booking(13, -HOUR_MS, HOUR_MS), person="", group="team-1"),
    *_person(14),
    replace(_booking(14, -HOUR_MS, HOUR_MS), kind=BookingKind.SESSION),
    *_person(15),
    Pass("pass-15", "p15", HALL, AT - HOUR_MS, AT + HOUR_MS),
    *_person(16),
    Pass("pass-16", "p16", HALL, AT - DAY_MS, AT + DAY_MS, from_minute=13 * 60, to_minute=14 * 60),
    *_person(17),
    Pass("pass-17", "p17", HALL, AT + HOUR_MS, AT + DAY_MS),
    *_person(18),
    Pass("pass-18", "p18", HALL, AT - DAY_MS, AT - HOUR_MS),
    *_person(19),
    Pass("pass-19", "p19", HALL, AT - HOUR_MS, AT + HOUR_MS, PassKind.DUTY),
    *_person(20, badge_emergency=True),
    *_person(21, minor=True),
    *_person(22, **MINOR),
    _booking(22, -HOUR_MS, HOUR_MS),
    *_person(23, training_due_ms=AT - DAY_MS),
    _booking(23, -HOUR_MS, HOUR_MS),
    *_person(24, badge_pins=(PIN,)),
    _booking(24, -HOUR_MS, HOUR_MS),
]
REPLICA = apply(Replica(), "g", 7, map(Put, RECORDS))
CLOSED = apply(REPLICA, "g", 8, [Put(Closure("c1", AT - HOUR_MS, AT + HOUR_MS, "festa"))])


@dataclass(frozen=True, slots=True)
class Asking:
    """Which card asks, of which replica and policy, and all else that is not as usual."""

    card: int
    replica: Replica = REPLICA
    age: Age = Age.FRESH
    conditions: Conditions = QUIET
    terms: Terms = PLAIN
    pin: bytes = b""
    policy: Policy = USUAL


WITH_PIN = Terms(asks_pin=True)
ASKED: dict[Reason, Asking] = {
    Reason.BOOKING: Asking(1),
    Reason.TOO_EARLY: Asking(2),
    Reason.BOOKING_ENDED: Asking(3),
    Reason.NO_BOOKING: Asking(4),
    Reason.STANDING: Asking(5),
    Reason.BADGE_REVOKED: Asking(6),
    Reason.DENIED: Asking(1, conditions=Conditions(denied=frozenset({"badge/b1"}))),
    Reason.BADGE_NOT_YET: Asking(7),
    Reason.BADGE_EXPIRED: Asking(8),
    Reason.PERSON_SUSPENDED: Asking(9),
    Reason.PERSON_NOT_YET: Asking(10),
    Reason.PERSON_ENDED: Asking(11),
    Reason.ZONE_NOT_ALLOWED: Asking(12),
    Reason.UNKNOWN_BADGE: Asking(99),
    Reason.STALE: Asking(1, age=Age.STALE),
    Reason.AGE_UNPROVED: Asking(1, age=Age.UNPROVED),
    Reason.LOCKDOWN: Asking(1, conditions=Conditions(lockdown=True)),
    Reason.SITE_CLOSED: Asking(1, CLOSED),
    Reason.DUTY: Asking(19),
    Reason.TEAM_BOOKING: Asking(13),
    Reason.SESSION: Asking(14),
    Reason.PASS: Asking(15),
    Reason.EMERGENCY_CARD: Asking(20),
    Reason.FREE_PASSAGE: Asking(4, conditions=Conditions(free_passage=True)),
    Reason.PIN_BLOCKED: Asking(24, conditions=Conditions(pin_blocked_until_ms=AT + HOUR_MS), terms=WITH_PIN),
    Reason.PIN_MISSING: Asking(24, terms=WITH_PIN),
    Reason.PIN_WRONG: Asking(24, terms=WITH_PIN, pin=bytes(32)),
    Reason.MINOR_NOT_AUTHORISED: Asking(21),
    Reason.MINOR_CURFEW: Asking(22, policy=Policy(minor_from_minute=13 * 60)),
    Reason.MINOR_NO_STAFF: Asking(22, conditions=Conditions(staff_present=False)),
    Reason.CLOCK_UNSURE: Asking(1, conditions=Conditions(clock_unsure_ms=HOUR_MS)),
    Reason.SITE_OFFLINE: Asking(1, conditions=Conditions(replica_age_ms=8 * DAY_MS)),
    Reason.TRAINING_OVERDUE: Asking(23),
    Reason.BOOKING_RELEASED: Asking(1, conditions=Conditions(released=frozenset({"k1"}))),
    Reason.PASS_HOURS: Asking(16),
    Reason.PASS_NOT_YET: Asking(17),
    Reason.PASS_ENDED: Asking(18),
    Reason.NO_STAFF_YET: Asking(1, conditions=Conditions(staff_came=False), terms=Terms(first_in=True)),
    Reason.ZONE_FULL: Asking(1, conditions=Conditions(headcount=4), terms=Terms(capacity=4, when_full=WhenFull.REFUSE)),
    Reason.ALREADY_INSIDE: Asking(1, conditions=Conditions(inside=True), terms=Terms(passback=Passback.HARD)),
}
"""What is asked to be answered with the reason."""


def verdict(reason: Reason) -> Judged:
    """A verdict of this reason, with its case."""
    return judged(ASKED[reason])


def judged(asking: Asking) -> Judged:
    """The verdict on what is asked, with its case, as a log has it."""
    asked = Request("front", "hall", HALL | {"lab"}, card(asking.card), asking.age)
    request = replace(asked, conditions=asking.conditions, terms=asking.terms, pin=asking.pin)
    case = gather(asking.replica, asking.policy, ROME, request, NOON)
    said: Verdict = decide(case)
    return Judged(
        "front",
        "reader-1",
        "in",
        said.granted,
        said.reason,
        said.rule,
        "" if case.person is None else case.person.id,
        "" if case.badge is None else case.badge.id,
        said.booking or "",
        said.until_ms,
        2_400 if asking.age is Age.FRESH else None,
        warned=said.warned,
        case=case_to_stored(case),
    )


OVERRIDE = Judged("front", "", "in", True, "override", "staff-override", author="Paola", note="ospite atteso")
LEAVING = Judged("front", "reader-2", "out", True, "leaving", "leaving", "p1", "b1")


def judged_log(path: Path) -> list[Fact]:
    """Write a log with every reason, an override, somebody leaving and a fact that is no verdict; its facts."""
    facts: list[Fact] = [*map(verdict, ASKED), OVERRIDE, LEAVING, Counted("counter-1", "hall", 2, 1)]
    filled(path, facts)
    return facts
