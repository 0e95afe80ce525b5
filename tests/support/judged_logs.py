"""A log of verdicts, judged by the real core from a replica: every reason of this part that a tap can meet."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from access.case import Age, Conditions, Request, gather
from access.clock import DAY_MS, HOUR_MS, Now
from access.case_codec import case_to_stored
from access.facts import Counted, Fact, Judged
from access.judge import Verdict, decide
from access.reasons import Reason
from access.records import Badge, Booking, Closure, Person, Record
from access.replica import Put, Replica, apply
from access.site import Policy
from tests.support.logs import filled

NOON = Now(1_795_431_600_000, 1_000, 1_000)  # Monday 23 November 2026, 12:00 at Rome.
ROME = ZoneInfo("Europe/Rome")
AT = NOON.wall_ms


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
]
REPLICA = apply(Replica(), "g", 7, map(Put, RECORDS))
CLOSED = apply(REPLICA, "g", 8, [Put(Closure("c1", AT - HOUR_MS, AT + HOUR_MS, "festa"))])
ASKED: dict[Reason, tuple[int, Replica, Age, Conditions]] = {
    Reason.BOOKING: (1, REPLICA, Age.FRESH, Conditions()),
    Reason.TOO_EARLY: (2, REPLICA, Age.FRESH, Conditions()),
    Reason.BOOKING_ENDED: (3, REPLICA, Age.FRESH, Conditions()),
    Reason.NO_BOOKING: (4, REPLICA, Age.FRESH, Conditions()),
    Reason.STANDING: (5, REPLICA, Age.FRESH, Conditions()),
    Reason.BADGE_REVOKED: (6, REPLICA, Age.FRESH, Conditions()),
    Reason.BADGE_NOT_YET: (7, REPLICA, Age.FRESH, Conditions()),
    Reason.BADGE_EXPIRED: (8, REPLICA, Age.FRESH, Conditions()),
    Reason.PERSON_SUSPENDED: (9, REPLICA, Age.FRESH, Conditions()),
    Reason.PERSON_NOT_YET: (10, REPLICA, Age.FRESH, Conditions()),
    Reason.PERSON_ENDED: (11, REPLICA, Age.FRESH, Conditions()),
    Reason.ZONE_NOT_ALLOWED: (12, REPLICA, Age.FRESH, Conditions()),
    Reason.UNKNOWN_BADGE: (99, REPLICA, Age.FRESH, Conditions()),
    Reason.STALE: (1, REPLICA, Age.STALE, Conditions()),
    Reason.AGE_UNPROVED: (1, REPLICA, Age.UNPROVED, Conditions()),
    Reason.LOCKDOWN: (1, REPLICA, Age.FRESH, Conditions(lockdown=True)),
    Reason.SITE_CLOSED: (1, CLOSED, Age.FRESH, Conditions()),
}
"""Which card asks, of which replica, with what age, under which conditions, to be answered with the reason."""


def verdict(reason: Reason) -> Judged:
    """A verdict of this reason, with its case."""
    number, replica, age, conditions = ASKED[reason]
    request = Request("front", "hall", frozenset({"hall", "lab"}), card(number), age, conditions=conditions)
    case = gather(replica, Policy(), ROME, request, NOON)
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
        2_400 if age is Age.FRESH else None,
        case=case_to_stored(case),
    )


OVERRIDE = Judged("front", "", "in", True, "override", "staff-override", author="Paola", note="ospite atteso")
LEAVING = Judged("front", "reader-2", "out", True, "leaving", "leaving", "p1", "b1")


def judged_log(path: Path) -> list[Fact]:
    """Write a log with every reason, an override, somebody leaving and a fact that is no verdict; its facts."""
    facts: list[Fact] = [*map(verdict, ASKED), OVERRIDE, LEAVING, Counted("counter-1", "hall", 2, 1)]
    filled(path, facts)
    return facts
