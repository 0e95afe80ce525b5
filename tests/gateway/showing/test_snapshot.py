"""What the live page is shown of a state: table by table, from states that the real core made."""

import json
import time
from collections import Counter
from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS, Now
from access.desk import DeskShown, DeskState, Use
from access.door import DoorState
from access.occupancy import Occupancy, Stay
from access.replica import Replica
from access.site import Zone
from access.state import DeviceState, Link, SiteState
from gateway.pages.happened import Recent
from gateway.pages.shape import DeskSeen, DeviceSeen, Snapshot
from gateway.showing.snapshot import Links, RegistryStanding
from tests.support.live_day import busy
from tests.support.live_site import NINE_MS, NOW, booking, fresh, present, replica, seen, small_site

RUNNING = booking("d01", "p1", NINE_MS - HOUR_MS, NINE_MS + HOUR_MS)


def desk_of(state: SiteState, desk: str = "d01", now: Now = NOW) -> DeskSeen:
    return next(one for one in seen(state, now=now)["desks"] if one["id"] == desk)


def with_use(use: Use, *bookings: object, here: tuple[str, ...] = ()) -> SiteState:
    state = fresh(held=replica(*bookings))  # type: ignore[arg-type]
    desks = {**state.desks, "d01": DeskState(use, NINE_MS - MINUTE_MS)}
    return replace(state, desks=desks, occupancy=present(*here))


@pytest.mark.parametrize(
    ("use", "booked", "here", "shown"),
    [
        (Use.VACANT, False, (), DeskShown.FREE),
        (Use.VACANT, True, (), DeskShown.BOOKED),
        (Use.VACANT, True, ("p2",), DeskShown.BOOKED),
        (Use.VACANT, True, ("p1",), DeskShown.BOOKED_EMPTY),
        (Use.OCCUPIED, True, ("p1",), DeskShown.OCCUPIED),
        (Use.OCCUPIED, False, ("p1",), DeskShown.OCCUPIED_UNBOOKED),
        (Use.UNKNOWN, True, ("p1",), DeskShown.UNKNOWN),
        (Use.UNKNOWN, False, (), DeskShown.UNKNOWN),
    ],
)
def test_a_desk_is_its_sensors_fused_with_its_running_booking(
    use: Use, booked: bool, here: tuple[str, ...], shown: DeskShown
) -> None:
    assert desk_of(with_use(use, *([RUNNING] if booked else []), here=here))["state"] == shown


@pytest.mark.parametrize(
    ("at_ms", "shown"),
    [
        (RUNNING.start_ms - 1, DeskShown.FREE),
        (RUNNING.start_ms, DeskShown.BOOKED),
        (RUNNING.end_ms - 1, DeskShown.BOOKED),
        (RUNNING.end_ms, DeskShown.FREE),
    ],
)
def test_a_booking_books_its_desk_from_its_start_to_just_before_its_end(at_ms: int, shown: DeskShown) -> None:
    assert desk_of(with_use(Use.VACANT, RUNNING), now=replace(NOW, wall_ms=at_ms))["state"] == shown


def test_a_booked_desk_tells_by_whom_and_until_when() -> None:
    desk = desk_of(with_use(Use.VACANT, RUNNING))
    assert (desk["booked_by"], desk["until_ms"], desk["next_ms"]) == ("Aurora Ferri", RUNNING.end_ms, None)


def test_a_desk_tells_of_its_next_booking_within_a_day_and_of_none_beyond() -> None:
    near = booking("d01", "p2", NINE_MS + 3 * HOUR_MS, NINE_MS + 4 * HOUR_MS)
    far = booking("d01", "p2", NINE_MS + DAY_MS + 1, NINE_MS + DAY_MS + HOUR_MS)
    assert desk_of(with_use(Use.VACANT, near, far))["next_ms"] == near.start_ms
    assert desk_of(with_use(Use.VACANT, RUNNING, near))["next_ms"] == near.start_ms
    assert desk_of(with_use(Use.VACANT, far))["next_ms"] is None


def test_a_booking_of_somebody_the_replica_lost_has_no_name() -> None:
    desk = desk_of(with_use(Use.VACANT, replace(RUNNING, person="p99")))
    assert (desk["state"], desk["booked_by"]) == (DeskShown.BOOKED, "")


