"""Rules on what holds at the site, on cases made by hand: what each looks at, and at which number it turns."""

from dataclasses import replace

import pytest

from access import rules
from access.case import Case, Conditions, Pin, Terms, Window
from access.reasons import Reason, Warned
from access.records import Pass, PassKind
from access.rights import Refused
from access.site import Passback, WhenFull
from tests.access.test_rules import ANNA, PLAIN

AT = PLAIN.at_ms
MINOR = replace(ANNA, minor=True, guardian_from_ms=0)


def case_of(conditions: Conditions = PLAIN.conditions, **members: object) -> Case:
    return replace(PLAIN, conditions=conditions, **members)  # type: ignore[arg-type]


def on_duty(opens_ms: int | None, kind: PassKind = PassKind.DUTY) -> tuple[Window, ...]:
    return (Window(Pass("v", "anna", frozenset({"hall"}), 0, 9_999, kind), opens_ms, 9_999),)


STAFF = (
    {"person": replace(ANNA, staff=True)},
    {"person": replace(ANNA, standing=frozenset({"lab"}))},
    {"passes": on_duty(AT)},
    {"passes": on_duty(AT, PassKind.ROLE)},
    {"badge": replace(PLAIN.badge, emergency=True)},  # type: ignore[type-var]
)
NO_STAFF: tuple[dict[str, object], ...] = (
    {},
    {"person": replace(ANNA, standing=frozenset({"attic"}))},
    {"passes": on_duty(AT + 1)},
    {"passes": on_duty(None)},
    {"passes": on_duty(AT, PassKind.GUEST)},
)


@pytest.mark.parametrize("members", STAFF)
def test_staff_are_bound_by_no_hours_no_capacity_and_no_anti_passback(members: dict[str, object]) -> None:
    assert case_of(**members).as_staff  # type: ignore[arg-type]


@pytest.mark.parametrize("members", NO_STAFF)
def test_whoever_is_not_staff_here_and_now_is(members: dict[str, object]) -> None:
    assert not case_of(**members).as_staff  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("conditions", "barred"),
    [
        (Conditions(lockdown=True), True),
        (Conditions(lockdown=True, fire=True), False),
        (Conditions(lockdown=True, evacuation=True), False),
        (Conditions(fire=True, evacuation=True), False),
        (Conditions(), False),
    ],
)
def test_lockdown_bars_unless_everybody_should_be_out(conditions: Conditions, barred: bool) -> None:
    assert rules.lockdown(case_of(conditions)) == (Refused(Reason.LOCKDOWN) if barred else None)
    danger = conditions.fire or conditions.evacuation
    assert rules.warn_danger(case_of(conditions)) == (Warned.DANGER if danger else None)


@pytest.mark.parametrize(
    ("pin", "blocked_ms", "found"),
    [
        (Pin.NOT_ASKED, None, None),
        (Pin.NOT_ASKED, AT + 1, None),
        (Pin.MISSING, None, Refused(Reason.PIN_MISSING)),
        (Pin.WRONG, None, Refused(Reason.PIN_WRONG)),
        (Pin.RIGHT, None, None),
        (Pin.RIGHT, AT + 1, Refused(Reason.PIN_BLOCKED, AT + 1)),
        (Pin.MISSING, AT + 1, Refused(Reason.PIN_BLOCKED, AT + 1)),
        (Pin.RIGHT, AT, None),
        (Pin.WRONG, AT, Refused(Reason.PIN_WRONG)),
    ],
)
def test_a_pin_is_asked_for_and_a_block_ends_at_its_moment(
    pin: Pin, blocked_ms: int | None, found: Refused | None
) -> None:
    assert rules.pin(case_of(Conditions(pin_blocked_until_ms=blocked_ms), pin=pin)) == found


@pytest.mark.parametrize(
    ("person", "found"),
    [
        (MINOR, None),
        (replace(MINOR, guardian_from_ms=None), Refused(Reason.MINOR_NOT_AUTHORISED)),
        (replace(MINOR, guardian_from_ms=AT), None),
        (replace(MINOR, guardian_from_ms=AT + 1), Refused(Reason.MINOR_NOT_AUTHORISED, AT + 1)),
        (replace(MINOR, guardian_from_ms=AT + 2, guardian_until_ms=AT + 2), Refused(Reason.MINOR_NOT_AUTHORISED)),
        (replace(MINOR, guardian_until_ms=AT + 1), None),
        (replace(MINOR, guardian_until_ms=AT), Refused(Reason.MINOR_NOT_AUTHORISED)),
        (replace(MINOR, guardian_zones=frozenset({"lab"})), None),
        (replace(MINOR, guardian_zones=frozenset({"attic"})), Refused(Reason.MINOR_NOT_AUTHORISED)),
        (replace(MINOR, minor=False, guardian_from_ms=None), None),
    ],
)
def test_a_guardians_authorisation_has_a_beginning_an_end_and_places(person: object, found: Refused | None) -> None:
    assert rules.minor_authorised(case_of(person=person)) == found


