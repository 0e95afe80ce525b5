"""Every reason stands in the tables at both sides of each of its boundaries: a row just before, and one just at it.

A boundary in time lies between two rows of one badge at one door, a millisecond apart, under the same conditions. A
boundary of a condition lies between two rows of the same moment, whose conditions differ by the least step alone.
"""

from collections.abc import Iterable, Iterator
from itertools import permutations

import pytest

from access.reasons import Reason, Warned
from tests.access.test_doors import NOT_JUDGED
from tests.support.door_table import ROWS, TABLES, Row

BEGINS, ENDS = "begins", "ends"
R = Reason
BOUNDARIES: dict[Reason, tuple[str, ...]] = {
    R.STANDING: (BEGINS, ENDS, "offline 30 days", "clock unsure 10 min"),
    R.DUTY: (BEGINS, ENDS, "offline 30 days", "clock unsure 10 min"),
    R.BOOKING: (BEGINS, ENDS, "offline 24 h", "offline 7 days", "clock unsure 10 min", "people", "released"),
    R.TEAM_BOOKING: (BEGINS, ENDS, "offline 7 days", "clock unsure 10 min", "released"),
    R.SESSION: (BEGINS, ENDS, "offline 7 days", "clock unsure 10 min"),
    R.PASS: (BEGINS, ENDS, "offline 24 h", "clock unsure 10 min"),
    R.EMERGENCY_CARD: ("PIN", "lockdown"),
    R.FREE_PASSAGE: ("free passage", "lockdown"),
    R.REPEATED: ("repeated",),
    R.STALE: ("stale",),
    R.AGE_UNPROVED: ("unproved",),
    R.BADGE_NOT_YET: (ENDS,),
    R.BADGE_EXPIRED: (BEGINS,),
    R.PERSON_NOT_YET: (ENDS,),
    R.PERSON_ENDED: (BEGINS,),
    R.LOCKDOWN: ("lockdown", "fire", "evacuation"),
    R.PIN_BLOCKED: (ENDS,),
    R.PIN_MISSING: ("PIN",),
    R.PIN_WRONG: ("PIN",),
    R.SITE_CLOSED: (BEGINS, ENDS),
    R.MINOR_NOT_AUTHORISED: (BEGINS, ENDS),
    R.DENIED: ("denied",),
    R.MINOR_CURFEW: (BEGINS, ENDS),
    R.CLOCK_UNSURE: ("clock unsure 10 min",),
    R.SITE_OFFLINE: ("offline 24 h", "offline 7 days", "offline 30 days"),
    R.TRAINING_OVERDUE: (BEGINS, ENDS),
    R.BOOKING_RELEASED: ("released", ENDS),
    R.PASS_HOURS: (BEGINS, ENDS),
    R.TOO_EARLY: (BEGINS, ENDS),
    R.PASS_NOT_YET: (ENDS,),
    R.BOOKING_ENDED: (BEGINS,),
    R.PASS_ENDED: (BEGINS,),
    R.NO_BOOKING: ("free passage",),
    R.MINOR_NO_STAFF: ("no staff",),
    R.NO_STAFF_YET: ("no staff yet",),
    R.ZONE_FULL: ("people", "inside"),
    R.ALREADY_INSIDE: ("inside", "day's end"),
}
TOLD: dict[Warned, tuple[str, ...]] = {
    Warned.DANGER: ("fire", "evacuation"),
    Warned.ZONE_FULL: ("people", "inside"),
    Warned.ALREADY_INSIDE: ("inside",),
}
"""The boundaries of what staff are told beside a grant; a sealed card is told of always."""
WITHOUT = {R.UNKNOWN_BADGE, R.BADGE_REVOKED, R.PERSON_SUSPENDED, R.ZONE_NOT_ALLOWED}
"""What is or is not so in a record, at no moment: beside each stands a row of another badge that differs in that."""
STEPS = {
    ("offline 24 h less 1 ms", "offline 24 h"),
    ("offline 7 days less 1 ms", "offline 7 days"),
    ("offline 30 days", "offline 30 days and 1 ms"),
    ("clock unsure 10 min", "clock unsure 10 min and 1 ms"),
}
"""Least steps of what is measured in spans; people differ by one, and any other word is there or is not."""


