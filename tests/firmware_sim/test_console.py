"""Lines become what happens to which device; a wrong line says how to write it."""

import pytest

from access.site import Device, Direction, Door, Site, StandsFor, Zone
from firmware_sim.console import USAGE, BadLine, Timed, understand
from firmware_sim.door_controller import DoorController
from firmware_sim.happenings import (
    BatterySet,
    CardShown,
    CardTaken,
    DoorHeld,
    DoorPushed,
    ExitPressed,
    PowerCut,
    PowerOn,
    SeatLeft,
    SeatTaken,
    Walked,
    WifiBack,
    WifiLost,
)
from firmware_sim.site_devices import devices_of

BOOT = "00000000000000b1"
DEVICES = (
    Device("reader-main", "hubout", StandsFor.READER, "main"),
    Device("reader-out", "hubout", StandsFor.READER, "main", direction=Direction.OUT),
    Device("lock-main", "hubout", StandsFor.DOOR, "main"),
    Device("contact-back", "hubout", StandsFor.CONTACT, "back"),
    Device("sensor-1", "hubout", StandsFor.DESK_SENSOR, "desk-1"),
    Device("sensor-2", "zigbee2mqtt", StandsFor.DESK_SENSOR, "desk-2", topic="zigbee2mqtt/desk-2"),
    Device("counter", "hubout", StandsFor.PEOPLE_COUNTER, "hall"),
)
SITE = Site(
    "matera",
    "Matera",
    "Europe/Rome",
    {"hall": Zone("hall", "Hall")},
    {"main": Door("main", "Main", "hall", controller="lock-main"), "back": Door("back", "Back", "hall")},
    devices={device.id: device for device in DEVICES},
)
CARD = "04A1B2C3D4E580"


@pytest.mark.parametrize(
    ("line", "timed"),
    [
        ("", ()),
        ("  # a remark", ()),
        (f"tap reader-main {CARD}", (Timed("reader-main", CardShown(CARD)), Timed("reader-main", CardTaken(), 500))),
        (
            "tap reader-out 04a1b2c3 4711",
            (Timed("reader-out", CardShown("04A1B2C3", "4711")), Timed("reader-out", CardTaken(), 500)),
        ),
        ("sit desk-1", (Timed("sensor-1", SeatTaken()),)),
        ("sit sensor-1", (Timed("sensor-1", SeatTaken()),)),
        ("leave desk-1", (Timed("sensor-1", SeatLeft()),)),
        ("push main", (Timed("lock-main", DoorPushed()),)),
        ("push back", (Timed("contact-back", DoorPushed(inside=True)),)),
        ("exit main", (Timed("lock-main", ExitPressed()), Timed("lock-main", DoorPushed(inside=True), 300))),
        ("open main", (Timed("lock-main", DoorHeld(open=True)),)),
        ("shut main", (Timed("lock-main", DoorHeld(open=False)),)),
        ("walk hall 2 1", (Timed("counter", Walked(2, 1)),)),
        ("wifi counter on", (Timed("counter", WifiBack()),)),
        ("wifi counter off", (Timed("counter", WifiLost()),)),
        ("wifi counter off 10", (Timed("counter", WifiLost()), Timed("counter", WifiBack(), 10_000))),
        ("power reader-main", (Timed("reader-main", PowerCut()), Timed("reader-main", PowerOn(BOOT), 1_000))),
        ("power reader-main off", (Timed("reader-main", PowerCut()),)),
        ("power reader-main on", (Timed("reader-main", PowerOn(BOOT)),)),
        ("battery desk-1 7", (Timed("sensor-1", BatterySet(7)),)),
    ],
)
def test_a_line_is_understood(line: str, timed: tuple[Timed, ...]) -> None:
    assert understand(line, SITE, BOOT) == timed


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("knock main", "'knock' is none of tap, sit, leave"),
        ("tap", "write tap READER UID"),
        ("tap reader-main", "write tap READER UID"),
        ("tap reader-main 04A1B2C3 1 2", "write tap READER UID"),
        ("tap lock-main 04A1B2C3", "no simulated reader called or standing for 'lock-main'"),
        ("tap reader-main 04:A1:B2:C3", "two digits a byte"),
        ("tap reader-main A1B2", "3 to 10 bytes"),
        ("tap reader-main 04A1B2C3 abc", "PIN"),
        ("sit desk-2", "no simulated desk-sensor called or standing for 'desk-2'"),
        ("push hall", "no simulated door or contact"),
        ("walk hall many 1", "no number from 0 to 10000"),
        ("walk hall 1", "write walk COUNTER"),
        ("wifi counter sideways", "write wifi DEVICE on"),
        ("wifi counter on 10", "write wifi DEVICE on"),
        ("wifi counter off 99999999999", "no number"),
        ("power counter maybe", "write power DEVICE"),
        ("battery desk-1 101", "from 0 to 100"),
        ("battery desk-1 ²", "from 0 to 100"),
        ("x" * 500, "is none of"),
    ],
)
def test_a_wrong_line_says_how_to_write_it(line: str, says: str) -> None:
    with pytest.raises(BadLine, match=says) as caught:
        understand(line, SITE, BOOT)
    assert len(str(caught.value)) < 200


def test_a_wrong_line_never_repeats_a_card() -> None:
    with pytest.raises(BadLine) as caught:
        understand(f"tap reader-main {CARD}F", SITE, BOOT)
    assert CARD not in str(caught.value)


def test_every_verb_has_its_usage() -> None:
    assert len(USAGE) == 11


def test_a_site_gets_a_device_for_each_that_speaks_our_wire_and_no_other() -> None:
    devices = {device.id: device for device in devices_of(SITE)}
    assert list(devices) == [device.id for device in DEVICES if device.native]
    assert devices["sensor-1"].battery is not None
    assert devices["lock-main"].battery is None
    assert isinstance(devices["contact-back"].part, DoorController)
    assert [device.part.kind for device in devices.values()] == [
        "reader",
        "reader",
        "door",
        "door",
        "desk-sensor",
        "people-counter",
    ]
