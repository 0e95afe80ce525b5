"""Every fact of a verdict's case in plain words, where it bears on the verdict, and none where it does not."""

from dataclasses import fields, replace

import pytest

from access.case import Age, Conditions, Terms
from access.case_codec import case_from_stored
from access.clock import DAY_MS, HOUR_MS, MINUTE_MS
from access.facts import Judged
from access.reasons import Reason, Warned
from access.replica import Put, Replica, apply
from access.site import Passback, WhenFull
from gateway.log.explaining import TOLD, explained, told
from gateway.log.explaining_case import facts_of
from tests.support.judged_logs import ASKED, AT, NOON, REPLICA, ROME, Asking, judged, verdict

PLAIN = Asking(1)


def lines_of(fact: Judged) -> list[str]:
    return explained("1-1", NOON.wall_ms, fact, ROME)


def under(**conditions: object) -> list[str]:
    """What is said of a booked person's tap under these conditions."""
    return lines_of(judged(replace(PLAIN, conditions=Conditions(**conditions))))  # type: ignore[arg-type]


def of_person(**members: object) -> list[str]:
    """What is said of a tap of person 1, changed so."""
    person = replace(REPLICA.persons["p1"], **members)  # type: ignore[arg-type]
    changed: Replica = apply(REPLICA, "g", 9, [Put(person)])
    return lines_of(judged(replace(PLAIN, replica=changed)))


@pytest.mark.parametrize(
    ("conditions", "line"),
    [
        ({"lockdown": True}, "- the site was locked down"),
        ({"fire": True}, "- the fire input had released the doors"),
        ({"evacuation": True}, "- the site was being evacuated"),
        ({"free_passage": True}, "- the door stood released for everybody"),
        ({"pin_blocked_until_ms": AT + HOUR_MS}, "- the badge was blocked for wrong PINs, to 2026-11-23 13:00:00"),
        ({"replica_age_ms": 8 * DAY_MS}, "- the registry had confirmed the people and bookings 8 days before"),
        ({"replica_age_ms": DAY_MS}, "- the registry had confirmed the people and bookings 1 day before"),
        ({"replica_age_ms": 90 * MINUTE_MS}, "- the registry had confirmed the people and bookings 1 hour before"),
        ({"clock_unsure_ms": 11 * MINUTE_MS}, "- the clock may have been wrong by 11 minutes"),
        ({"clock_unsure_ms": 2_000}, "- the clock may have been wrong by 2 seconds"),
        ({"clock_unsure_ms": 2}, "- the clock may have been wrong by 2 ms"),
    ],
)
def test_a_condition_is_said_where_it_holds_and_only_there(conditions: dict[str, object], line: str) -> None:
    assert line in under(**conditions)
    assert line not in under()


def test_an_ordinary_tap_says_nothing_of_what_does_not_bear_on_it() -> None:
    words = " ".join(under(replica_age_ms=MINUTE_MS))
    assert not any(word in words for word in ("PIN", "staff", "minor", "confirmed", "wrong", "pass", "full", "member"))


def test_every_condition_there_is_can_be_said() -> None:
    said = {
        "lockdown",
        "fire",
        "evacuation",
        "free_passage",
        "pin_blocked_until_ms",
        "replica_age_ms",
        "clock_unsure_ms",
        "denied",
    }
    by_terms = {"headcount", "inside", "staff_came", "staff_present", "released"}
    assert said | by_terms == {one.name for one in fields(Conditions)}


