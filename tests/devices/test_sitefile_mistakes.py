"""One mistake at a time, each found at its line, with what to write instead."""

from pathlib import Path
from typing import NamedTuple

import pytest

from devices.sitefile import Severity, check
from tests.support.sites import edited_site


class Case(NamedTuple):
    """``old`` of the example becomes ``new``; the one mistake stands ``below`` lines under it."""

    old: str
    new: str
    what: str
    instead: str
    below: int = 0
    severity: Severity = Severity.ERROR


WARNING = Severity.WARNING
MAKER = 'driver = "tasmota"\ntopic = "t/r"'
HUBOUT = 'driver = "hubout"'

SYNTAX = [
    Case('name = "Hall"', 'name = "Hall', "not TOML: illegal character", "quotes"),
    Case('name = "Hall"', "name = Hall", "not TOML: invalid value", "quotes"),
    Case("capacity = 40", "capacity = 40\ncapacity = 41", "not TOML: cannot overwrite a value", "key = value", 1),
    Case("[storage]", "[site]", "not TOML: cannot declare", "key = value"),
    Case("capacity = 40", "capacity = 0x" + "f" * 5_000, "capacity is out of bounds", "at most 100000"),
    Case("[[desks]]", "[desks]", "not TOML", "key = value", 7),
]
KEYS = [
    Case("pulse_ms = 3000", "pulsems = 3000", 'unknown key "pulsems"', "write pulse_ms"),
    Case("pulse_ms = 3000", "zzz = 3000", 'unknown key "zzz"', "one of id, name, zone"),
    Case("rex = 22", "rexx = 22", 'unknown key "rexx"', "write rex"),
    Case("[policy]", "[polcy]", 'unknown table or key "polcy"', "write [policy]"),
    Case("[live]", "[zzz]", 'unknown table or key "zzz"', "one of [site], [broker]"),
    Case('id = "matera"\n', "", "id is missing", 'write id = "matera"', -1),
    Case("[[desks]]", "[[desks]]\nid = 7", "not TOML", "key = value", 2),
]
TYPES = [
    Case("capacity = 40", 'capacity = "40"', "capacity must be a whole number", "write capacity = 40"),
    Case("capacity = 40", "capacity = 40.5", "capacity must be a whole number", "write capacity = 40"),
    Case("contact = true", 'contact = "yes"', "contact must be true or false", "write contact = true"),
    Case("held_open_s = 30", "held_open_s = nan", "must be a finite number", "write held_open_s = 30"),
    Case("held_open_s = 30", "held_open_s = true", "must be a number", "write held_open_s = 30"),
    Case('name = "Entrance"', "name = 7", "name must be a text in quotes", 'write name = "Entrance"'),
    Case('name = "Entrance"', 'name = ""', "name is empty", 'write name = "Entrance"'),
    Case('name = "Entrance"', f'name = "{"x" * 81}"', "name is too long", "at most 80 characters"),
    Case('day_ends = "04:00"', "day_ends = 04:00:00", "must be a text in quotes", 'write day_ends = "04:00"'),
    Case(
        'day_ends = "04:00"', 'day_ends = "24:00"', "day_ends is not written as it must be", 'write day_ends = "04:00"'
    ),
    Case('exit = "handle"', 'exit = "lever"', '"lever" is no exit', 'write "handle", "button" or "reader"'),
    Case('exit = "handle"', "exit = 7", "the value is no exit", 'write "handle", "button" or "reader"'),
    Case('pins = "lgpio" ', 'pins = "gpio" ', '"gpio" is no pins', 'write "lgpio" or "mock"'),
    Case('topic = "zigbee2mqtt/desk-02"', 'topic = "zigbee2mqtt/#"', "topic is not written", "without wildcards"),
]
BOUNDS = [
    Case("capacity = 40", "capacity = 0", "capacity is out of bounds", "at least 1"),
    Case("capacity = 40", "capacity = -3", "capacity is out of bounds", "at least 1"),
    Case("pulse_ms = 3000", "pulse_ms = 99", "pulse_ms is out of bounds", "at least 100"),
    Case("max_lease_ms = 10000", "max_lease_ms = 60001", "max_lease_ms is out of bounds", "at most 60000"),
    Case("pulse_ms = 3000", "pulse_ms = 10001", "longer than max_lease_ms", "write at most 10000"),
    Case("lock = 17", "lock = 28", "lock is out of bounds", "at most 27"),
    Case("lock = 17", "lock = -1", "lock is out of bounds", "at least 0"),
    Case("fire_pin = 5", "fire_pin = 40", "fire_pin is out of bounds", "at most 27"),
    Case("x = 80", "x = -1", "x is out of bounds", "at least 0"),
    Case("port = 8080", "port = 80808", "port is out of bounds", "at most 65535"),
    Case("silent_after_s = 180", "silent_after_s = -1", "silent_after_s is out of bounds", "at least 1"),
    Case("silent_after_s = 180", "tap_max_age_s = 6", "tap_max_age_s is out of bounds", "at most 5"),
]
IDS = [
    Case('id = "matera"', 'id = "Matera!"', 'the id "Matera!" is not usable', "a-z, 0-9 and -"),
    Case('id = "matera"', 'id = "gateway"', 'the id "gateway" is reserved', "choose another"),
    Case('id = "lab"', 'id = "hall"\nname = "H"\n[[zones]]\nid = "lab"', 'the id "hall" is given twice', "its own id"),
    Case('zone = "lab"', 'zone = "lob"', 'there is no zone "lob"', 'write "lab"'),
    Case('outer = "hall"', 'outer = "qqq"', 'there is no zone "qqq"', 'known: "hall", "lab"'),
    Case('outer = "hall"', 'outer = "lab"', "into the same zone", "remove outer"),
    Case('door = "entrance"', 'door = "entrence"', 'there is no door "entrence"', 'write "entrance"'),
    Case('desk = "desk-02"', 'desk = "desk-03"', 'there is no desk "desk-03"', 'write "desk-02"'),
    Case('driver = "zigbee2mqtt"', 'driver = "zigbee"', 'there is no driver "zigbee"', 'write "zigbee2mqtt"'),
    Case("Europe/Rome", "Europe/Roma", 'there is no time zone "Europe/Roma"', 'write "Europe/Rome"'),
    Case("Europe/Rome", "../../etc/passwd", "there is no time zone", 'write "Europe/Rome"'),
]
DEVICES = [
    Case('topic = "zigbee2mqtt/desk-02"\n', "", "a zigbee2mqtt device needs its topic", "write topic", -1),
    Case(HUBOUT, f'{HUBOUT}\ntopic = "a"', "the topic of a hubout device follows from its id", "remove topic", 1),
    Case('desk = "desk-02"', 'desk = "desk-01"', 'the desk "desk-01" is already that of device', "its own desk"),
    Case('desk = "desk-02"', "", "does not say which desk it stands for", 'write desk = "', -5),
    Case('desk = "desk-02"', 'desk = "desk-02"\nzone = "hall"', "a desk-sensor has no zone", "has a desk", 1),
    Case('desk = "desk-02"', 'desk = "desk-02"\nuid = "decimal"', "uid is for readers", "remove it", 1),
    Case(
        'driver = "hubout"\nstands_for = "door"', f'{MAKER}\nstands_for = "door"', "cannot drive a lock", "[doors.gpio]"
    ),
    Case(HUBOUT, MAKER, "cannot prove a tap's age", 'freshness = "unproved"', 3, WARNING),
]
PLACES = [
    Case(
        "x = 80\n",
        "",
        '"desk-01" has y and no x: it is drawn on a plain grid',
        "write x and y, or remove y",
        0,
        WARNING,
    ),
    Case("y = 200\n", "", '"lab-door" has x and no y: it is not drawn', "write x and y", -1, WARNING),
    Case(
        "x = 20\n", "", '"meeting" has y, width and height and no x: it is not drawn', "y, width and height", 0, WARNING
    ),
    Case(
        "width = 640\nheight = 400\n",
        "",
        '"hall" has x and y and no width and height',
        "or remove x and y",
        -2,
        WARNING,
    ),
    Case("x = 640", "x = 639", 'zone "lab" is drawn over zone "hall"', "a room within a zone", 0, WARNING),
    Case("width = 220", "width = 0", "width is out of bounds", "at least 1"),
    Case('id = "meeting"', 'id = "lab"', 'the id "lab" is also that of a zone', "its own id"),
    Case('id = "meeting"', 'id = "desk-01"', 'the id "desk-01" is also that of a desk', "its own id"),
    Case('zone = "hall"', 'zone = "hull"', 'there is no zone "hull"', 'write "hall"'),
]


