"""What somebody who was refused can do about it, with times as they are said at that moment."""

import pytest

from access.case import Case, Conditions, Request
from access.clock import Now
from access.gathering import gather
from access.judge import Verdict, decide
from access.reasons import GRANTS, Reason
from access.records import Booking
from access.remedies import GUARDIAN_ELSEWHERE, GUARDIAN_ENDED, REMEDY, UNDATED, calendar, remedy
from access.site import Policy
from gateway.log.explaining import WHY
from tests.support.core_site import ROME, badge, card, person, replica_of, rome

NOWHERE = replica_of(person("anna"), badge("anna"))


def case_of(when: str, *bookings: Booking) -> Case:
    replica = replica_of(person("anna"), badge("anna"), *bookings) if bookings else NOWHERE
    request = Request("front", "hall", frozenset({"hall"}), card("anna"), conditions=Conditions())
    return gather(replica, Policy(), ROME, request, Now(rome(when), 0, 0))


def told(verdict: Verdict, when: str, *bookings: Booking) -> str | None:
    return remedy(verdict, case_of(when, *bookings), ROME)


def opens(when: str, until: str) -> str | None:
    return told(Verdict(Reason.SITE_CLOSED, "site-closed", rome(until)), when)


@pytest.mark.parametrize(
    ("when", "until", "sentence"),
    [
        ("2026-06-01 07:00", "2026-06-01 08:00", "the site opens at 08:00"),
        ("2026-06-01 21:00", "2026-06-02 08:00", "the site opens at 08:00 on Tuesday"),
        ("2026-06-01 23:59:59.999", "2026-06-02 00:00", "the site opens at 00:00 on Tuesday"),
        ("2026-06-01 21:00", "2026-06-07 08:00", "the site opens at 08:00 on Sunday"),
        ("2026-06-01 21:00", "2026-06-08 08:00", "the site opens at 08:00 on 2026-06-08"),
        ("2026-06-01 21:00", "2027-06-02 08:00", "the site opens at 08:00 on 2027-06-02"),
        ("2026-10-25 01:00", "2026-10-25 02:30", "the site opens at 02:30 (the first time)"),
        ("2026-10-25 01:00", "2026-10-25 02:30'", "the site opens at 02:30 (the second time)"),
        ("2026-10-24 20:00", "2026-10-25 02:30'", "the site opens at 02:30 (the second time) on Sunday"),
        ("2027-03-28 01:00", "2027-03-28 03:00", "the site opens at 03:00"),
    ],
)
def test_a_moment_is_said_as_it_is_said_then(when: str, until: str, sentence: str) -> None:
    assert opens(when, until) == sentence


def test_a_booking_to_come_is_told_with_its_start_and_its_grace() -> None:
    held = Booking("k", "anna", "hall", "desk", rome("2026-06-01 14:00"), rome("2026-06-01 16:00"))
    early = Verdict(Reason.TOO_EARLY, "own-booking", rome("2026-06-01 13:45"), "k")
    assert told(early, "2026-06-01 09:00", held) == "your booking starts at 14:00; it lets you in from 13:45"


def test_a_booking_that_ended_is_told_with_its_end() -> None:
    held = Booking("k", "anna", "hall", "desk", rome("2026-06-01 14:00"), rome("2026-06-01 16:00"))
    ended = Verdict(Reason.BOOKING_ENDED, "own-booking", None, "k")
    assert told(ended, "2026-06-01 17:00", held) == "your booking ended at 16:00: book again, then tap again"


def test_a_moment_that_is_not_known_gives_no_remedy() -> None:
    assert told(Verdict(Reason.BADGE_NOT_YET, "badge-in-force"), "2026-06-01 07:00") is None
    assert told(Verdict(Reason.TOO_EARLY, "own-booking", rome("2026-06-01 08:00"), "k"), "2026-06-01 07:00") is None


def test_a_site_that_never_opens_again_is_said_to_be_closed() -> None:
    assert told(Verdict(Reason.SITE_CLOSED, "site-closed"), "2026-06-01 07:00") == UNDATED[Reason.SITE_CLOSED]


def test_a_moment_that_no_calendar_has_gives_no_remedy() -> None:
    assert told(Verdict(Reason.BADGE_NOT_YET, "badge-in-force", 1 << 60), "2026-06-01 07:00") is None
    assert calendar(1 << 60, ROME) is None


@pytest.mark.parametrize("reason", sorted(GRANTS))
def test_a_grant_needs_no_remedy(reason: Reason) -> None:
    assert told(Verdict(reason, "any", rome("2026-06-01 08:00")), "2026-06-01 07:00") is None


def test_every_refusal_has_its_remedy_in_the_table() -> None:
    assert set(REMEDY) == set(Reason) - GRANTS == set(WHY) - GRANTS


@pytest.mark.parametrize("reason", REMEDY)
def test_a_remedy_is_one_plain_sentence(reason: Reason) -> None:
    said = REMEDY[reason]
    assert said[0].islower()
    assert not said.endswith(".")
    assert "\n" not in said
    assert len(said) < 80


def test_nobody_is_named_in_a_remedy() -> None:
    assert not any("{person}" in said or "{badge}" in said for said in REMEDY.values())


def of_minor(**members: object) -> str | None:
    minor = person("anna", minor=True, **members)
    request = Request("front", "hall", frozenset({"hall"}), card("anna"))
    case = gather(replica_of(minor, badge("anna")), Policy(), ROME, request, Now(rome("2026-06-01 12:00"), 0, 0))
    verdict = decide(case)
    assert verdict.reason is Reason.MINOR_NOT_AUTHORISED
    return remedy(verdict, case, ROME)


def test_a_guardians_authorisation_is_told_as_missing_to_come_ended_or_for_elsewhere() -> None:
    assert of_minor() == "your guardian's authorisation is missing: ask staff"
    begins_ms = rome("2026-06-02 09:00")
    assert of_minor(guardian_from_ms=begins_ms) == "your guardian's authorisation begins at 09:00 on Tuesday"
    ended_ms = rome("2026-06-01 12:00")
    assert of_minor(guardian_from_ms=0, guardian_until_ms=ended_ms) == GUARDIAN_ENDED
    assert of_minor(guardian_from_ms=0, guardian_zones=frozenset({"attic"})) == GUARDIAN_ELSEWHERE


@pytest.mark.parametrize(
    ("reason", "until", "sentence"),
    [
        (Reason.PIN_BLOCKED, "2026-06-01 12:04:01", "too many wrong PINs: try again at 12:05, or ask staff"),
        (Reason.PIN_BLOCKED, "2026-06-01 12:04:00", "too many wrong PINs: try again at 12:04, or ask staff"),
        (Reason.PASS_HOURS, "2026-06-03 09:00", "your pass lets you in from 09:00 on Wednesday"),
        (Reason.PASS_NOT_YET, "2026-06-01 14:00", "your pass begins at 14:00"),
        (
            Reason.MINOR_CURFEW,
            "2026-06-02 07:00",
            "it is too late or too early for you: you may come in from 07:00 on Tuesday",
        ),
    ],
)
def test_a_refusal_that_ends_says_when(reason: Reason, until: str, sentence: str) -> None:
    assert told(Verdict(reason, "any", rome(until)), "2026-06-01 12:00") == sentence


def test_a_curfew_without_a_morning_and_a_block_without_an_end_have_no_remedy() -> None:
    assert told(Verdict(Reason.MINOR_CURFEW, "minor-curfew"), "2026-06-01 12:00") is None
    assert told(Verdict(Reason.PIN_BLOCKED, "pin"), "2026-06-01 12:00") is None