@pytest.mark.parametrize(
    ("terms", "conditions", "line"),
    [
        (Terms(first_in=True), {}, "- the door waits for staff to come first, since the day began: they had"),
        (
            Terms(first_in=True),
            {"staff_came": False},
            "- the door waits for staff to come first, since the day began: none had",
        ),
        (Terms(capacity=4), {"headcount": 3}, "- the zone held 3 of 4 people, and warns staff when full"),
        (
            Terms(capacity=4, when_full=WhenFull.REFUSE),
            {"headcount": 5},
            "- the zone held 5 of 4 people, and refuses more when full",
        ),
        (
            Terms(passback=Passback.SOFT),
            {"inside": True},
            "- whoever is inside and enters again is let in, and staff are warned: they were believed to be inside",
        ),
        (
            Terms(passback=Passback.HARD),
            {},
            "- whoever is inside does not enter again before the day's end: they were not inside",
        ),
    ],
)
def test_what_the_door_asks_is_said_with_how_it_stood(terms: Terms, conditions: dict[str, object], line: str) -> None:
    asking = replace(PLAIN, terms=terms, conditions=Conditions(**conditions))  # type: ignore[arg-type]
    assert line in lines_of(judged(asking))


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        (Reason.PIN_MISSING, "- the door asks for a PIN, and none was typed"),
        (Reason.PIN_WRONG, "- the door asks for a PIN, and a wrong one was typed"),
        (Reason.MINOR_NOT_AUTHORISED, "- a minor, without a guardian's authorisation"),
        (Reason.MINOR_CURFEW, "- no minor is let in at that time of day before 2026-11-23 13:00:00"),
        (Reason.MINOR_NO_STAFF, "- no staff were on the site"),
        (Reason.MINOR_NO_STAFF, "- a minor, whose guardian's authorisation is in force from 2026-11-22 12:00:00"),
        (Reason.EMERGENCY_CARD, "- emergency card b20 of person p20: in force"),
        (Reason.TRAINING_OVERDUE, "- a mandatory training was due by 2026-11-22 12:00:00"),
        (Reason.TEAM_BOOKING, "- member of team-1: in force"),
        (
            Reason.TEAM_BOOKING,
            "- booking k13 of team-1: in hall, 2026-11-23 11:00:00 to 2026-11-23 13:00:00",
        ),
        (Reason.SESSION, "- session k14: desk-1 in hall, 2026-11-23 11:00:00 to 2026-11-23 13:00:00"),
        (
            Reason.BOOKING_RELEASED,
            "- booking k1: in hall, 2026-11-23 11:00:00 to 2026-11-23 13:00:00, released because nobody came",
        ),
        (Reason.PASS, "- a guest's pass pass-15: hall, 2026-11-23 11:00:00 to 2026-11-23 13:00:00"),
        (
            Reason.PASS_HOURS,
            "- a guest's pass pass-16: hall, 2026-11-22 12:00:00 to 2026-11-24 12:00:00, 13:00 to 14:00",
        ),
        (Reason.DUTY, "- a duty pass-19: hall, 2026-11-23 11:00:00 to 2026-11-23 13:00:00"),
    ],
)
def test_the_fact_behind_a_reason_is_said(reason: Reason, line: str) -> None:
    assert line in lines_of(verdict(reason))


def test_what_a_person_is_at_this_site_is_said() -> None:
    lines = of_person(staff=True, transfer=True, audiences=frozenset({"youth"}), guardian_from_ms=AT)
    assert "- they are staff: no capacity and no opening hours bind them" in lines
    assert "- they are another site's, here between dates" in lines
    assert "- opening hours that are theirs: youth" in lines
    assert not any("minor" in line for line in lines)


def test_where_a_guardian_allows_is_said_to_staff() -> None:
    lines = of_person(minor=True, guardian_from_ms=1, guardian_until_ms=AT, guardian_zones=frozenset({"lab"}))
    (line,) = (line for line in lines if "guardian" in line and line.startswith("- "))
    assert line.startswith("- a minor, whose guardian's authorisation for lab is in force from ")
    assert line.endswith(" to 2026-11-23 12:00:00")


def test_what_staff_were_warned_of_is_said_before_the_facts() -> None:
    fact = judged(replace(PLAIN, conditions=Conditions(fire=True)))
    assert fact.warned == (Warned.DANGER,)
    assert lines_of(fact)[2] == "Staff were warned: somebody came in while everybody should be out."
    assert lines_of(fact)[-1] == "Judged again on these facts: the same."


def test_every_warning_has_its_words_and_one_of_a_later_version_is_said_to_be_unknown() -> None:
    assert set(TOLD) == set(Warned)
    assert told("flood") == "of something that is not known here"


@pytest.mark.parametrize("reason", ASKED)
def test_no_line_names_a_person_or_holds_a_hash(reason: Reason) -> None:
    fact = verdict(reason)
    lines = list(facts_of(case_from_stored(fact.case), None, ROME))
    assert all(line and "{" not in line and "None" not in line for line in lines)
    assert not any("Persona" in line for line in lines)


def test_the_age_of_a_tap_is_said_where_it_is_known() -> None:
    case = case_from_stored(verdict(Reason.BOOKING).case)
    assert next(facts_of(case, 7, ROME)) == "the tap's age was proved: 7 ms"
    assert next(facts_of(replace(case, age=Age.UNPROVED), None, ROME)) == "the reader proves no age of a tap"


def test_a_person_who_is_not_one_of_this_sites_is_said_to_be_so() -> None:
    case = replace(case_from_stored(verdict(Reason.BOOKING).case), person=None)
    assert "the person of this badge is not one of this site's" in list(facts_of(case, None, ROME))