@pytest.mark.parametrize("case", [*SYNTAX, *KEYS, *TYPES, *BOUNDS, *IDS, *DEVICES, *PLACES], ids=lambda c: c.new[:40])
def test_a_mistake_is_named_at_its_line_with_what_to_write(tmp_path: Path, case: Case) -> None:
    path, line = edited_site(tmp_path, case.old, case.new)
    (mistake,) = check(path)
    assert case.what in mistake.what
    assert case.instead in mistake.instead
    assert (mistake.line, mistake.severity) == (line + case.below, case.severity)


READERS = """
[[devices]]
id = "first"
driver = "tasmota"
topic = "rfid-1"
stands_for = "reader"
door = "entrance"

[[devices]]
id = "second"
driver = "tasmota"
topic = "{topic}"
stands_for = "{stands_for}"
door = "{door}"

[broker]"""


@pytest.mark.parametrize("topic", ["rfid-1", "tele/rfid-1/SENSOR"])
def test_two_readers_on_one_topic_are_named_however_it_is_written(tmp_path: Path, topic: str) -> None:
    readers = READERS.format(topic=topic, stands_for="reader", door="entrance")
    path, _ = edited_site(tmp_path, "[broker]", readers)
    (mistake,) = [found for found in check(path) if found.severity is Severity.ERROR]
    assert mistake.what == f'the topic "{topic}" is already that of device "first"'
    assert path.read_text().split("\n")[mistake.line - 1] == f'topic = "{topic}"'


