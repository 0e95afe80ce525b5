"""The simulated devices of a site: one for each that its file gives the driver ``hubout``."""

from collections.abc import Mapping

from access.site import Device as SiteDevice
from access.site import Site, StandsFor
from firmware_sim.battery import Battery
from firmware_sim.desk_sensor import DeskSensor
from firmware_sim.device import HEARTBEAT_MS, Device
from firmware_sim.door_controller import DoorController
from firmware_sim.part import Part
from firmware_sim.people_counter import PeopleCounter
from firmware_sim.reader import Reader

_PARTS: Mapping[StandsFor, Part] = {
    StandsFor.READER: Reader(),
    StandsFor.DESK_SENSOR: DeskSensor(taken=False),
    StandsFor.PEOPLE_COUNTER: PeopleCounter(),
    StandsFor.DOOR: DoorController(),
    StandsFor.CONTACT: DoorController(),
}
ON_BATTERY = frozenset({StandsFor.DESK_SENSOR})


def devices_of(site: Site, heartbeat_ms: int = HEARTBEAT_MS) -> tuple[Device, ...]:
    """Every native device of the site, still off; desk sensors run on batteries."""
    return tuple(_device(device, heartbeat_ms) for device in site.devices.values() if device.native)


def _device(device: SiteDevice, heartbeat_ms: int) -> Device:
    battery = Battery() if device.stands_for in ON_BATTERY else None
    return Device(device.id, _PARTS[device.stands_for], heartbeat_ms=heartbeat_ms, battery=battery)
