"""What the registry tells the sites of a planned day, whatever the hour at which the demo is run."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from access.clock import HOUR_MS
from access.codec import record_from_json
from access.credential import keyed_hash, pin_hash
from access.hours import day_start_ms
from access.records import Badge, Booking, BookingKind, Pass, PassKind, Person
from access.replica import Put, Replica, apply
from firmware_sim.day import plan_day, traveller_of
from firmware_sim.scenario import DayPlan
from hubout.demo.peopling import people
from hubout.demo.places import PLACES
from hubout.demo.stage import Stage, set_up
from registry.downlink.sweeping import sweep
from registry.problems import Problem
from registry.setup import Registry
from registry.tables import core as t
from tests.firmware_sim.test_day import Played
from tests.hubout.test_demo_parts import PORTS

DAY = date(2026, 11, 23)
MIDNIGHT_MS = day_start_ms(DAY, ZoneInfo("Europe/Rome"))
SPEEDS = {"slow": 60.0, "70 s": 668.0, "30 s": 1_560.0}


class Brought:
    """A stage whose registry has a day's people."""

    def __init__(self, folder: Path, speed: float) -> None:
        self.stage: Stage
        self.stage, self.registry = set_up(folder, PORTS)
        sites = {place.id: self.stage.site(place.id) for place in PLACES}
        first = plan_day(sites["cinisello"], DAY, 1, 26, speed)
        self.plans: list[DayPlan] = [first, plan_day(sites["matera"], DAY, 1, 26, speed, traveller_of(first))]
        people(self.registry, sites, self.plans, DAY)

    def told(self) -> dict[str, Replica]:
        """What each site holds once it has asked."""
        p = t.published.c
        with self.registry.database.read() as connection:
            rows = connection.execute(select(p.site, p.kind, p.record).where(p.record.is_not(None))).all()
        return {
            plan.site: apply(
                Replica(), "g", 1, [Put(record_from_json(kind, raw)) for site, kind, raw in rows if site == plan.site]
            )
            for plan in self.plans
        }

    def hashed(self, site: str) -> tuple[Callable[[str], bytes], Callable[[str, str], bytes]]:
        """How the site's gateway hashes a card, and a PIN with it."""
        key = self.registry.keys.of(site)

        def pinned(uid: str, pin: str) -> bytes:
            return pin_hash(key, keyed_hash(key, uid), pin) if pin else b""

        return lambda uid: keyed_hash(key, uid), pinned


@pytest.fixture(scope="module", params=SPEEDS)
def brought(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Brought:
    return Brought(tmp_path_factory.mktemp("stage"), SPEEDS[request.param])


def test_every_tap_of_the_day_is_answered_from_what_the_registry_tells_as_it_was_planned(brought: Brought) -> None:
    for plan in brought.plans:
        site, told = brought.stage.site(plan.site), brought.told()[plan.site]
        played = Played(site, plan, told, *brought.hashed(plan.site))
        assert set(played.reasons) == plan.expected
        assert played.granted >= 4


def test_nothing_that_sites_are_told_changes_by_the_hour_at_which_the_day_is_played(brought: Brought) -> None:
    before = brought.told()
    for hour in (0, 8, 12, 17, 23):
        sweep(brought.registry.database, MIDNIGHT_MS + hour * HOUR_MS)
        assert brought.told() == before


def test_everybody_is_told_as_what_they_are(tmp_path: Path) -> None:
    brought = Brought(tmp_path, SPEEDS["slow"])
    here, there = (brought.told()[site] for site in ("cinisello", "matera"))
    known: list[Person] = list(here.persons.values())
    assert sum(person.staff for person in known) == 1
    assert sum(person.minor for person in known) == 2
    assert sum(person.minor and person.guardian_from_ms is not None for person in known) == 1
    overdue = [one for one in known if one.training_due_ms is not None and one.training_due_ms < MIDNIGHT_MS]
    assert len(overdue) == 1
    assert [person.id for person in there.persons.values() if person.transfer] == [brought.plans[0].traveller]
    passes: list[Pass] = list(here.passes.values())
    assert {held.kind for held in passes} == {PassKind.GUEST, PassKind.DUTY}
    bookings: list[Booking] = list(here.bookings.values())
    groups = {one.group for one in bookings} - {""}
    assert groups == {"ci-orto", "senior-ci"}
    assert sum(one.kind is BookingKind.SESSION for one in bookings) == 2, "the cohort's, and the trainer's"
    badges: list[Badge] = list(here.badges.values())
    assert sum(badge.revoked for badge in badges) == 1
    assert 1 <= sum(bool(badge.pins) for badge in badges) <= 4


def test_the_registry_is_left_as_it_was_where_the_day_cannot_be_brought(tmp_path: Path) -> None:
    brought = Brought(tmp_path, SPEEDS["30 s"])
    before = brought.told()
    registry: Registry = brought.registry
    with pytest.raises(Problem, match="such a module already"):
        people(registry, {site.id: brought.stage.site(site.id) for site in PLACES}, brought.plans, DAY)
    assert brought.told() == before
