"""Rights on cases made by hand: which serve, until when, and how old a replica and how wrong a clock each bears."""

from dataclasses import replace

import pytest

from access import rights
from access.case import Case, Conditions, Limits, Window
from access.reasons import Reason
from access.records import Booking, BookingKind, Pass, PassKind
from access.rights import Granted, Refused
from access.rules import zone_allowed
from tests.access.test_rules import ANNA, PLAIN

AT = PLAIN.at_ms
DATED, BOOKED, STANDING, UNSURE = 10, 20, 30, 5
LIMITS = Limits(DATED, BOOKED, STANDING, UNSURE)
BOOKING = Booking("k", "anna", "hall", "d", AT - 100, AT + 100)
SESSION = replace(BOOKING, kind=BookingKind.SESSION)


def case_of(*bookings: Booking, **members: object) -> Case:
    return replace(PLAIN, bookings=bookings, limits=LIMITS, **members)  # type: ignore[arg-type]


def passes(kind: PassKind = PassKind.GUEST, opens_ms: int | None = AT, start_ms: int = 0) -> tuple[Window, ...]:
    return (Window(Pass("v", "anna", frozenset({"hall"}), start_ms, AT + 100, kind), opens_ms, AT + 50),)


@pytest.mark.parametrize(
    ("booking", "reason"),
    [
        (BOOKING, Reason.BOOKING),
        (replace(BOOKING, person="", group="team"), Reason.TEAM_BOOKING),
        (SESSION, Reason.SESSION),
        (replace(SESSION, person="", group="cohort"), Reason.SESSION),
    ],
)
def test_a_booking_grants_by_what_it_is(booking: Booking, reason: Reason) -> None:
    assert rights.own_booking(case_of(booking)) == Granted(reason, AT + 100, "k")


TRANSFER = replace(ANNA, transfer=True)


@pytest.mark.parametrize(
    ("case", "oldest_ms"),
    [
        (case_of(BOOKING), BOOKED - 1),
        (case_of(SESSION), BOOKED - 1),
        (case_of(replace(BOOKING, waiting=True)), DATED - 1),
        (case_of(BOOKING, person=TRANSFER), DATED - 1),
        (case_of(passes=passes()), DATED - 1),
        (case_of(passes=passes(PassKind.DUTY)), STANDING),
        (case_of(passes=passes(PassKind.ROLE)), STANDING),
        (case_of(person=replace(ANNA, standing=frozenset({"hall"}))), STANDING),
    ],
)
def test_each_right_bears_a_replica_of_its_own_age_and_no_older(case: Case, oldest_ms: int) -> None:
    def found(age_ms: int) -> list[object]:
        aged = replace(case, conditions=Conditions(replica_age_ms=age_ms))
        return [said for _, right in rights.RIGHTS if (said := right(aged)) is not None]

    assert [type(one) for one in found(oldest_ms)] == [Granted]
    (refused,) = found(oldest_ms + 1)
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.until_ms) == (Reason.SITE_OFFLINE, None)


@pytest.mark.parametrize(
    "case", [case_of(BOOKING), case_of(SESSION), case_of(passes=passes()), case_of(passes=passes(PassKind.DUTY))]
)
def test_no_right_between_dates_bears_a_clock_that_may_be_wrong(case: Case) -> None:
    for unsure_ms, reason in ((UNSURE, None), (UNSURE + 1, Reason.CLOCK_UNSURE)):
        aged = replace(case, conditions=Conditions(clock_unsure_ms=unsure_ms, replica_age_ms=0))
        (found,) = (said for _, right in rights.RIGHTS if (said := right(aged)) is not None)
        assert isinstance(found, Granted) if reason is None else found.reason is reason


