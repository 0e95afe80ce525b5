"""The people, badges and bookings of a measured site, and the site file that its programs read."""

from itertools import pairwise
from pathlib import Path

import pytest

from access.case import Request
from access.clock import Now
from access.credential import keyed_hash
from access.judge import judge
from access.reasons import Reason
from access.records import Badge, Booking, Person, mistake_in
from access.site import Policy, StandsFor
from bench.judging import ZONE
from bench.place import DOORS, Place, lock_pin, reader, sensor, write_place
from bench.population import LARGE, LINK_FILE, NORMAL, Size, fill, records, uid
from devices.sitefile import read_site_file
from gateway.link.store import LinkStore

NOW_MS = 1_795_420_800_000
KEY = bytes(range(32))
SMALL = Size(100, 150, 1_000)


@pytest.mark.parametrize("size", [SMALL, NORMAL])
def test_there_are_as_many_records_as_said_and_none_is_mistaken(size: Size) -> None:
    made = list(records(size, KEY, NOW_MS))
    counts = {kind: sum(isinstance(one, kind) for one in made) for kind in (Person, Badge, Booking)}
    assert counts == {Person: size.people, Badge: size.badges, Booking: size.bookings}
    assert [one for one in made if mistake_in(one)] == []
    assert len({(type(one), one.id) for one in made}) == len(made)


def test_no_desk_and_no_person_has_two_bookings_at_a_time() -> None:
    bookings = [one for one in records(NORMAL, KEY, NOW_MS) if isinstance(one, Booking)]
    for holder in ("resource", "person"):
        held = [one for one in bookings if getattr(one, holder)]  # A team may have several desks at a time.
        ordered = sorted(held, key=lambda one: (getattr(one, holder), one.start_ms))
        for one, after in pairwise(ordered):
            if getattr(one, holder) == getattr(after, holder):
                assert one.end_ms <= after.start_ms


def test_a_tenth_of_the_bookings_are_of_teams_that_people_are_in() -> None:
    made = list(records(NORMAL, KEY, NOW_MS))
    groups = {member.group for one in made if isinstance(one, Person) for member in one.groups}
    of_teams = [one for one in made if isinstance(one, Booking) and one.group]
    assert len(of_teams) * 10 == NORMAL.bookings
    assert {one.group for one in of_teams} <= groups
    assert not any(one.start_ms <= NOW_MS < one.end_ms for one in of_teams)


@pytest.mark.parametrize("size", [SMALL, NORMAL, LARGE])
def test_one_person_in_five_has_a_booking_now(size: Size) -> None:
    assert size.booked_now * 5 == size.people


def test_a_gateway_finds_the_replica_and_grants_those_who_are_booked_now(tmp_path: Path) -> None:
    fill(tmp_path, SMALL, KEY, NOW_MS)
    store = LinkStore.open(tmp_path / LINK_FILE)
    replica = store.replica()
    store.close()
    reasons = [
        judge(
            replica,
            Policy(),
            ZONE,
            Request("porta", "sala", frozenset({"sala"}), keyed_hash(KEY, uid(number))),
            Now(NOW_MS, 0, 0),
        ).reason
        for number in range(SMALL.people)
    ]
    assert {*reasons[: SMALL.booked_now]} == {Reason.BOOKING}
    assert Reason.BOOKING not in reasons[SMALL.booked_now :]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return write_place(tmp_path / "site", 1883, 8080, desks=5)


def test_the_site_file_is_one_that_the_programs_take_without_a_warning(place: Place) -> None:
    file = read_site_file(place.site_file)
    assert file.warnings == ()
    assert file.registry is None
    assert file.keeper.mock_directory == place.pins
    assert file.storage.directory == place.state
    assert bytes.fromhex(file.keys.credential_key_file.read_text()) == place.key


def test_each_door_has_its_reader_and_its_own_line(place: Place) -> None:
    site = read_site_file(place.site_file).site
    doors = list(site.doors.values())
    lines = [door.gpio.lock for door in doors if door.gpio is not None]
    assert lines == [lock_pin(number) for number in range(DOORS)]
    assert [site.devices[reader(number)].ref for number in range(DOORS)] == [door.id for door in doors]


def test_each_desk_has_its_sensor(place: Place) -> None:
    site = read_site_file(place.site_file).site
    sensors = [one.id for one in site.devices.values() if one.stands_for is StandsFor.DESK_SENSOR]
    assert sensors == [sensor(number) for number in range(5)]
    assert len(site.desks) == 5


def test_two_places_have_two_keys(tmp_path: Path) -> None:
    assert write_place(tmp_path / "a", 1, 2, 1).key != write_place(tmp_path / "b", 1, 2, 1).key
