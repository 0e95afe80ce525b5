"""Would this open? The registry says what the door would say, by the records that the site holds."""

from dataclasses import replace
from typing import Any

import pytest

from access.clock import DAY_MS, MINUTE_MS
from access.facts import (
    CheckedIn,
    DayClosed,
    Entered,
    EvacuationChanged,
    Fact,
    FreePassage,
    LockdownSet,
    NoShow,
    StaffCame,
    Started,
)
from access.records import Badge, Booking, Person, Record
from access.site import Policy
from registry.edit import editing
from tests.support.centres import HOUR_MS, NINE_MS, Centre, problem
from tests.support.fixed_day import wall_ms
from tests.support.laid import decided, lay, publish, small_site
from tests.support.log_rows import rows_of, sent

ANNA = Person("anna", "Anna Rossi", frozenset({"hall", "lab"}))
SARA = Person("sara", "Sara Bianchi", frozenset(), frozenset({"hall", "safe"}), staff=True)
NINO = Person("nino", "Nino Verdi", frozenset({"hall"}), minor=True, guardian_from_ms=0)
BADGES = [Badge(f"b-{who}", who, (bytes([number]) * 32,)) for number, who in enumerate(("anna", "sara", "nino"), 1)]
SAFE = Badge("b-safe", "sara", (b"\x09" * 32,), pins=(b"\x0a" * 32,))
OLD = Badge("a-old", "anna", (b"\x0b" * 32,), revoked=True)
DESK = Booking("k1", "anna", "lab", "d1", NINE_MS, NINE_MS + 2 * HOUR_MS, release_ms=NINE_MS + HOUR_MS)
NINOS = Booking("k2", "nino", "hall", "d2", NINE_MS, NINE_MS + 2 * HOUR_MS)
AT_ANY_HOUR = Policy(minor_from_minute=0, minor_until_minute=DAY_MS // MINUTE_MS)
"""Now may be in the night."""
RECORDS: list[Record] = [ANNA, SARA, NINO, *BADGES, SAFE, OLD, DESK, NINOS]


@pytest.fixture
def laid(both: Centre) -> Centre:
    lay(both, small_site())
    publish(both, "matera", RECORDS)
    return both


def ask(door: str, who: str, hours: float | None = 0.0, **more: object) -> dict[str, Any]:
    """A question: in hours from nine o'clock, None being now."""
    at = {} if hours is None else {"at_ms": NINE_MS + int(hours * HOUR_MS)}
    return {"site": "matera", "door": door, "person": who, **at, **more}


def tell(both: Centre, *facts: Fact) -> None:
    answer = both.as_gateway("matera", "POST", "/events", sent(rows_of(*facts, site="matera"), "matera"))
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("question", "granted", "reason", "remedy"),
    [
        (ask("front", "anna"), True, "booking", None),
        (ask("front", "anna", -0.26), False, "too-early", "your booking starts at 09:00; it lets you in from 08:45"),
        (ask("front", "anna", -0.25), True, "booking", None),
        (ask("front", "anna", 2), False, "booking-ended", "your booking ended at 11:00: book again, then tap again"),
        (ask("front", "sara"), True, "standing", None),
        (ask("vault", "anna"), False, "pin-missing", "this door asks for your PIN: type it, then show the badge again"),
        (ask("side", "sara", age="unproved"), True, "standing", None),
        (ask("inner", "sara"), False, "zone-not-allowed", "this area is not among yours: ask staff"),
        (ask("front", "nobody"), False, "unknown-badge", "this card is not enrolled here: ask staff"),
        (ask("front", "anna", age="stale"), False, "stale", "show the card again"),
        (ask("front", "anna", age="unproved"), False, "age-unproved", "this reader cannot open this door: ask staff"),
        (ask("side", "anna", age="unproved"), True, "booking", None),
        (ask("front", "anna", repeated=True), False, "repeated", "take the card away and show it again"),
        (
            ask("front", "nino", conditions={"staff_present": False}),
            False,
            "minor-no-staff",
            "wait until staff are here, then tap again",
        ),
        (ask("front", "anna", conditions={"headcount": 2}), False, "zone-full", "this area is full: try again shortly"),
        (
            ask("front", "anna", conditions={"released": ["k1"]}),
            False,
            "booking-released",
            "nobody came for your booking, so it was released: book again",
        ),
        (
            ask("front", "anna", conditions={"lockdown": True}),
            False,
            "lockdown",
            "entries are locked down: wait for staff",
        ),
        (
            ask("front", "anna", conditions={"replica_age_ms": 8 * DAY_MS}),
            False,
            "site-offline",
            "the site has been cut off for too long: ask staff to let you in",
        ),
    ],
    ids=str,
)
def test_a_question_is_answered_as_the_door_answers(
    laid: Centre, question: dict[str, Any], granted: bool, reason: str, remedy: str | None
) -> None:
    (said,) = decided(laid, question)
    assert (said["granted"], said["reason"], said["remedy"]) == (granted, reason, remedy)


