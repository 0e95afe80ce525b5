"""The tables of a site file as they may be written: one strict model a table, nothing unknown let through.

A field's ``examples`` hold the line to write; mistakes quote it. What one table cannot know of another is in
``devices.sitefile_rules``.
"""

from typing import Annotated, Literal

from pydantic import Field

from access.site import (
    Direction,
    ExitBy,
    LockSense,
    Passback,
    Proof,
    StandsFor,
    UidForm,
    WhenFull,
)
from devices.sitefile_fields import (
    Choice,
    EndTime,
    FileName,
    Host,
    Hours,
    Id,
    Name,
    Pin,
    Port,
    PulseMs,
    Reference,
    Table,
    Time,
    Topic,
    size,
    span,
    unit,
)


class SiteTable(Table):
    """``[site]``."""

    id: Id = Field(examples=['id = "matera"'])
    name: Name = Field(examples=['name = "Hubout Matera"'])
    timezone: str = Field(max_length=80, examples=['timezone = "Europe/Rome"'])


class ZoneTable(Table):
    """``[[zones]]``; ``capacity`` in people, ``when_full``: what it does then; ``passback``: with who is inside."""

    id: Id = Field(examples=['id = "hall"'])
    name: Name = Field(examples=['name = "Hall"'])
    capacity: int | None = Field(default=None, ge=1, le=100_000, examples=["capacity = 40"])
    when_full: Annotated[WhenFull, Choice] = Field(default=WhenFull.WARN, examples=['when_full = "warn"'])
    passback: Annotated[Passback, Choice] = Field(default=Passback.OFF, examples=['passback = "off"'])
    x: int | None = unit("x = 0")
    y: int | None = unit("y = 0")
    width: int | None = size("width = 960")
    height: int | None = size("height = 360")


class RoomTable(Table):
    """``[[rooms]]``: a room within a zone."""

    id: Id = Field(examples=['id = "meeting"'])
    name: Name = Field(examples=['name = "Meeting room"'])
    zone: Reference = Field(examples=['zone = "hall"'])
    x: int | None = unit("x = 0")
    y: int | None = unit("y = 0")
    width: int | None = size("width = 960")
    height: int | None = size("height = 360")


class GpioTable(Table):
    """``[doors.gpio]``, BCM pin numbers."""

    lock: Pin = Field(examples=["lock = 17"])
    contact: Pin | None = Field(default=None, examples=["contact = 27"])
    rex: Pin | None = Field(default=None, examples=["rex = 22"])
    lock_active_high: bool = Field(default=True, examples=["lock_active_high = true"])


class DoorTable(Table):
    """``[[doors]]``."""

    id: Id = Field(examples=['id = "entrance"'])
    name: Name = Field(examples=['name = "Entrance"'])
    zone: Reference = Field(examples=['zone = "hall"'])
    outer: Reference | None = Field(default=None, examples=['outer = "hall"'])
    exit: Annotated[ExitBy, Choice] = Field(default=ExitBy.HANDLE, examples=['exit = "handle"'])
    lock: Annotated[LockSense, Choice] = Field(default=LockSense.FAIL_SECURE, examples=['lock = "fail-secure"'])
    pulse_ms: PulseMs = Field(default=3_000, examples=["pulse_ms = 3000"])
    max_lease_ms: PulseMs = Field(default=10_000, examples=["max_lease_ms = 10000"])
    held_open_s: float = Field(default=30, ge=1, le=3_600, allow_inf_nan=False, examples=["held_open_s = 30"])
    freshness: Annotated[Proof, Choice] = Field(default=Proof.PROVED, examples=['freshness = "proved"'])
    out_releases: bool = Field(default=False, examples=["out_releases = false"])
    contact: bool | None = Field(default=None, examples=["contact = true"])
    gpio: GpioTable | None = Field(default=None, examples=["[doors.gpio] with lock = 17"])
    controller: Reference | None = Field(default=None, examples=['controller = "door-controller"'])
    asks_pin: bool = Field(default=False, examples=["asks_pin = false"])
    first_in: bool = Field(default=False, examples=["first_in = false"])
    free: list[Hours] = Field(default=[], max_length=50, examples=['free = ["mon-fri 08:00-18:00"]'])
    x: int | None = unit("x = 480")
    y: int | None = unit("y = 0")


class DeskTable(Table):
    """``[[desks]]``; ``x`` and ``y`` in plan units from the upper left."""

    id: Id = Field(examples=['id = "desk-01"'])
    name: Name = Field(examples=['name = "Desk 1"'])
    zone: Reference = Field(examples=['zone = "hall"'])
    x: int | None = unit("x = 120")
    y: int | None = unit("y = 80")


class DeviceTable(Table):
    """``[[devices]]``."""

    id: Id = Field(examples=['id = "entrance-in"'])
    driver: str = Field(max_length=80, examples=['driver = "hubout"'])
    stands_for: Annotated[StandsFor, Choice] = Field(examples=['stands_for = "reader"'])
    topic: Topic | None = Field(default=None, examples=['topic = "tele/entrance/SENSOR", without wildcards'])
    door: Reference | None = Field(default=None, examples=['door = "entrance"'])
    desk: Reference | None = Field(default=None, examples=['desk = "desk-01"'])
    zone: Reference | None = Field(default=None, examples=['zone = "hall"'])
    direction: Annotated[Direction | None, Choice] = Field(default=None, examples=['direction = "in"'])
    uid: Annotated[UidForm | None, Choice] = Field(default=None, examples=['uid = "as-sent"'])


