"""The settings of one site's programs, as the site file gives them. Every path is absolute; no secret is in here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from access.site import Site
from devices.sitefile_mistake import Mistake

Pins = Literal["mock", "lgpio"]


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """Where the site's MQTT broker is. TLS is on when there is a ``ca_file``."""

    host: str
    port: int
    username: str | None
    password_file: Path | None
    ca_file: Path | None
    client_id: str


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """Where the registry is, without a trailing slash, and the file that holds this gateway's token."""

    url: str
    token_file: Path
    ca_file: Path | None


FEED_SOCKET = "feed.sock"
"""Where the gateway tells its pages and commands how the site stands, in the directory of its databases."""


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """The directory that holds the gateway's databases, and how much room is held back for when its disk is full."""

    directory: Path
    reserve_mb: int = 16
    log_max_mb: int = 2_048
    keep_days: int = 30


@dataclass(frozen=True, slots=True)
class KeysSettings:
    """The file that holds the site's key for credentials (guarantee P2)."""

    credential_key_file: Path


@dataclass(frozen=True, slots=True)
class KeeperSettings:
    """The doorkeeper: its socket, its state on disk, its pins. ``mock_directory`` is there when ``pins`` is mock."""

    socket: Path
    state_directory: Path
    pins: Pins
    mock_directory: Path | None
    fire_pin: int | None
    fire_active_high: bool


@dataclass(frozen=True, slots=True)
class PagesSettings:
    """Where the site's pages listen, and the file that holds the staff's code."""

    host: str
    port: int
    code_file: Path


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """Whether occupancy is published to the broker, and announced to Home Assistant."""

    publish: bool
    home_assistant: bool


@dataclass(frozen=True, slots=True)
class SiteFile:
    """One site file, whole and without errors. ``warnings`` are what ``hubout check`` warns of, by line."""

    site: Site
    broker: BrokerSettings
    registry: RegistrySettings | None
    storage: StorageSettings
    keys: KeysSettings
    keeper: KeeperSettings
    pages: PagesSettings
    live: LiveSettings
    warnings: tuple[Mistake, ...] = ()
