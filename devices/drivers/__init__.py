"""Makers' drivers: one module a maker, each from (topic, payload) to our readings.

``DRIVERS[name].decode(topic, payload, stands_for)`` is what the gateway and ``hubout decode`` call;
``.topics(topic)`` are the MQTT filters of a device, and ``.filters(topic)`` say which of them carry taps.
"""

from collections.abc import Mapping
from types import MappingProxyType

from devices.drivers import esp_rfid, esphome, hubout, openmqttgateway, shelly, tasmota, zigbee2mqtt
from devices.drivers.driver import Driver, Filter
from devices.drivers.guess import guess

__all__ = ["DRIVERS", "Driver", "Filter", "guess"]

_ALL = (hubout, tasmota, esphome, zigbee2mqtt, esp_rfid, shelly, openmqttgateway)
DRIVERS: Mapping[str, Driver] = MappingProxyType({module.DRIVER.name: module.DRIVER for module in _ALL})
"""Every driver by the name that a site file gives it."""
