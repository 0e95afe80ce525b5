"""Every message in tests/data/device-messages decodes to what was written down for it by hand, and to nothing else."""

import pytest

from access.site import StandsFor
from devices.drivers import DRIVERS, Driver, guess
from devices.readings import BatteryReading, Decoded, Ignored, LinkReading, Rejected
from tests.support.messages import DRIVER_OF_FAMILY, DeviceMessage, Expectation, expectations, messages, short

MESSAGES = messages()
EXPECTED = expectations()
ROLES = list(StandsFor)
NOT_OF_THEIR_FAMILY = ("homeassistant/",)
"""Home Assistant's discovery, which Zigbee2MQTT and ESPHome publish for it."""


def decode(message: DeviceMessage, role: StandsFor | None) -> Decoded:
    name = guess(message.topic, message.payload)
    return DRIVERS[name].decode(message.topic, message.payload, role) if name else Ignored("no driver")


def test_every_message_has_one_expectation() -> None:
    assert sorted(one.name for one in EXPECTED) == sorted(MESSAGES)


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda one: one.name)
def test_a_real_message_says_what_was_written_down_for_it(expected: Expectation) -> None:
    decoded = decode(MESSAGES[expected.name], expected.role)
    if not expected.ending:
        assert decoded == expected.readings
        return
    assert isinstance(decoded, Ignored if expected.ending == "ignored" else Rejected)
    assert expected.word in decoded.why


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda one: one.name)
def test_another_role_hears_only_link_and_battery(expected: Expectation) -> None:
    always = [one for one in expected.readings if isinstance(one, LinkReading | BatteryReading)]
    for role in ROLES:
        decoded = decode(MESSAGES[expected.name], role)
        if {role, expected.role} in ({StandsFor.CONTACT, StandsFor.DOOR}, {expected.role}):
            continue
        if isinstance(decoded, tuple) and role is StandsFor.READER:
            assert [one for one in decoded if isinstance(one, LinkReading | BatteryReading)] == list(decoded)
        for one in always:
            assert isinstance(decoded, tuple)
            assert one in decoded


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_a_message_goes_to_the_driver_of_its_family(message: DeviceMessage) -> None:
    known = None if message.topic.startswith(NOT_OF_THEIR_FAMILY) else DRIVER_OF_FAMILY.get(message.family)
    assert guess(message.topic, message.payload) == known


@pytest.mark.parametrize("driver", DRIVERS.values(), ids=DRIVERS)
def test_no_driver_makes_a_card_of_a_message_that_has_none(driver: Driver) -> None:
    with_cards = {one.name for one in EXPECTED if short(one.readings).startswith("tap")}
    for name in sorted(set(MESSAGES) - with_cards):
        decoded = driver.decode(MESSAGES[name].topic, MESSAGES[name].payload, StandsFor.READER)
        assert "tap" not in short(decoded), name


def test_the_table_covers_each_kind_of_reading_but_the_people() -> None:
    kinds = {type(reading).__name__ for one in EXPECTED for reading in one.readings}
    assert kinds == {"TapReading", "PresenceReading", "ContactReading", "LinkReading", "BatteryReading"}
