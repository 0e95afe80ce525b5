"""A planned day: the same for one seed, with room between taps, and refused for the reasons that it promises."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.case import Age, Conditions, request_at
from access.clock import DAY_MS, Now
from access.credential import canonical
from access.judge import judge
from access.records import Record
from access.replica import Put, Replica, apply
from access.site import Direction, Door, Policy, Site
from access.state import onward_of
from firmware_sim.crowd import Crowd, OpenByHand, ToDevice, act, shown
from firmware_sim.day import PASS_GAP_REAL_MS, TAP_GAP_REAL_MS, plan_day
from firmware_sim.doings import Show
from firmware_sim.happenings import CardShown, SeatLeft, SeatTaken, WifiBack, WifiLost
from firmware_sim.scenario import Befalls, Comes, DayPlan, Fidgets, Goes, LetsIn, Sits
from tests.support.places import CINISELLO, MATERA

DAY = date(2026, 11, 23)
SITES = [pytest.param(CINISELLO, id="cinisello"), pytest.param(MATERA, id="matera")]
SPEEDS = [1.0, 60.0, 750.0, 1_500.0]
KEY = b"k" * 32


def hashed(uid: str) -> bytes:
    return canonical(uid).ljust(32, b"\0")


def typed_plainly(uid: str, pin: str) -> bytes:
    del uid
    return pin.encode()


def replica_of(plan: DayPlan) -> Replica:
    badges = [replace(c.badge, credentials=(hashed(c.uid),), pins=(c.pin.encode(),)) for c in plan.badges]
    records: list[Record] = [*plan.records, *badges]
    return apply(Replica(), "g", 1, [Put(record) for record in records])


@dataclass
class Played:
    """A day played against the judge itself: who was refused why, who was where, what desks said."""

    site: Site
    plan: DayPlan
    told: Replica | None = None
    credential: Callable[[str], bytes] = hashed
    typed: Callable[[str, str], bytes] = typed_plainly
    crowd: Crowd = field(init=False)
    reasons: list[str] = field(default_factory=list)
    granted: int = 0
    sat: int = 0
    opened_by_hand: int = 0
    unheard: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.crowd = Crowd(self.site)
        replica, zone = self.told or replica_of(self.plan), ZoneInfo(self.site.timezone)
        onward = onward_of(self.site)
        for planned in self.plan.world_events:
            self.crowd, deeds = act(self.crowd, planned.act)
            for deed in deeds:
                match deed:
                    case ToDevice(device, WifiLost()):
                        self.unheard.add(device)
                    case ToDevice(device, WifiBack()):
                        self.unheard.discard(device)
                    case ToDevice(_, SeatTaken()):
                        self.sat += 1
                    case OpenByHand():
                        self.opened_by_hand += 1
                    case ToDevice(reader, CardShown(uid, pin)):
                        self._answer(replica, zone, onward, reader, (uid, pin or ""), planned.at_ms)

    def _answer(
        self,
        replica: Replica,
        zone: ZoneInfo,
        onward: dict[str, frozenset[str]],
        reader: str,
        shown_card: tuple[str, str],
        at_ms: int,
    ) -> None:
        uid, pin = shown_card
        device = self.site.devices[reader]
        door = self.site.doors[device.ref]
        if device.direction is Direction.OUT:
            self.crowd, _ = shown(self.crowd, reader, Show("granted", uid))
            return
        age = Age.STALE if reader in self.unheard else Age.FRESH
        asked = request_at(door, self.site.zones[door.zone], onward[door.id], self.credential(uid))
        request = replace(asked, age=age, pin=self.typed(uid, pin), conditions=self._conditions(door, at_ms))
        verdict = judge(replica, Policy(), zone, request, Now(at_ms, 0, 0))
        self.granted += verdict.granted
        self.reasons += [] if verdict.granted else [str(verdict.reason)]
        self.crowd, _ = shown(self.crowd, reader, Show("granted" if verdict.granted else "denied", uid))

    def _conditions(self, door: Door, at_ms: int) -> Conditions:
        """What the site's gateway would say of that moment: who did not come, and how many are behind the door."""
        due = {one.id for one in self.plan.bookings if one.release_ms is not None and one.release_ms <= at_ms}
        inside = sum(zone == door.zone for zone in self.crowd.where.values())
        return Conditions(released=self.plan.no_shows & due, headcount=inside)


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("seed", range(6))
def test_a_day_grants_and_refuses_for_all_the_reasons_that_it_promises(site: Site, speed: float, seed: int) -> None:
    plan = plan_day(site, DAY, seed, 20, speed)
    played = Played(site, plan)
    assert set(played.reasons) == plan.expected
    assert len(plan.expected) >= 4
    assert played.granted >= 3
    assert played.sat >= 1
    assert played.opened_by_hand == 1


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("seed", range(6))
def test_everybody_with_a_way_out_is_out_at_the_end_and_no_act_was_in_vain(site: Site, speed: float, seed: int) -> None:
    plan = plan_day(site, DAY, seed, 20, speed)
    crowd = Played(site, plan).crowd
    assert crowd.inside <= {"visitors"}
    assert not crowd.seated
    assert not crowd.tapped


