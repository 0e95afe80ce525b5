"""Each rule by itself, on cases made by hand: what it looks at, and nothing else."""

from dataclasses import replace

import pytest

from access import rights, rules
from access.case import Age, Case, Conditions
from access.reasons import Reason
from access.records import Badge, Booking, Person
from access.rights import RIGHTS, Granted, Refused

GRACE_MS = 15
ANNA = Person("anna", "Anna", frozenset({"hall"}))
BADGE = Badge("b", "anna", ())
PLAIN = Case(
    at_ms=1_000,
    door="front",
    zone="hall",
    onward=frozenset({"hall", "lab"}),
    age=Age.FRESH,
    repeated=False,
    accepts_unproved=False,
    conditions=Conditions(),
    badge=BADGE,
    person=ANNA,
    bookings=(),
    closed=False,
    opens_ms=None,
    grace_before_ms=GRACE_MS,
)
STRANGER = replace(PLAIN, badge=None, person=None)


def _booked(*spans: tuple[int, int]) -> Case:
    bookings = (Booking(f"k{index}", "anna", "hall", "d", start, end) for index, (start, end) in enumerate(spans))
    return replace(PLAIN, bookings=tuple(bookings))


@pytest.mark.parametrize(("name", "bar"), rules.BARS)
def test_no_bar_refuses_an_ordinary_case(name: str, bar: rules.Bar) -> None:
    assert bar(PLAIN) is None


@pytest.mark.parametrize(
    "bar", [rules.badge_in_force, rules.person_in_force, rules.zone_allowed, rules.site_closed, rules.lockdown]
)
def test_an_unknown_badge_is_for_one_rule_alone(bar: rules.Bar) -> None:
    assert bar(STRANGER) is None
    assert rules.badge_known(STRANGER) == Refused(Reason.UNKNOWN_BADGE)


def test_a_badge_of_a_person_this_site_does_not_know_is_unknown() -> None:
    assert rules.badge_known(replace(PLAIN, person=None)) == Refused(Reason.UNKNOWN_BADGE)


def test_the_tap_itself() -> None:
    assert rules.repeated(replace(PLAIN, repeated=True)) == Refused(Reason.REPEATED)
    assert rules.stale(replace(PLAIN, age=Age.STALE)) == Refused(Reason.STALE)
    unproved = replace(PLAIN, age=Age.UNPROVED)
    assert rules.stale(unproved) is None
    assert rules.age_unproved(unproved) == Refused(Reason.AGE_UNPROVED)
    assert rules.age_unproved(replace(unproved, accepts_unproved=True)) is None


@pytest.mark.parametrize(
    ("badge", "found"),
    [
        (Badge("b", "anna", (), valid_from_ms=1_001), Refused(Reason.BADGE_NOT_YET, 1_001)),
        (Badge("b", "anna", (), valid_from_ms=1_000), None),
        (Badge("b", "anna", (), valid_until_ms=1_000), Refused(Reason.BADGE_EXPIRED)),
        (Badge("b", "anna", (), valid_until_ms=1_001), None),
        (Badge("b", "anna", (), 1_001, 1_002, revoked=True), Refused(Reason.BADGE_REVOKED)),
    ],
)
def test_a_badge_is_in_force_from_its_first_to_before_its_last_moment(badge: Badge, found: Refused | None) -> None:
    assert rules.badge_in_force(replace(PLAIN, badge=badge)) == found


@pytest.mark.parametrize(
    ("person", "found"),
    [
        (replace(ANNA, valid_from_ms=1_001), Refused(Reason.PERSON_NOT_YET, 1_001)),
        (replace(ANNA, valid_from_ms=1_000), None),
        (replace(ANNA, valid_until_ms=1_000), Refused(Reason.PERSON_ENDED)),
        (replace(ANNA, valid_until_ms=1_001), None),
        (replace(ANNA, valid_from_ms=1_001, suspended=True), Refused(Reason.PERSON_SUSPENDED)),
    ],
)
def test_a_person_is_in_force_from_their_first_to_before_their_last_moment(
    person: Person, found: Refused | None
) -> None:
    assert rules.person_in_force(replace(PLAIN, person=person)) == found


@pytest.mark.parametrize(
    ("zones", "standing", "allowed"), [("hall", "", True), ("lab", "", True), ("", "lab", True), ("attic", "", False)]
)
def test_a_zone_is_allowed_that_is_ones_own_or_lies_on_the_way_to_it(zones: str, standing: str, allowed: bool) -> None:
    person = replace(ANNA, zones=frozenset(zones.split()), standing=frozenset(standing.split()))
    found = rules.zone_allowed(replace(PLAIN, person=person))
    assert found == (None if allowed else Refused(Reason.ZONE_NOT_ALLOWED))


def test_a_closed_site_says_when_it_opens_and_lets_staff_in() -> None:
    closed = replace(PLAIN, closed=True, opens_ms=5_000)
    staff = replace(closed, person=replace(ANNA, standing=frozenset({"lab"})))
    assert rules.site_closed(closed) == Refused(Reason.SITE_CLOSED, 5_000)
    assert rules.site_closed(staff) is None
    assert rights.standing_right(staff) == Granted(Reason.STANDING)
    assert rights.standing_right(closed) is None


def test_lockdown_looks_at_nobody() -> None:
    locked = replace(PLAIN, conditions=Conditions(lockdown=True))
    assert rules.lockdown(locked) == Refused(Reason.LOCKDOWN)


EARLY, SERVES = Refused(Reason.TOO_EARLY, 1_005, "k0"), Granted(Reason.BOOKING, 1_001, "k0")


@pytest.mark.parametrize(
    ("case", "found"),
    [
        (_booked(), None),
        (_booked((1_015, 2_000)), Granted(Reason.BOOKING, 2_000, "k0")),
        (_booked((1_020, 2_000)), EARLY),
        (_booked((900, 1_001)), SERVES),
        (_booked((900, 1_000)), Refused(Reason.BOOKING_ENDED, booking="k0")),
        (_booked((900, 1_001), (950, 3_000), (960, 2_000)), Granted(Reason.BOOKING, 3_000, "k1")),
        (_booked((900, 1_000), (900, 1_000)), Refused(Reason.BOOKING_ENDED, booking="k0")),
        (_booked((900, 1_000), (950, 3_000)), Granted(Reason.BOOKING, 3_000, "k1")),
        (_booked((900, 1_000), (1_020, 3_000)), Refused(Reason.TOO_EARLY, 1_005, "k1")),
        (_booked((900, 2_000), (1_020, 3_000)), Granted(Reason.BOOKING, 2_000, "k0")),
        (_booked((900, 2_000), (900, 1_000)), Granted(Reason.BOOKING, 2_000, "k0")),
    ],
)
def test_a_booking_serves_from_its_grace_to_its_end_and_the_longest_is_named(
    case: Case, found: Granted | Refused | None
) -> None:
    assert rights.own_booking(case) == found


def test_every_rule_stands_in_one_table_under_its_own_name() -> None:
    names = [name for name, _ in (*rules.BARS, *RIGHTS)]
    assert len(set(names)) == len(names)
    for name, rule in (*rules.BARS, *RIGHTS):
        assert rule.__name__.replace("_", "-") == name
        assert rule.__doc__
