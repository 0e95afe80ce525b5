"""The table of door cases in doors.txt, each judged; no reason of the judge is missing from it."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from access.case import Age, Conditions, Request
from access.clock import Now
from access.judge import judge
from access.reasons import GRANTS, Reason
from access.records import Badge, Booking, Closure, Opening, Person, Record
from access.replica import Replica
from access.site import Policy
from tests.support.core_site import ROME, card, replica_of, rome

TABLE = Path(__file__).with_name("doors.txt")
LINES = [re.split(r" {2,}", line.strip()) for line in TABLE.read_text().splitlines()]
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NOT_JUDGED = {Reason.OVERRIDE, Reason.LEAVING}
"""Staff's opening and an exit are no business of the judge."""


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    who: str
    door: str
    when: str
    holds: frozenset[str]
    verdict: str
    reason: Reason
    until: str

    def __str__(self) -> str:
        """What pytest calls it."""
        return f"{self.who} at {self.door} {self.when}: {self.reason}"


def _cases() -> list[Case]:
    begin = next(index for index, words in enumerate(LINES) if words[0] == "who") + 1
    rows = [words for words in LINES[begin:] if len(words) == 7]
    return [
        Case(who, door, when, frozenset(holds.split(", ")) - {"-"}, verdict, Reason(reason), until)
        for who, door, when, holds, verdict, reason, until in rows
    ]


def _moment(words: list[str], name: str) -> int | None:
    """The moment that a word like ``from 2026-06-01 10:00`` tells, or None."""
    return next((rome(word.split(" ", 1)[1]) for word in words if word.startswith(f"{name} ")), None)


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split()[1:]) - {"-"}


def _openings(text: str) -> list[Record]:
    found: list[Record] = []
    for part in text.split(", "):
        days, hours = part.rsplit(" ", 1)
        first, last = (days.split(" to ") * 2)[:2]
        begins, ends = (int(clock[:2]) * 60 + int(clock[3:]) for clock in hours.split("-"))
        days_open = range(DAYS.index(first), DAYS.index(last) + 1)
        found.extend(Opening(f"{day}-{begins}", day, begins, ends) for day in days_open)
    return found


def _records() -> list[Record]:
    found: list[Record] = []
    for kind, *words in LINES:
        since, until = _moment(words, "from") or 0, _moment(words, "until")
        match kind:
            case "OPEN":
                found += _openings(words[0])
            case "CLOSED":
                found.append(Closure(words[0], rome(words[0]), rome(words[1]), "closed"))
            case "PERSON":
                standing = next((_set(word) for word in words if word.startswith("standing ")), frozenset[str]())
                suspended = "suspended" in words
                found.append(Person(words[0], words[0], _set(words[1]), standing, since, until, suspended))
            case "BADGE":
                revoked = "revoked" in words
                found.append(Badge(words[0], words[1], (card(words[0]),), since, until, revoked))
            case "BOOKING":
                ident, who, zone, start, end = words
                found.append(Booking(ident, who, zone, "desk", rome(start), rome(end)))
    return found


CASES = _cases()
WORLD: Replica = replica_of(*_records())
ONWARD = {w[1]: (w[2], frozenset({w[2], *w[3].split()}) - {"-"}) for w in LINES if w[0] == "DOOR"}


def _request(case: Case) -> Request:
    zone, onward = ONWARD[case.door]
    age = Age.STALE if "stale" in case.holds else Age.UNPROVED if "unproved" in case.holds else Age.FRESH
    return Request(
        case.door,
        zone,
        onward,
        card(case.who),
        age,
        repeated="repeated" in case.holds,
        accepts_unproved="accepted" in case.holds,
        conditions=Conditions(lockdown="lockdown" in case.holds),
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_door_says_what_the_table_says(case: Case) -> None:
    verdict = judge(WORLD, Policy(), ROME, _request(case), Now(rome(case.when), 0, 0))
    assert verdict.reason is case.reason
    assert verdict.granted == (case.verdict == "grant")
    assert verdict.until_ms == (None if case.until == "-" else rome(case.until))


def test_no_reason_is_missing_from_the_table() -> None:
    assert {case.reason for case in CASES} == set(Reason) - NOT_JUDGED


def test_the_table_says_grant_for_every_reason_that_grants() -> None:
    assert all((case.verdict == "grant") == (case.reason in GRANTS) for case in CASES)


@pytest.mark.parametrize(
    "reason",
    ["booking", "too-early", "badge-not-yet", "badge-expired", "person-not-yet", "person-ended", "site-closed"],
)
def test_every_reason_with_a_moment_is_told_on_both_sides_of_it(reason: str) -> None:
    last_moments = [case for case in CASES if case.when.rstrip("'").endswith("59.999")]
    after = {(case.who, rome(case.when)): case for case in CASES}
    pairs = [(case, after.get((case.who, rome(case.when) + 1))) for case in last_moments]
    assert any(
        reason in {before.reason, then.reason} and before.reason != then.reason for before, then in pairs if then
    )


def test_a_world_of_no_records_refuses_as_unknown() -> None:
    verdict = judge(Replica(), Policy(), ROME, _request(CASES[0]), Now(0, 0, 0))
    assert verdict.reason is Reason.UNKNOWN_BADGE