def uses(plan: DayPlan, site: Site) -> Iterator[tuple[str, int, str]]:
    """Each use of a door: the door, when, and the reader if a card is shown."""
    for planned in plan.world_events:
        match planned.act:
            case Comes(_, _, reader):
                yield site.devices[reader].ref, planned.at_ms, reader
            case Goes(_, uid, door):
                out = [d.id for d in site.devices.values() if d.ref == door and d.direction is Direction.OUT]
                yield door, planned.at_ms, out[0] if out and uid else ""
            case LetsIn(_, door):
                yield door, planned.at_ms, ""


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("seed", range(6))
def test_readers_and_doors_have_room_in_real_time_between_two_people(site: Site, speed: float, seed: int) -> None:
    used = list(uses(plan_day(site, DAY, seed, 20, speed), site))
    for door in site.doors:
        times = sorted(at_ms for place, at_ms, _ in used if place == door)
        assert all(late - early >= round(PASS_GAP_REAL_MS * speed) for early, late in pairwise(times))
    for reader in site.devices:
        times = sorted(at_ms for _, at_ms, place in used if place == reader)
        assert all(late - early >= round(TAP_GAP_REAL_MS * speed) for early, late in pairwise(times))


BARS_NOT_FOR_LONG = [
    (site, speed) for site in (CINISELLO, MATERA) for speed in SPEEDS if site is CINISELLO or speed <= 750
]


@pytest.mark.parametrize(("site", "speed"), BARS_NOT_FOR_LONG, ids=[f"{s.id}-{v:g}" for s, v in BARS_NOT_FOR_LONG])
def test_the_unheard_tap_is_old_when_it_arrives(site: Site, speed: float) -> None:
    plan = plan_day(site, DAY, 3, 20, speed)
    reader = next(e.act.device for e in plan.world_events if isinstance(e.act, Befalls) and e.act.what == WifiLost())
    lost, back = (
        next(e.at_ms for e in plan.world_events if e.act == Befalls(reader, what)) for what in (WifiLost(), WifiBack())
    )
    taps = [e.at_ms for e in plan.world_events if isinstance(e.act, Comes) and e.act.reader == reader]
    (unheard,) = [at_ms for at_ms in taps if lost <= at_ms <= back]
    assert (back - unheard) / speed > 6_000


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(10, 60), st.sampled_from(SPEEDS), st.sampled_from([CINISELLO, MATERA]))
def test_no_two_bookings_of_a_day_overlap_on_one_resource(seed: int, people: int, speed: float, site: Site) -> None:
    plan = plan_day(site, DAY, seed, people, speed)
    for first in plan.bookings:
        assert first.start_ms < first.end_ms <= first.start_ms + DAY_MS
        others = [b for b in plan.bookings if b.id != first.id and b.resource == first.resource]
        assert all(other.end_ms <= first.start_ms or first.end_ms <= other.start_ms for other in others)
    assert len(plan.people) == len(plan.badges) == people
    assert len({card.uid for card in plan.badges}) == people
    assert {card.badge.person for card in plan.badges} == {person.id for person in plan.people}
    holders = {person.id for person in plan.people} | {one.group for person in plan.people for one in person.groups}
    assert {booking.holder for booking in plan.bookings} <= holders
    assert [e.at_ms for e in plan.world_events] == sorted(e.at_ms for e in plan.world_events)


@pytest.mark.parametrize("site", SITES)
def test_one_seed_gives_one_day_and_another_another(site: Site) -> None:
    assert plan_day(site, DAY, 7, 20) == plan_day(site, DAY, 7, 20)
    assert plan_day(site, DAY, 7, 20).world_events != plan_day(site, DAY, 8, 20).world_events


def test_a_slow_day_has_all_that_an_ordinary_day_has() -> None:
    plan = plan_day(CINISELLO, DAY, 7, 34)
    acts = [planned.act for planned in plan.world_events]
    people = {card.badge.id: card for card in plan.badges}
    assert sum(isinstance(one, Fidgets) for one in acts) > 5
    assert sum(isinstance(one, Sits) for one in acts) > 8
    assert any(card.badge.revoked for card in people.values())
    assert any(card.badge.long_pulse for card in people.values())
    assert any(isinstance(one, Comes) and one.who == "" for one in acts)
    came = {one.who for one in acts if isinstance(one, Comes)}
    assert len({booking.person for booking in plan.bookings if booking.person} - came) == 2, "two never come"
    assert any(booking.start_ms > plan.ends_ms for booking in plan.bookings), "the wrong day's booking is tomorrow's"


def test_a_fidget_is_shorter_than_the_hold_and_comes_back_in_site_time() -> None:
    crowd = Crowd(CINISELLO, where={"p": "sala"}, seated={"p": "sensore-d01"})
    _, deeds = act(crowd, Fidgets("p", "sensore-d01", 120_000))
    assert deeds == (ToDevice("sensore-d01", SeatLeft()), ToDevice("sensore-d01", SeatTaken(), site_ms=120_000))
    assert Policy().desk_hold_ms > 120_000


@pytest.mark.parametrize(("people", "speed"), [(9, 1.0), (20, 0.5)])
def test_too_few_people_or_too_slow_a_day_is_refused(people: int, speed: float) -> None:
    with pytest.raises(ValueError, match="at least"):
        plan_day(MATERA, DAY, 1, people, speed)


def test_a_site_that_nobody_can_enter_is_refused() -> None:
    bare = replace(MATERA, devices={})
    with pytest.raises(ValueError, match="no door from outside"):
        plan_day(bare, DAY, 1, 20)


def test_a_day_of_changing_clocks_begins_at_its_own_midnight() -> None:
    plan = plan_day(MATERA, date(2026, 3, 29), 1, 12)
    first = plan.begins_ms / 1_000
    assert 5 * 3600 + 40 * 60 <= first % 86_400 <= 5 * 3600 + 46 * 60
