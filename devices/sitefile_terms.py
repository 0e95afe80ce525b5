"""What a site file asks of whoever enters: PINs, free hours, capacity, anti-passback; and a policy that agrees with
itself.
"""

from collections.abc import Callable, Iterator

from access.clock import DAY_MS
from access.site import Direction, Passback, Policy, StandsFor, WhenFull
from devices.sitefile_draft import Draft, Entry
from devices.sitefile_hours import minute_of
from devices.sitefile_mistake import Mistake, Severity, quoted
from devices.sitefile_model import DeviceTable, DoorTable, PolicyTable, ZoneTable

AGES = ("dated_age_d", "booking_age_d", "standing_age_d")
"""From the first to lapse to the last (guarantees: age of the replica)."""


def pin_readers(draft: Draft) -> Iterator[Mistake]:
    """A door that asks for a PIN has readers that send one; no maker's does."""
    for entry in draft.doors if draft.devices_whole else ():
        door = entry.table
        deaf = [one for one in _readers(draft, door.id, Direction.IN) if one.driver != "hubout"]
        if door.asks_pin and deaf:
            names = ", ".join(quoted(one.id) for one in deaf)
            yield Mistake(
                draft.lines.line_of(*entry.loc, "asks_pin"),
                f"door {quoted(door.id)} asks for a PIN, and its {deaf[0].driver} reader {names} cannot send one: "
                "every badge shown there will be refused",
                "use a hubout reader with a keypad, or write asks_pin = false",
                Severity.WARNING,
            )


def free_hours(draft: Draft) -> Iterator[Mistake]:
    """Only the doorkeeper holds a door released for hours: a network controller has pulses alone."""
    for entry in draft.doors:
        door = entry.table
        line = draft.lines.line_of(*entry.loc, "free")
        if door.free and door.controller:
            yield Mistake(
                line,
                f"door {quoted(door.id)} is on a network controller, which cannot hold it released for hours",
                "put its lock on [doors.gpio], or remove free",
            )
        elif door.free and door.gpio is None:
            yield Mistake(
                line,
                f"door {quoted(door.id)} has no lock of ours: its free hours release nothing, they only let badges in",
                "put its lock on [doors.gpio], or let whatever drives it keep the same hours",
                Severity.WARNING,
            )


def zone_terms(draft: Draft) -> Iterator[Mistake]:
    """A zone that refuses when it is full says how many that is; hard anti-passback needs to see people leave."""
    for entry in draft.zones:
        zone = entry.table
        if zone.when_full is WhenFull.REFUSE and zone.capacity is None:
            yield Mistake(
                draft.lines.line_of(*entry.loc, "when_full"),
                f"zone {quoted(zone.id)} refuses entry when it is full, and has no capacity",
                "add capacity = 40, or remove when_full",
            )
        if zone.passback is Passback.HARD and draft.devices_whole:
            yield from _unseen_exits(draft, entry)


def _unseen_exits(draft: Draft, entry: Entry[ZoneTable]) -> Iterator[Mistake]:
    zone = entry.table
    blind = [one.table for one in draft.doors if one.table.zone == zone.id and not _sees_out(draft, one.table)]
    if blind:
        names = ", ".join(quoted(door.id) for door in blind)
        yield Mistake(
            draft.lines.line_of(*entry.loc, "passback"),
            f"zone {quoted(zone.id)} lets nobody in twice, and door {names} has no out-reader: who leaves there is "
            "believed inside, and refused until the day ends",
            'add a reader with direction = "out" there, or write passback = "soft"',
            Severity.WARNING,
        )


def _sees_out(draft: Draft, door: DoorTable) -> bool:
    return any(True for _ in _readers(draft, door.id, Direction.OUT))


def _readers(draft: Draft, door: str, way: Direction) -> Iterator[DeviceTable]:
    for entry in draft.devices:
        device = entry.table
        if device.stands_for is StandsFor.READER and device.door == door and (device.direction or Direction.IN) is way:
            yield device


def policy(draft: Draft) -> Iterator[Mistake]:
    """A minor's day ends after it begins, and rights lapse in their order as the replica ages."""
    if (entry := draft.tables.get("policy")) is None:
        return
    table: PolicyTable = entry.table
    defaults = Policy()
    from_minute = defaults.minor_from_minute if table.minor_from is None else minute_of(table.minor_from)
    until_minute = defaults.minor_until_minute if table.minor_until is None else minute_of(table.minor_until)
    if from_minute >= until_minute:
        key = "minor_until" if table.minor_until is not None else "minor_from"
        what = f"minors may be here from {_time(from_minute)} to {_time(until_minute)}, which is never"
        yield Mistake(draft.lines.line_of("policy", key), what, "write minor_from before minor_until")
    ages = [_age_d(table, key) for key in AGES]
    for key, younger, older in zip(AGES[1:], ages, ages[1:], strict=False):
        if older < younger:
            what = f"{key} ({older:g} d) is shorter than {AGES[AGES.index(key) - 1]} ({younger:g} d)"
            yield Mistake(draft.lines.line_of("policy", key), what, f"write at least {key} = {younger:g}")


def _age_d(table: PolicyTable, key: str) -> float:
    said: float | None = getattr(table, key)
    return getattr(Policy(), f"{key.removesuffix('_d')}_ms") / DAY_MS if said is None else said


def _time(minute: int) -> str:
    hours, minutes = divmod(minute, 60)
    return f"{hours:02}:{minutes:02}"


TERM_RULES: tuple[Callable[[Draft], Iterator[Mistake]], ...] = (pin_readers, free_hours, zone_terms, policy)
