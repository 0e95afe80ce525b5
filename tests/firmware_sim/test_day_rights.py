"""What a planned day shows beside bookings: teams, sessions, passes, minors, two sites, PINs and a full zone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from access.facts import Judged
from access.records import PassKind
from access.site import Site, WhenFull
from firmware_sim.day import plan_day, traveller_of
from firmware_sim.scenario import Comes, DayPlan
from tests.firmware_sim.test_day import Played
from tests.support.places import CINISELLO, MATERA
from tests.support.virtual_site import VirtualSite

DAY = date(2026, 11, 23)
BOOTH = replace(CINISELLO.zones["lab"], capacity=1, when_full=WhenFull.REFUSE)
SMALL_LAB = replace(CINISELLO, zones={**CINISELLO.zones, "lab": BOOTH})
KEYPAD = replace(CINISELLO.doors["laboratorio"], asks_pin=True)
WITH_KEYPAD = replace(SMALL_LAB, doors={**CINISELLO.doors, "laboratorio": KEYPAD})
DEMO_SPEED, SLOWER = 13 * 3_600 / 30, 13 * 3_600 / 70


def both(day: date, speed: float, cinisello: Site = CINISELLO) -> tuple[DayPlan, DayPlan]:
    first = plan_day(cinisello, day, 1, 30, speed)
    return first, plan_day(MATERA, day, 1, 30, speed, traveller_of(first))


@pytest.mark.parametrize("days", range(0, 70, 7))
@pytest.mark.parametrize(("speed", "fewest"), [(DEMO_SPEED, 7), (SLOWER, 10)])
def test_two_sites_refuse_for_many_reasons_even_in_a_fast_day(days: int, speed: float, fewest: int) -> None:
    plans = both(DAY + timedelta(days=days), speed, SMALL_LAB)
    assert len(plans[0].expected | plans[1].expected) >= fewest
    assert all(len(plan.no_shows) >= 2 for plan in plans)
    taps = [sum(isinstance(planned.act, Comes) for planned in plan.world_events) for plan in plans]
    assert min(taps) >= 8


@pytest.mark.parametrize("speed", [1.0, 60.0])
def test_a_day_has_every_kind_of_right(speed: float) -> None:
    plan, _ = both(DAY, speed)
    groups = {booking.group for booking in plan.bookings} - {""}
    members = [person for person in plan.people if groups & {one.group for one in person.groups}]
    assert len(members) == 2, "a team that books together"
    assert {held.kind for held in plan.passes} == {PassKind.GUEST, PassKind.DUTY}
    (session,) = plan.sessions
    assert session.trainer not in {booking.person for booking in plan.bookings}
    assert sum(person.minor for person in plan.people) == 2
    assert sum(person.guardian_from_ms is not None for person in plan.people) == 1
    assert sum(person.training_due_ms is not None for person in plan.people) == 1
    assert sum(person.staff for person in plan.people) == 1


@pytest.mark.parametrize("days", range(0, 28, 3))
@pytest.mark.parametrize("speed", [60.0, SLOWER])
def test_somebody_leaves_one_site_and_comes_to_the_other_by_the_same_card(days: int, speed: float) -> None:
    here, there = both(DAY + timedelta(days=days), speed)
    (guest,) = [person for person in there.people if person.transfer]
    assert guest.id == here.traveller
    card_here, card_there = ([c for c in plan.badges if c.badge.person == guest.id] for plan in (here, there))
    assert card_here == card_there
    (comes,) = [e for e in there.world_events if isinstance(e.act, Comes) and e.act.who == guest.id]
    assert comes.at_ms > here.left_ms(guest.id)
    assert not any(person.transfer for person in here.people)


def test_in_a_fast_day_somebody_comes_from_elsewhere_more_often_than_not() -> None:
    days = [both(DAY + timedelta(days=days), DEMO_SPEED)[1] for days in range(20)]
    assert sum(any(person.transfer for person in plan.people) for plan in days) > 10


def test_without_anybody_who_travels_nobody_comes_from_elsewhere() -> None:
    plan = plan_day(MATERA, DAY, 1, 30)
    assert not any(person.transfer for person in plan.people)
    assert traveller_of(replace(plan, traveller="")) is None
    with pytest.raises(ValueError, match="max"):
        plan.left_ms("nobody")


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("site", [SMALL_LAB, WITH_KEYPAD], ids=["open", "keypad"])
def test_who_comes_to_a_zone_with_its_one_person_in_it_finds_it_full(site: Site, seed: int) -> None:
    plan = plan_day(site, DAY, seed, 30, 60.0)
    played = Played(site, plan)
    assert set(played.reasons) == plan.expected
    assert "zone-full" in plan.expected
    assert not played.crowd.inside - {"visitors"}


def test_at_a_keypad_the_pin_is_got_wrong_once_and_then_right() -> None:
    plan = plan_day(WITH_KEYPAD, DAY, 2, 30, 60.0)
    day = VirtualSite(WITH_KEYPAD, plan, 60.0, 2)
    day.run()
    at_lab = [fact for _, fact in day.log if isinstance(fact, Judged) and fact.door == "laboratorio"]
    reasons = [fact.reason for fact in at_lab]
    assert reasons[:2] == ["pin-wrong", "booking"]
    assert any(b'"pin"' in payload for payload in day.trace)
    typed = {e.act.pin for e in plan.world_events if isinstance(e.act, Comes) and e.act.reader == "lettore-ingresso"}
    assert typed == {None}, "no PIN is typed where none is asked for"