def test_a_minor_comes_in_by_day_and_with_staff_there() -> None:
    by_day = case_of(person=MINOR, minor_from_ms=AT)
    assert rules.minor_curfew(by_day) is None
    assert rules.minor_curfew(replace(by_day, minor_from_ms=AT + 1)) == Refused(Reason.MINOR_CURFEW, AT + 1)
    assert rules.minor_curfew(replace(by_day, minor_from_ms=None)) == Refused(Reason.MINOR_CURFEW)
    alone = replace(by_day, conditions=Conditions(staff_present=False))
    assert rules.minor_with_staff(by_day) is None
    assert rules.minor_with_staff(alone) == Refused(Reason.MINOR_NO_STAFF)
    of_age = replace(alone, person=ANNA, minor_from_ms=None)
    assert rules.minor_with_staff(of_age) is rules.minor_curfew(of_age) is None


REFUSES, WARNS = Terms(capacity=3, when_full=WhenFull.REFUSE), Terms(capacity=3)


@pytest.mark.parametrize(
    ("terms", "conditions", "refused", "warned"),
    [
        (REFUSES, Conditions(headcount=2), False, False),
        (REFUSES, Conditions(headcount=3), True, True),
        (REFUSES, Conditions(headcount=3, inside=True), False, False),
        (WARNS, Conditions(headcount=3), False, True),
        (WARNS, Conditions(headcount=3, inside=True), False, False),
        (Terms(capacity=0, when_full=WhenFull.REFUSE), Conditions(), True, True),
        (Terms(when_full=WhenFull.REFUSE), Conditions(headcount=99), False, False),
    ],
)
def test_a_full_zone_warns_and_where_it_says_so_refuses(
    terms: Terms,
    conditions: Conditions,
    refused: bool,
    warned: bool,
) -> None:
    case = case_of(conditions, terms=terms)
    assert rules.zone_full(case) == (Refused(Reason.ZONE_FULL) if refused else None)
    assert rules.warn_full(case) == (Warned.ZONE_FULL if warned else None)
    assert rules.zone_full(replace(case, person=replace(ANNA, staff=True))) is None


@pytest.mark.parametrize(
    ("passback", "inside", "refused", "warned"),
    [
        (Passback.OFF, True, False, False),
        (Passback.SOFT, True, False, True),
        (Passback.SOFT, False, False, False),
        (Passback.HARD, True, True, True),
        (Passback.HARD, False, False, False),
    ],
)
def test_who_is_inside_enters_again_as_the_zone_has_it(
    passback: Passback,
    inside: bool,
    refused: bool,
    warned: bool,
) -> None:
    case = case_of(Conditions(inside=inside), terms=Terms(passback=passback), forgiven_ms=AT + 9)
    assert rules.already_inside(case) == (Refused(Reason.ALREADY_INSIDE, AT + 9) if refused else None)
    assert rules.warn_inside(case) == (Warned.ALREADY_INSIDE if warned else None)
    assert rules.already_inside(replace(case, person=replace(ANNA, staff=True))) is None


def test_a_duty_that_begins_before_ends_what_hours_and_passback_refuse() -> None:
    closed = case_of(closed=True, opens_ms=AT + 50, passes=on_duty(AT + 20))
    assert rules.site_closed(closed) == Refused(Reason.SITE_CLOSED, AT + 20)
    assert rules.site_closed(replace(closed, opens_ms=None)) == Refused(Reason.SITE_CLOSED, AT + 20)
    assert rules.site_closed(replace(closed, passes=on_duty(AT + 90))) == Refused(Reason.SITE_CLOSED, AT + 50)
    guest = replace(closed, passes=on_duty(AT + 20, PassKind.GUEST))
    assert rules.site_closed(guest) == Refused(Reason.SITE_CLOSED, AT + 50)


def test_a_door_waits_for_the_days_first_staff() -> None:
    waiting = case_of(Conditions(staff_came=False), terms=Terms(first_in=True))
    assert rules.staff_first(waiting) == Refused(Reason.NO_STAFF_YET)
    assert rules.staff_first(replace(waiting, conditions=Conditions())) is None
    assert rules.staff_first(replace(waiting, terms=Terms())) is None
    assert rules.staff_first(replace(waiting, person=replace(ANNA, staff=True))) is None