def test_people_come_in_the_order_they_came_with_their_running_booking() -> None:
    state = replace(fresh(held=replica(RUNNING)), occupancy=present("p3", "p1"))
    first, second = seen(state)["people"]
    assert (first["name"], first["since_ms"], first["booking"]) == ("Chiara Lops", NINE_MS - HOUR_MS, None)
    assert second["name"] == "Aurora Ferri"
    assert second["booking"] == {"resource": "Postazione 1", "until_ms": RUNNING.end_ms}


def test_a_booking_of_a_whole_zone_goes_by_the_zones_name() -> None:
    state = replace(fresh(held=replica(replace(RUNNING, resource="lab"))), occupancy=present("p1"))
    assert seen(state)["people"][0]["booking"] == {"resource": "Laboratorio digitale", "until_ms": RUNNING.end_ms}


def test_somebody_the_replica_lost_is_present_without_a_name() -> None:
    state = replace(fresh(), occupancy=present("p99"))
    assert [(p["id"], p["name"], p["zone"]) for p in seen(state)["people"]] == [("p99", "", "Sala comune")]


@pytest.mark.parametrize(
    ("occupancy", "numbers"),
    [
        (Occupancy(), [(0, False), (0, False), (0, False)]),
        (present("p1", "p2"), [(2, False), (2, False), (0, False)]),
        (present("p1", zone="lab"), [(1, False), (0, False), (1, False)]),
        (Occupancy({"p1": Stay("lab", 0, True)}), [(1, True), (0, False), (1, True)]),
        (Occupancy({"p1": Stay("sala", 0)}, {"sala": -1}, frozenset({"sala"})), [(0, True), (0, True), (0, False)]),
        (Occupancy({}, {"lab": 2}, frozenset({"lab"})), [(2, True), (0, False), (2, True)]),
    ],
)
def test_counts_are_the_folds_own_and_say_where_they_are_estimated(
    occupancy: Occupancy, numbers: list[tuple[int, bool]]
) -> None:
    picture = seen(replace(fresh(), occupancy=occupancy))
    counted = [picture["total"], *picture["zones"]]
    assert [(count["present"], count["estimated"]) for count in counted] == numbers
    assert picture["total"]["present"] == occupancy.total()


def test_a_site_has_a_capacity_only_where_all_its_zones_have_one() -> None:
    site = small_site()
    assert seen(fresh(site))["total"]["capacity"] == 52
    boundless = replace(site, zones={**site.zones, "corte": Zone("corte", "Corte")})
    assert seen(fresh(boundless))["total"]["capacity"] is None


def test_doors_show_what_is_known_of_them() -> None:
    state = fresh()
    doors = {**state.doors, "ingresso": DoorState(open=True, held=True, forced=True, released=True)}
    street, inner = seen(replace(state, doors=doors))["doors"]
    assert (street["open"], street["held"], street["forced"], street["released"]) == (True, True, True, True)
    assert (street["can_open"], street["unproved"], street["has_contact"]) == (True, False, True)
    assert (inner["open"], inner["can_open"], inner["unproved"], inner["has_contact"]) == (None, False, True, False)


def device(state: SiteState, ident: str, now: Now = NOW) -> DeviceSeen | None:
    return next((one for one in seen(state, now=now)["devices"] if one["id"] == ident), None)


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        (None, ("unknown", False)),
        (DeviceState(Link.ONLINE), None),
        (DeviceState(Link.ONLINE, battery_pct=16), None),
        (DeviceState(Link.ONLINE, battery_pct=15), ("online", True)),
        (DeviceState(Link.SILENT), ("silent", False)),
        (DeviceState(Link.OFFLINE, battery_pct=3), ("offline", True)),
    ],
)
def test_only_devices_to_look_at_are_shown(known: DeviceState | None, shown: tuple[str, bool] | None) -> None:
    state = fresh()
    found = device(replace(state, devices={} if known is None else {"sensore-1": known}), "sensore-1")
    assert (None if found is None else (found["link"], found["battery_low"])) == shown