def test_a_pin_is_told_as_right_wrong_or_missing_and_never_itself(laid: Centre) -> None:
    base = {"site": "matera", "door": "vault", "badge": "b-safe", "at_ms": NINE_MS}
    said = decided(laid, *({**base, "pin": pin} for pin in ("right", "wrong", "missing")))
    assert [one["reason"] for one in said] == ["standing", "pin-wrong", "pin-missing"]
    assert problem(laid.ask("POST", "/decisions", {"requests": [{**base, "pin": "1234"}]})) == (422, "invalid")
    assert problem(laid.ask("POST", "/decisions", {"requests": [{**base, "credential": "04A1"}]})) == (422, "invalid")


def test_a_person_is_judged_by_the_badge_that_serves_them_and_a_badge_by_itself(laid: Centre) -> None:
    by_person, by_badge = decided(laid, ask("front", "anna"), {**ask("front", ""), "person": None, "badge": "a-old"})
    assert (by_person["badge"], by_person["granted"]) == ("b-anna", True)
    assert (by_badge["badge"], by_badge["reason"]) == ("a-old", "badge-revoked")


def test_the_facts_are_all_that_was_looked_at_and_hold_no_name_and_no_hash(laid: Centre) -> None:
    answer = laid.ask("POST", "/decisions", {"requests": [ask("front", "anna", conditions={"headcount": 1})]})
    facts = {fact["code"]: fact["value"] for fact in answer.json()["verdicts"][0]["facts"]}
    assert facts["bookings"][0]["id"] == "k1"
    assert (facts["conditions"]["headcount"], facts["closed"], facts["zone"]) == (1, False, "hall")
    assert facts["terms"] == {"capacity": 2, "when_full": "refuse", "passback": "hard"}
    assert not any(secret in answer.text for secret in ("Anna", "Rossi", "01" * 32))


X, Y, SARAS = (Entered(who, "front", "hall", f"1-{number}") for number, who in enumerate(("x", "y", "sara")))
NOBODY_CAME = NoShow("k1", "d1")