class BrokerTable(Table):
    """``[broker]``; a ``ca_file`` turns TLS on."""

    host: Host = Field(examples=['host = "localhost"'])
    port: Port | None = Field(default=None, examples=["port = 1883"])
    username: Name | None = Field(default=None, examples=['username = "gateway"'])
    password_file: FileName | None = Field(default=None, examples=['password_file = "secrets/broker-password"'])
    ca_file: FileName | None = Field(default=None, examples=['ca_file = "ca.pem"'])
    client_id: Id | None = Field(default=None, examples=['client_id = "hubout-matera"'])


class RegistryTable(Table):
    """``[registry]``."""

    url: str = Field(max_length=500, pattern=r"^https?://[^\s/]+\S*$", examples=['url = "https://registry.example.it"'])
    token_file: FileName = Field(examples=['token_file = "secrets/gateway.token"'])
    ca_file: FileName | None = Field(default=None, examples=['ca_file = "ca.pem"'])


class StorageTable(Table):
    """``[storage]``."""

    directory: FileName = Field(examples=['directory = "/var/lib/hubout"'])
    reserve_mb: int = Field(default=16, ge=0, le=10_000, examples=["reserve_mb = 16"])
    log_max_mb: int = Field(default=2_048, ge=1, le=1_000_000, examples=["log_max_mb = 2048"])
    keep_days: int = Field(default=30, ge=1, le=3_650, examples=["keep_days = 30"])


class KeysTable(Table):
    """``[keys]``."""

    credential_key_file: FileName = Field(examples=['credential_key_file = "secrets/credential.key"'])


class KeeperTable(Table):
    """``[keeper]``: the doorkeeper."""

    socket: FileName = Field(default="keeper.sock", examples=['socket = "/run/hubout/keeper.sock"'])
    state_directory: FileName = Field(default="keeper", examples=['state_directory = "/var/lib/hubout-keeper"'])
    pins: Literal["lgpio", "mock"] = Field(default="lgpio", examples=['pins = "lgpio"'])
    mock_directory: FileName | None = Field(default=None, examples=['mock_directory = "mock-pins"'])
    fire_pin: Pin | None = Field(default=None, examples=["fire_pin = 5"])
    fire_active_high: bool = Field(default=True, examples=["fire_active_high = true"])


class PagesTable(Table):
    """``[pages]``: the site's own pages."""

    host: Host = Field(default="127.0.0.1", examples=['host = "127.0.0.1"'])
    port: Port = Field(default=8_080, examples=["port = 8080"])
    code_file: FileName = Field(examples=['code_file = "secrets/pages-code"'])


class LiveTable(Table):
    """``[live]``: what the site publishes to its broker."""

    publish: bool = Field(default=False, examples=["publish = true"])
    home_assistant: bool = Field(default=False, examples=["home_assistant = true"])


class PolicyTable(Table):
    """``[policy]``; what is left out keeps the default of ``access.site.Policy``. Guarantees D2 and D7 cap two."""

    grace_before_min: float | None = span(0, 240, "grace_before_min = 15")
    tap_max_age_s: float | None = span(0.5, 5, "tap_max_age_s = 5")
    entry_window_s: float | None = span(0, 60, "entry_window_s = 5")
    grant_max_age_s: float | None = span(0.1, 2, "grant_max_age_s = 2")
    exit_request_s: float | None = span(1, 120, "exit_request_s = 10")
    tap_interval_s: float | None = span(0, 60, "tap_interval_s = 1")
    card_repeat_s: float | None = span(0, 60, "card_repeat_s = 3")
    desk_hold_min: float | None = span(0, 240, "desk_hold_min = 5")
    silent_after_s: float | None = span(1, 86_400, "silent_after_s = 180")
    maker_silent_after_h: float | None = span(0.01, 720, "maker_silent_after_h = 26")
    hole_s: float | None = span(1, 3_600, "hole_s = 60")
    day_ends: Time | None = Field(default=None, examples=['day_ends = "04:00"'])
    minor_from: Time | None = Field(default=None, examples=['minor_from = "07:00"'])
    minor_until: EndTime | None = Field(default=None, examples=['minor_until = "21:00"'])
    pin_tries: int | None = Field(default=None, ge=1, le=20, examples=["pin_tries = 3"])
    pin_block_min: float | None = span(0.1, 1_440, "pin_block_min = 5")
    no_show_min: float | None = span(1, 1_440, "no_show_min = 15")
    dated_age_d: float | None = span(0.01, 3_650, "dated_age_d = 1")
    booking_age_d: float | None = span(0.01, 3_650, "booking_age_d = 7")
    standing_age_d: float | None = span(0.01, 3_650, "standing_age_d = 30")
    clock_unsure_min: float | None = span(0.1, 1_440, "clock_unsure_min = 10")


TABLES: dict[str, type[Table]] = {
    "site": SiteTable,
    "broker": BrokerTable,
    "registry": RegistryTable,
    "storage": StorageTable,
    "keys": KeysTable,
    "keeper": KeeperTable,
    "pages": PagesTable,
    "live": LiveTable,
    "policy": PolicyTable,
}
ARRAYS = ("zones", "rooms", "doors", "desks", "devices")
NEEDED = ("site", "broker", "storage", "keys", "pages", "zones")
DEFAULTED = ("keeper", "live", "policy")
"""Tables that may be left out because every key has its default; ``registry`` may be left out and is then None."""
NESTED: dict[str, type[Table]] = {"gpio": GpioTable}