def test_a_devices_last_word_is_told_on_the_sites_own_clock() -> None:
    silent = replace(fresh(), devices={"lettore": DeviceState(Link.SILENT)}, heard={"lettore": NOW.day_ms - 5_000})
    heard = {one["id"]: one["heard_ms"] for one in seen(silent)["devices"]}
    assert (heard["lettore"], heard["lettore-lab"]) == (NINE_MS - 5_000, None)


def test_a_device_is_placed_by_the_name_of_what_it_stands_for() -> None:
    assert [one["place"] for one in seen(fresh())["devices"]] == ["Ingresso", "Porta del laboratorio", "Postazione 1"]


@pytest.mark.parametrize(
    ("links", "registry", "waiting"),
    [
        (Links(True), "none", 0),
        (Links(True, RegistryStanding(online=True)), "online", 0),
        (Links(False, RegistryStanding(waiting=7, trouble="it refused the token")), "offline", 7),
    ],
)
def test_each_source_tells_how_fresh_it_is(links: Links, registry: str, waiting: int) -> None:
    sources = seen(fresh(), links=links)["sources"]
    assert (sources["registry"], sources["waiting"], sources["broker_online"]) == (
        registry,
        waiting,
        links.broker_online,
    )
    assert sources["replica_version"] == 412


def test_the_keeper_is_missed_only_where_a_lock_hangs_on_it() -> None:
    state = fresh()
    assert seen(state)["sources"]["keeper_needed"]
    assert not seen(state)["sources"]["keeper_found"]
    assert seen(replace(state, keeper_run="k1"))["sources"]["keeper_found"]
    without = replace(small_site(), doors={"porta-lab": small_site().doors["porta-lab"]})
    assert not seen(fresh(without))["sources"]["keeper_needed"]


def test_an_untrusted_clock_is_told() -> None:
    assert not seen(fresh(), now=replace(NOW, trusted=False))["sources"]["clock_trusted"]


def test_refused_messages_are_all_of_this_run() -> None:
    recent = Recent(refused=Counter({"stale": 3, "repeated": 1}))
    assert seen(replace(fresh(), refusals={"repeated": 2}), recent)["refused"] == {"stale": 3, "repeated": 3}


def test_lockdown_fire_and_evacuation_are_told() -> None:
    state = replace(fresh(), lockdown=True, fire=True, evacuation=True)
    assert (seen(state)["lockdown"], seen(state)["fire"], seen(state)["evacuation"]) == (True, True, True)


def test_a_disk_that_does_not_take_the_log_is_told() -> None:
    assert seen(fresh())["log_written"]
    assert not seen(fresh(), links=Links(broker_online=True, log_written=False))["log_written"]


def test_a_snapshot_is_json_and_comes_back_the_same_through_the_pages_own_reading() -> None:
    picture = busy()
    line = json.dumps(picture)
    assert TypeAdapter(Snapshot).validate_json(line, strict=True) == json.loads(line) == picture


def test_a_site_with_nothing_in_it_has_a_snapshot_too() -> None:
    site = replace(small_site(), doors={}, desks={}, devices={}, zones={"sala": Zone("sala", "Sala")})
    picture = seen(fresh(site, Replica()))
    assert (picture["doors"], picture["desks"], picture["people"], picture["happened"]) == ([], [], [], [])


def cost_of(desks: int, people: int) -> float:
    """Seconds that the picture of a full house takes: the least of many, which other work on the machine touches
    least.
    """
    names = tuple(f"Persona {n}" for n in range(1, people + 1))
    bookings = [booking(f"d{n:02}", f"p{n}", NINE_MS, NINE_MS + HOUR_MS) for n in range(1, desks + 1)]
    state = fresh(small_site(desks), replica(*bookings, names=names))
    state = replace(state, occupancy=present(*(f"p{n}" for n in range(1, people + 1))))

    def took_s() -> float:
        begun = time.perf_counter()
        seen(state)
        return time.perf_counter() - begun

    return min(took_s() for _ in range(50))


def test_what_it_costs_grows_no_faster_than_the_house() -> None:
    assert cost_of(600, 1_000) <= 40 * cost_of(60, 100), "ten times as much house: in squares it would be a hundredfold"