@pytest.mark.parametrize(
    ("facts", "door", "who", "reason"),
    [
        ([], "front", "anna", "booking"),
        ([LockdownSet(True, "Paola", "")], "front", "anna", "lockdown"),
        ([LockdownSet(True, "Paola", ""), EvacuationChanged(True)], "front", "anna", "booking"),
        ([X, Y], "front", "anna", "zone-full"),
        ([X, Y], "front", "sara", "standing"),
        ([Entered("anna", "front", "hall", "1-1")], "front", "anna", "already-inside"),
        ([Entered("anna", "front", "hall", "1-1")], "inner", "anna", "booking"),
        ([NOBODY_CAME], "front", "anna", "booking-released"),
        ([NoShow("k2", "d2")], "front", "anna", "booking"),
        ([], "front", "nino", "minor-no-staff"),
        ([X], "front", "nino", "minor-no-staff"),
        ([SARAS], "front", "nino", "booking"),
        ([SARAS, DayClosed(("sara",))], "front", "nino", "minor-no-staff"),
        ([FreePassage("front", True), NOBODY_CAME], "front", "anna", "free-passage"),
        ([FreePassage("front", True), FreePassage("front", False), NOBODY_CAME], "front", "anna", "booking-released"),
        ([FreePassage("side", True), NOBODY_CAME], "front", "anna", "booking-released"),
        ([], "attic", "anna", "no-staff-yet"),
        ([StaffCame("sara")], "attic", "anna", "booking"),
        ([StaffCame("sara"), DayClosed(())], "attic", "anna", "no-staff-yet"),
        ([CheckedIn("k1", "badge", "anna")], "front", "anna", "booking"),
    ],
)
def test_now_is_what_the_sites_log_says(laid: Centre, facts: list[Fact], door: str, who: str, reason: str) -> None:
    lay(laid, replace(small_site(), policy=AT_ANY_HOUR))
    now_ms = wall_ms()
    publish(laid, "matera", (replace(one, start_ms=now_ms - HOUR_MS, end_ms=now_ms + HOUR_MS) for one in (DESK, NINOS)))
    tell(laid, Started("1"), *facts)
    (said,) = decided(laid, ask(door, who, None))
    assert said["reason"] == reason


def test_another_moment_knows_nothing_of_now(laid: Centre) -> None:
    tell(laid, LockdownSet(True, "Paola", ""), X, Y, NOBODY_CAME)
    assert [one["reason"] for one in decided(laid, ask("front", "anna"))] == ["booking"]
    both_moments = decided(laid, ask("front", "anna"), ask("front", "anna", None))
    assert [one["reason"] for one in both_moments] == ["booking", "lockdown"]


def test_what_was_published_since_counts_at_once_and_what_was_withdrawn_no_more(laid: Centre) -> None:
    assert [one["granted"] for one in decided(laid, ask("front", "anna"))] == [True]
    with editing(laid.database, NINE_MS) as edit:
        edit.withdraw("matera", "booking", "k1")
    assert [one["reason"] for one in decided(laid, ask("front", "anna"))] == ["no-booking"]
    publish(laid, "matera", [replace(DESK, id="k9")])
    assert [one["booking"] for one in decided(laid, ask("front", "anna"))] == ["k9"]
    laid.registry.new_generation()
    assert [one["booking"] for one in decided(laid, ask("front", "anna"))] == ["k9"]


@pytest.mark.parametrize(
    ("request_", "where"),
    [
        (ask("attic-window", "anna"), "has no door"),
        ({**ask("front", "anna"), "site": "cinisello"}, "layout of cinisello"),
        ({**ask("front", "anna"), "site": "nowhere"}, "layout of nowhere"),
        ({**ask("front", "anna"), "badge": "b-anna"}, "a person or a badge"),
        ({**ask("front", "anna"), "at_ms": -1}, "at_ms"),
        ({**ask("front", "anna"), "conditions": {"weather": "rain"}}, "weather"),
        ({**ask("front", "anna"), "conditions": {"headcount": True}}, "headcount"),
    ],
    ids=str,
)
def test_what_cannot_be_judged_is_refused_by_name(laid: Centre, request_: dict[str, Any], where: str) -> None:
    answer = laid.ask("POST", "/decisions", {"requests": [ask("front", "anna"), request_]})
    assert problem(answer) == (422, "invalid")
    assert where in answer.text


def test_a_thousand_questions_are_answered_and_one_more_is_refused(laid: Centre) -> None:
    many = [ask("front", "anna", hours=number / 100) for number in range(1_000)]
    said = decided(laid, *many)
    assert [one["granted"] for one in said] == [number < 200 for number in range(1_000)]
    assert problem(laid.ask("POST", "/decisions", {"requests": [*many, many[0]]})) == (422, "invalid")
    assert problem(laid.ask("POST", "/decisions", {"requests": []})) == (422, "invalid")