Pair = tuple[str, Row, Row]


def _pairs() -> Iterator[Pair]:
    """Rows on both sides of a boundary, with what lies between them."""
    for table in TABLES:
        by_badge: dict[tuple[str, str], list[Row]] = {}
        for row in table.rows:
            by_badge.setdefault((row.who, row.door), []).append(row)
        for rows in by_badge.values():
            for before, after in permutations(rows, 2):
                if (between := _between(before, after)) is not None:
                    yield between, before, after


def _between(before: Row, after: Row) -> str | None:
    gone, come = set(before.holds) - set(after.holds), set(after.holds) - set(before.holds)
    if before.at_ms + 1 == after.at_ms and not gone | come:
        return "time"
    if before.at_ms + 1 == after.at_ms and (gone, come) == ({"inside"}, set()):
        return "day's end"
    if before.at_ms != after.at_ms or not come or len(gone) > 1 or len(come) > 1:
        return None
    old, new = next(iter(gone), ""), next(iter(come))
    if (old, new) in STEPS:
        return (old if " 1 ms" not in old else new).removesuffix(" and 1 ms")
    if {old.split(" ")[0], new.split(" ")[0]} == {"people"}:
        return "people" if int(old.split(" ")[1]) + 1 == int(new.split(" ")[1]) else None
    if {old.split(" ")[0], new.split(" ")[0]} <= {"PIN", ""}:
        return "PIN"
    return (new.split(" ")[0] if new.startswith(("released", "denied")) else new) if not old else None


PAIRS = tuple(_pairs())


def _held(reason: Reason, pairs: Iterable[Pair] = PAIRS) -> set[str]:
    """The boundaries of a reason at which these pairs have both sides."""
    found = set[str]()
    for between, before, after in pairs:
        here, there = before.reason is reason, after.reason is reason
        if here is not there:
            found.add((BEGINS if there else ENDS) if between == "time" else between)
    return found


@pytest.mark.parametrize("reason", BOUNDARIES)
def test_every_boundary_of_a_reason_has_both_its_sides(reason: Reason) -> None:
    assert set(BOUNDARIES[reason]) - _held(reason) == set()


@pytest.mark.parametrize("warned", TOLD)
def test_every_boundary_of_a_warning_has_both_its_sides(warned: Warned) -> None:
    found = {between for between, before, after in PAIRS if (warned in before.warned) is not (warned in after.warned)}
    assert set(TOLD[warned]) - found == set()
    assert set(TOLD) == set(Warned) - {Warned.EMERGENCY_CARD}


def test_every_reason_says_what_its_boundaries_are() -> None:
    assert set(BOUNDARIES) | WITHOUT == set(Reason) - NOT_JUDGED
    assert not set(BOUNDARIES) & WITHOUT


@pytest.mark.parametrize("reason", sorted(WITHOUT))
def test_what_has_no_boundary_has_its_counterpart_beside_it(reason: Reason) -> None:
    """At the same door and moment, somebody is refused for it and somebody else is not."""
    sides: dict[tuple[str, str, int], set[bool]] = {}
    for table, row in ROWS:
        sides.setdefault((table.name, row.door, row.at_ms), set()).add(row.reason is reason)
    assert {True, False} in sides.values()


@pytest.mark.parametrize("reason", BOUNDARIES)
def test_a_boundary_without_one_of_its_sides_would_be_missed(reason: Reason) -> None:
    """The check itself: rows of the reason alone, or of all others alone, are no boundary."""
    alone = [pair for pair in PAIRS if pair[1].reason is reason and pair[2].reason is reason]
    others = [pair for pair in PAIRS if reason not in {pair[1].reason, pair[2].reason}]
    assert _held(reason, [*alone, *others]) == set()
