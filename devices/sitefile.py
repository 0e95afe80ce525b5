"""The site file: one TOML text that says what a site is made of and where its programs find one another.

``check`` names every mistake at once, by line and with what to write instead; ``read_site_file`` gives the settings,
or raises with the same mistakes. Relative paths start at the file's own folder. No secret is ever in the file.

    draft (tables one by one) -> rules (tables to one another, and to the machine) -> SiteFile
"""

from collections.abc import Mapping
from pathlib import Path

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from access.site import (
    Desk,
    Device,
    Direction,
    Door,
    GpioLines,
    Policy,
    Rectangle,
    Room,
    Site,
    StandsFor,
    UidForm,
    Zone,
)
from devices.sitefile_draft import Draft, Entry, read_draft
from devices.sitefile_hours import minute_of, spans_of
from devices.sitefile_mistake import Mistake, Severity, SiteFileError
from devices.sitefile_model import DeviceTable, DoorTable, PolicyTable, RoomTable, ZoneTable
from devices.sitefile_rules import REFERENCE_OF, RULES
from devices.sitefile_settings import (
    BrokerSettings,
    KeeperSettings,
    KeysSettings,
    LiveSettings,
    PagesSettings,
    RegistrySettings,
    SiteFile,
    StorageSettings,
)
from devices.sitefile_surroundings import SURROUNDING_RULES

__all__ = ["Mistake", "Severity", "SiteFile", "SiteFileError", "check", "read_site_file"]

MQTT_PORT = 1_883
MQTT_TLS_PORT = 8_883
UNIT_MS: Mapping[str, int] = {"s": SECOND_MS, "min": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS}
CLOCK_KEYS = ("day_ends", "minor_from", "minor_until")
COUNT_KEYS = ("pin_tries",)


def check(path: Path) -> list[Mistake]:
    """Every mistake of the site file at ``path``, warnings too, by line. Raises nothing for what the file holds."""
    return _examine(path)[1]


def read_site_file(path: Path) -> SiteFile:
    """The settings of the site file at ``path``. Raises SiteFileError with its errors; warnings are kept in it."""
    draft, mistakes = _examine(path)
    errors = [mistake for mistake in mistakes if mistake.severity is Severity.ERROR]
    if draft is None or errors:
        raise SiteFileError(path, errors)
    return _settings(draft, tuple(mistakes))


def _examine(path: Path) -> tuple[Draft | None, list[Mistake]]:
    draft, mistakes = read_draft(path)
    if draft is not None:
        for rule in (*RULES, *SURROUNDING_RULES):
            mistakes.extend(rule(draft))
    return draft, sorted(mistakes)


def _settings(draft: Draft, warnings: tuple[Mistake, ...]) -> SiteFile:
    site = _site(draft)
    table = {name: entry.table for name, entry in draft.tables.items()}
    keeper, pages, live, storage = table["keeper"], table["pages"], table["live"], table["storage"]
    return SiteFile(
        site=site,
        broker=_broker(draft, site.id),
        registry=_registry(draft),
        storage=StorageSettings(
            draft.path(storage.directory), storage.reserve_mb, storage.log_max_mb, storage.keep_days
        ),
        keys=KeysSettings(draft.path(table["keys"].credential_key_file)),
        keeper=KeeperSettings(
            socket=draft.path(keeper.socket),
            state_directory=draft.path(keeper.state_directory),
            pins=keeper.pins,
            mock_directory=_optional(draft, keeper.mock_directory),
            fire_pin=keeper.fire_pin,
            fire_active_high=keeper.fire_active_high,
        ),
        pages=PagesSettings(pages.host, pages.port, draft.path(pages.code_file)),
        live=LiveSettings(live.publish, live.home_assistant),
        warnings=warnings,
    )


def _optional(draft: Draft, name: str | None) -> Path | None:
    return None if name is None else draft.path(name)


def _broker(draft: Draft, site: str) -> BrokerSettings:
    table = draft.tables["broker"].table
    return BrokerSettings(
        host=table.host,
        port=table.port or (MQTT_TLS_PORT if table.ca_file else MQTT_PORT),
        username=table.username,
        password_file=_optional(draft, table.password_file),
        ca_file=_optional(draft, table.ca_file),
        client_id=table.client_id or f"hubout-{site}-gateway",
    )


def _registry(draft: Draft) -> RegistrySettings | None:
    if (entry := draft.tables.get("registry")) is None:
        return None
    table = entry.table
    return RegistrySettings(table.url.rstrip("/"), draft.path(table.token_file), _optional(draft, table.ca_file))


def _site(draft: Draft) -> Site:
    table = draft.tables["site"].table
    return Site(
        id=table.id,
        name=table.name,
        timezone=table.timezone,
        zones={e.table.id: _zone(e.table) for e in draft.zones},
        doors={e.table.id: _door(draft, e) for e in draft.doors},
        desks={e.table.id: Desk(e.table.id, e.table.name, e.table.zone, e.table.x, e.table.y) for e in draft.desks},
        devices={e.table.id: _device(e.table) for e in draft.devices},
        policy=_policy(draft.tables["policy"].table),
        rooms={e.table.id: Room(e.table.id, e.table.name, e.table.zone, _drawn(e.table)) for e in draft.rooms},
    )


def _zone(table: ZoneTable) -> Zone:
    return Zone(table.id, table.name, table.capacity, table.when_full, table.passback, _drawn(table))


def _drawn(table: ZoneTable | RoomTable) -> Rectangle | None:
    if table.x is None or table.y is None or table.width is None or table.height is None:
        return None
    return Rectangle(table.x, table.y, table.width, table.height)


def _door(draft: Draft, entry: Entry[DoorTable]) -> Door:
    table = entry.table
    gpio = None if table.gpio is None else GpioLines(**table.gpio.model_dump())
    reported = any(e.table.stands_for is StandsFor.CONTACT and e.table.door == table.id for e in draft.devices)
    return Door(
        id=table.id,
        name=table.name,
        zone=table.zone,
        outer=table.outer,
        exit_by=table.exit,
        sense=table.lock,
        pulse_ms=table.pulse_ms,
        max_lease_ms=table.max_lease_ms,
        held_open_ms=round(table.held_open_s * SECOND_MS),
        proof=table.freshness,
        out_releases=table.out_releases,
        gpio=gpio,
        controller=table.controller,
        has_contact=bool(table.contact) or reported or (gpio is not None and gpio.contact is not None),
        asks_pin=table.asks_pin,
        first_in=table.first_in,
        free=tuple(span for text in table.free for span in spans_of(text)),
        x=None if table.y is None else table.x,
        y=None if table.x is None else table.y,
    )


def _device(table: DeviceTable) -> Device:
    return Device(
        id=table.id,
        driver=table.driver,
        stands_for=table.stands_for,
        ref=getattr(table, REFERENCE_OF[table.stands_for]),
        topic=table.topic,
        direction=table.direction or Direction.IN,
        uid_form=table.uid or UidForm.AS_SENT,
    )


def _policy(table: PolicyTable) -> Policy:
    found: dict[str, int] = {}
    for name, value in table.model_dump(exclude_none=True).items():
        stem, _, unit = name.rpartition("_")
        if name in CLOCK_KEYS:
            found[f"{name}_minute"] = minute_of(value)
        elif name in COUNT_KEYS:
            found[name] = value
        else:
            found[f"{stem}_ms"] = round(value * UNIT_MS[unit])
    return Policy(**found)