def test_a_board_may_be_a_reader_and_a_contact_on_one_topic(tmp_path: Path) -> None:
    board = READERS.format(topic="rfid-1", stands_for="contact", door="lab-door")
    path, _ = edited_site(tmp_path, "[broker]", board)
    assert [found for found in check(path) if found.severity is Severity.ERROR] == []


def test_a_table_that_is_needed_is_asked_for(tmp_path: Path) -> None:
    path, _ = edited_site(tmp_path, '[storage]\ndirectory = "/var/lib/hubout"\n', "")
    (mistake,) = check(path)
    assert (mistake.what, mistake.instead) == ("there is no [storage]", "add [storage]")


def test_all_mistakes_are_told_at_once_and_in_the_order_of_their_lines(tmp_path: Path) -> None:
    path, _ = edited_site(tmp_path, "lock = 17", "lock = 99")
    for old, new in (("capacity = 40", "capacity = 0"), ("port = 8080", "port = 0"), ("Europe/Rome", "Rome")):
        path.write_text(path.read_text().replace(old, new))
    mistakes = check(path)
    assert [mistake.line for mistake in mistakes] == sorted(mistake.line for mistake in mistakes)
    assert len(mistakes) == 4


def test_a_mistake_in_one_thing_makes_no_mistakes_of_what_refers_to_it(tmp_path: Path) -> None:
    path, _ = edited_site(tmp_path, 'id = "hall"\nname = "Hall"', 'id = "hall"\nname = 7')
    (mistake,) = check(path)
    assert "name must be" in mistake.what


@pytest.mark.parametrize(
    "text", ["", "\n", "x", "[]", "zones = 5", "[zones]", "doors = [1, 2]", "devices = 7", "site = []", "[[site]]"]
)
def test_a_file_that_says_nearly_nothing_is_told_what_it_needs(tmp_path: Path, text: str) -> None:
    path = tmp_path / "site.toml"
    path.write_text(text)
    assert check(path)


def test_a_file_that_is_not_utf8_is_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_bytes(b"[site]\nname = 'Caff\xe8'\n")
    (mistake,) = check(path)
    assert (mistake.line, mistake.instead) == (2, "save it as UTF-8")


def test_a_file_that_is_far_too_large_or_too_deep_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text("#" * (2 << 20))
    assert "larger than 1 MiB" in check(path)[0].what
    path.write_text("a = " + "[" * 5_000)
    assert "nested too deep" in check(path)[0].what
    path.write_text("a = " + "9" * 5_000)
    assert "out of range" in check(path)[0].what