def test_standing_rights_and_sealed_cards_bear_any_clock_and_a_sealed_card_any_age() -> None:
    forever = Conditions(clock_unsure_ms=1 << 50, replica_age_ms=STANDING)
    standing = case_of(person=replace(ANNA, standing=frozenset({"lab"})), conditions=forever)
    assert rights.standing_right(standing) == Granted(Reason.STANDING)
    sealed = replace(PLAIN, badge=replace(PLAIN.badge, emergency=True))  # type: ignore[type-var]
    cut_off = replace(sealed, conditions=Conditions(clock_unsure_ms=1 << 50, replica_age_ms=1 << 50))
    assert rights.emergency_card(cut_off) == Granted(Reason.EMERGENCY_CARD)
    assert rights.emergency_card(PLAIN) is None


@pytest.mark.parametrize(
    ("window", "found"),
    [
        (passes(), Granted(Reason.PASS, AT + 50)),
        (passes(PassKind.DUTY), Granted(Reason.DUTY, AT + 50)),
        (passes(PassKind.ROLE), Granted(Reason.STANDING, AT + 50)),
        (passes(opens_ms=AT + 1), Refused(Reason.PASS_HOURS, AT + 1)),
        (passes(opens_ms=AT + 1, start_ms=AT + 1), Refused(Reason.PASS_NOT_YET, AT + 1)),
        (passes(opens_ms=AT + 7, start_ms=AT + 1), Refused(Reason.PASS_NOT_YET, AT + 7)),
        (passes(opens_ms=None), Refused(Reason.PASS_ENDED)),
        ((), None),
    ],
)
def test_a_pass_serves_in_its_window(window: tuple[Window, ...], found: Granted | Refused | None) -> None:
    assert rights.held_pass(case_of(passes=window)) == found


def test_a_pass_allows_its_zone_only_while_it_holds() -> None:
    """Somebody whose pass has ended is not let in by the zone that it once allowed, whatever other reason they have."""
    nowhere = replace(ANNA, zones=frozenset())
    assert zone_allowed(case_of(person=nowhere, passes=passes())) is None
    ended = case_of(person=nowhere, passes=passes(opens_ms=None), conditions=Conditions(free_passage=True))
    assert zone_allowed(ended) == Refused(Reason.PASS_ENDED)
    assert zone_allowed(replace(ended, person=ANNA)) is None
    assert zone_allowed(replace(ended, passes=())) == Refused(Reason.ZONE_NOT_ALLOWED)


@pytest.mark.parametrize(
    ("booking", "due_ms", "found"),
    [
        (BOOKING, AT + 1, Granted(Reason.BOOKING, AT + 1, "k")),
        (BOOKING, AT, Refused(Reason.TRAINING_OVERDUE, booking="k")),
        (SESSION, AT, Granted(Reason.SESSION, AT + 100, "k")),
        (BOOKING, AT + 100, Granted(Reason.BOOKING, AT + 100, "k")),
        (replace(BOOKING, start_ms=AT + 50), AT + 35, Refused(Reason.TRAINING_OVERDUE, booking="k")),
        (replace(BOOKING, start_ms=AT + 50), AT + 36, Refused(Reason.TOO_EARLY, AT + 35, "k")),
        (replace(BOOKING, end_ms=AT), AT, Refused(Reason.BOOKING_ENDED, booking="k")),
    ],
)
def test_an_overdue_training_bars_a_desk_from_its_moment_on(
    booking: Booking, due_ms: int, found: Granted | Refused
) -> None:
    assert rights.own_booking(case_of(booking, person=replace(ANNA, training_due_ms=due_ms))) == found


def test_a_released_booking_serves_no_more_and_another_does() -> None:
    released = Conditions(released=frozenset({"k"}))
    other = replace(BOOKING, id="other", end_ms=AT + 10)
    assert rights.own_booking(case_of(BOOKING, conditions=released)) == Refused(Reason.BOOKING_RELEASED, booking="k")
    assert rights.own_booking(case_of(BOOKING, other, conditions=released)) == Granted(Reason.BOOKING, AT + 10, "other")


def test_of_refusals_to_come_the_one_that_ends_first_is_named() -> None:
    later, sooner = replace(BOOKING, start_ms=AT + 80), replace(BOOKING, id="sooner", start_ms=AT + 60)
    assert rights.own_booking(case_of(later, sooner)) == Refused(Reason.TOO_EARLY, AT + 45, "sooner")
