"""The case of a verdict: complete, small, nameless, and enough to judge again (S4)."""

import json

from hypothesis import given
from hypothesis import strategies as st

from access.case import Age, Case, Conditions, Request
from access.case_codec import case_from_stored, case_to_stored
from access.clock import HOUR_MS, MINUTE_MS
from access.codec import canonical
from access.gathering import gather
from access.judge import Verdict, decide
from access.records import Closure
from access.site import Policy
from tests.support.core_site import NINE, PEOPLE, ROME, at, booking, card, replica_of

EVERYBODY = ("anna", "anna-two", "bruno", "carla", "sara", "orphan", "nobody")
REPLICA = replica_of(*PEOPLE, booking("anna", NINE, NINE + HOUR_MS, "store"), Closure("c", NINE, NINE + 1_000, "drill"))


def _request(name: str, **fields: object) -> Request:
    return Request("front", "hall", frozenset({"hall", "store"}), card(name), **fields)  # type: ignore[arg-type]


@given(
    st.sampled_from(EVERYBODY),
    st.integers(-HOUR_MS, 4 * HOUR_MS),
    st.sampled_from(Age),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_a_stored_case_judges_as_it_did(
    name: str, mono_ms: int, age: Age, repeated: bool, accepts: bool, locked: bool
) -> None:
    request = _request(name, age=age, repeated=repeated, accepts_unproved=accepts, conditions=Conditions(locked))
    case = gather(REPLICA, Policy(), ROME, request, at(mono_ms))
    stored = canonical(case_to_stored(case))
    again = case_from_stored(json.loads(stored))
    assert decide(again) == decide(case)
    assert canonical(case_to_stored(again)) == stored


@given(st.sampled_from(EVERYBODY), st.integers(-HOUR_MS, 4 * HOUR_MS))
def test_a_stored_case_holds_no_name_no_credential_no_null(name: str, mono_ms: int) -> None:
    stored = canonical(case_to_stored(gather(REPLICA, Policy(), ROME, _request(name), at(mono_ms))))
    assert name.title().encode() not in stored
    assert card(name).hex().encode() not in stored
    assert b"null" not in stored


def _bookings(name: str, mono_ms: int, onward: str = "hall store") -> list[str]:
    request = Request("front", "hall", frozenset(onward.split()), card(name))
    return [one.id for one in gather(REPLICA, Policy(), ROME, request, at(mono_ms)).bookings]


def test_a_case_holds_all_current_bookings_here_or_further_in() -> None:
    assert _bookings("anna", 0) == [f"anna-{NINE}", "anna-nine"]
    assert _bookings("anna", 0, "hall") == ["anna-nine"]
    assert _bookings("anna", HOUR_MS) == ["anna-nine"]


def test_a_case_holds_the_next_booking_where_none_is_current_and_else_the_last() -> None:
    assert _bookings("carla", 0) == ["carla-half"]
    assert _bookings("carla", 90 * MINUTE_MS) == ["carla-half"]
    assert _bookings("sara", 0) == []
    assert _bookings("nobody", 0) == []


def test_a_case_knows_when_the_site_is_closed() -> None:
    case = gather(REPLICA, Policy(), ROME, _request("anna"), at(0))
    assert (case.closed, case.opens_ms) == (True, NINE + 1_000)
    assert decide(case) == Verdict(decide(case).reason, "site-closed", NINE + 1_000)


def test_standing_here_or_further_in_is_standing() -> None:
    def standing(name: str) -> bool:
        case: Case = gather(REPLICA, Policy(), ROME, _request(name), at(0))
        return case.standing

    assert [standing(name) for name in ("sara", "anna", "nobody")] == [True, False, False]
