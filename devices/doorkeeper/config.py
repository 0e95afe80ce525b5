"""What one doorkeeper is told at its start, and the form in which its processes hand it on.

The site file is read once, by the command; what the doorkeeper needs of it crosses to the lean processes as JSON, so
that a site file broken later cannot keep a crashed keeper from coming back.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from access.site import GpioLines, LockSense

if TYPE_CHECKING:
    from devices.sitefile_settings import SiteFile

Pins = Literal["mock", "lgpio"]


@dataclass(frozen=True, slots=True)
class KeeperDoor:
    """One door whose lock is on this Pi's lines. ``max_lease_ms`` is what no lease exceeds."""

    id: str
    sense: LockSense
    lines: GpioLines
    max_lease_ms: int


@dataclass(frozen=True, slots=True)
class KeeperConfig:
    """One doorkeeper. ``mock_directory`` is where the mock lines' levels live when ``pins`` is mock; ``fire_pin`` is
    the fire panel's input, at ``fire_active_high``'s level in a fire.
    """

    socket: Path
    state_directory: Path
    doors: tuple[KeeperDoor, ...]
    pins: Pins = "lgpio"
    mock_directory: Path | None = None
    fire_pin: int | None = None
    fire_active_high: bool = True


def keeper_config(site_file: "SiteFile") -> KeeperConfig:
    """The doorkeeper's part of a site file: the doors with lines on this Pi, in the file's order."""
    keeper = site_file.keeper
    doors = tuple(
        KeeperDoor(door.id, door.sense, door.gpio, door.max_lease_ms)
        for door in site_file.site.doors.values()
        if door.gpio is not None
    )
    return KeeperConfig(
        socket=keeper.socket,
        state_directory=keeper.state_directory,
        doors=doors,
        pins=keeper.pins,
        mock_directory=keeper.mock_directory,
        fire_pin=keeper.fire_pin,
        fire_active_high=keeper.fire_active_high,
    )


def to_json(config: KeeperConfig) -> bytes:
    """The configuration as JSON, for ``from_json`` in another process of the same release."""
    return json.dumps(asdict(config), default=str).encode()


def from_json(text: bytes) -> KeeperConfig:
    """The configuration that ``to_json`` wrote."""
    body = json.loads(text)
    doors = tuple(
        KeeperDoor(door["id"], LockSense(door["sense"]), GpioLines(**door["lines"]), door["max_lease_ms"])
        for door in body["doors"]
    )
    return KeeperConfig(
        socket=Path(body["socket"]),
        state_directory=Path(body["state_directory"]),
        doors=doors,
        pins=body["pins"],
        mock_directory=Path(body["mock_directory"]) if body["mock_directory"] else None,
        fire_pin=body["fire_pin"],
        fire_active_high=body["fire_active_high"],
    )
