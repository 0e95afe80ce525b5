"""A planned day in virtual time, from the cards to the log: firmware, wire, the gateway's reading, and the core."""

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from hashlib import sha256
from typing import TypeVar

import pytest

from access.facts import (
    CheckedIn,
    DeskMoved,
    DeviceGap,
    DeviceMoved,
    DoorMoved,
    Entered,
    Fact,
    Judged,
    Lapsed,
    NoShow,
    Refusals,
    VisitBegan,
    VisitEnded,
)
from access.site import Direction
from firmware_sim.day import plan_day
from firmware_sim.outbox import Outbox
from firmware_sim.scenario import VISITORS, Befalls
from tests.support.places import CINISELLO, MATERA
from tests.support.virtual_site import VirtualSite

DAY = date(2026, 11, 23)
CASES = [
    pytest.param(site.id, speed, seed, id=f"{site.id}-{speed:g}-{seed}")
    for site in (CINISELLO, MATERA)
    for speed, seed in ((1_500.0, 1), (1_500.0, 2), (750.0, 3), (240.0, 4))
]


F = TypeVar("F", bound=Fact)


@cache
def lived(name: str, speed: float, seed: int) -> VirtualSite:
    """One day, lived once for all tests that look at it."""
    site = {"cinisello": CINISELLO, "matera": MATERA}[name]
    # Silences are site time, and heartbeats real: a fast day would hear of nothing else.
    site = replace(site, policy=replace(site.policy, silent_after_ms=round(600_000 * speed)))
    day = VirtualSite(site, plan_day(site, DAY, seed, 20, speed), speed, seed)
    day.run()
    return day


def of(day: VirtualSite, kind: type[F]) -> list[F]:
    return [fact for _, fact in day.log if isinstance(fact, kind)]


@pytest.mark.parametrize(("site", "speed", "seed"), CASES)
def test_every_tap_is_judged_once_and_refused_for_what_was_planned(site: str, speed: float, seed: int) -> None:
    day = lived(site, speed, seed)
    verdicts = of(day, Judged)
    assert {str(verdict.reason) for verdict in verdicts if not verdict.granted} == day.plan.expected
    taps = {payload for payload in day.trace if b'"uid"' in payload}
    assert len([verdict for verdict in verdicts if verdict.reader]) == len(taps)
    unheard = ["lettore-ingresso: answer-to-another-tap"] if "stale" in day.plan.expected else []
    assert day.troubles == unheard, "the unheard tap's late answer alone"


@pytest.mark.parametrize(("site", "speed", "seed"), CASES)
def test_everybody_granted_comes_in_by_name_and_everybody_leaves(site: str, speed: float, seed: int) -> None:
    day = lived(site, speed, seed)
    assert Counter(entered.grant for entered in of(day, Entered)) == Counter(grants(day))
    assert Counter(moved.cause for moved in of(day, DoorMoved))["override"] == 1
    assert not of(day, Lapsed)
    assert not [moved for moved in of(day, DoorMoved) if moved.cause in {"forced", "found"}]
    assert day.crowd.inside <= {VISITORS}


def grants(day: VirtualSite) -> list[str]:
    """The grants of cards; one by hand names nobody who could enter."""
    verdicts = ((seq, fact) for seq, fact in day.log if isinstance(fact, Judged) and fact.granted and fact.reader)
    return [f"1-{seq}" for seq, fact in verdicts if fact.direction is Direction.IN]


@pytest.mark.parametrize(("site", "speed", "seed"), CASES)
def test_who_came_is_checked_in_and_what_nobody_came_for_is_released(site: str, speed: float, seed: int) -> None:
    day = lived(site, speed, seed)
    due = {booking.id for booking in day.plan.bookings if booking.release_ms is not None}
    today = {booking.id for booking in day.plan.bookings if booking.start_ms < day.plan.ends_ms}
    released = [gone.booking for gone in of(day, NoShow) if not gone.unproved and gone.booking in today]
    assert sorted(released) == sorted(day.plan.no_shows & today), "what is tomorrow's may be released tomorrow"
    assert len(released) >= 2
    assert {came.booking for came in of(day, CheckedIn)} == (due & today) - day.plan.no_shows


@pytest.mark.parametrize(("site", "speed", "seed"), CASES)
def test_a_visitor_is_counted_until_their_host_says_that_they_went(site: str, speed: float, seed: int) -> None:
    day = lived(site, speed, seed)
    (begun,), (over,) = of(day, VisitBegan), of(day, VisitEnded)
    assert (begun.visit, begun.zone) == (over.visit, "sala")
    assert over.by == begun.host


@pytest.mark.parametrize(("site", "speed", "seed"), CASES)
def test_every_message_is_acknowledged_and_no_number_is_missing(site: str, speed: float, seed: int) -> None:
    day = lived(site, speed, seed)
    assert not of(day, DeviceGap)
    assert not of(day, Refusals)
    assert [device.life.outbox for device in day.devices.values() if device.life is not None] == [
        Outbox() for device in day.devices.values() if device.life is not None
    ]


@pytest.mark.parametrize(("site", "speed", "seed"), CASES)
def test_sensors_and_links_are_told_as_they_were(site: str, speed: float, seed: int) -> None:
    day = lived(site, speed, seed)
    assert of(day, DeskMoved)
    gone = Counter(moved.device for moved in of(day, DeviceMoved) if moved.link == "offline")
    befallen = {e.act.device for e in day.plan.world_events if isinstance(e.act, Befalls)}
    assert set(gone) == befallen
    assert {moved.link for moved in of(day, DeviceMoved)} == {"online", "offline"}


def test_the_same_seed_gives_the_same_day_byte_for_byte() -> None:
    first, again, other = (sha256(b"\n".join(trace_of(seed))).hexdigest() for seed in (7, 7, 8))
    assert first == again
    assert first != other


def trace_of(seed: int) -> list[bytes]:
    day = VirtualSite(MATERA, plan_day(MATERA, DAY, seed, 12, 1_500.0), 1_500.0, seed)
    day.run()
    return day.trace
