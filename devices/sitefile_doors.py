"""What a site file's doors must be: locks, pulses, pins, exits, and the readers and controllers that belong to them."""

from collections.abc import Callable, Iterator

from access.site import Direction, ExitBy, Proof, StandsFor
from devices.sitefile_draft import Draft, Entry
from devices.sitefile_lines import Loc
from devices.sitefile_mistake import Mistake, Severity, quoted
from devices.sitefile_model import DoorTable, GpioTable


def pins(draft: Draft) -> Iterator[Mistake]:
    """No two lines on one pin."""
    owners: dict[int, str] = {}
    for loc, pin, name in _claimed_pins(draft):
        if pin in owners:
            line = draft.lines.line_of(*loc)
            yield Mistake(line, f"pin {pin} is already the {owners[pin]}", "give each line its own BCM pin")
        owners.setdefault(pin, name)


def _claimed_pins(draft: Draft) -> Iterator[tuple[Loc, int, str]]:
    for entry in draft.doors:
        gpio: GpioTable | None = entry.table.gpio
        for key in ("lock", "contact", "rex") if gpio else ():
            if (pin := getattr(gpio, key)) is not None:
                yield (*entry.loc, "gpio", key), pin, f"{key} of door {quoted(entry.table.id)}"
    keeper = draft.tables.get("keeper")
    if keeper is not None and keeper.table.fire_pin is not None:
        yield ("keeper", "fire_pin"), keeper.table.fire_pin, "fire input"


def doors(draft: Draft) -> Iterator[Mistake]:
    """A door's lock, pulses, exit and readers agree."""
    for entry in draft.doors:
        yield from _door_alone(draft, entry)
        if draft.devices_whole:
            yield from _door_and_readers(draft, entry)
            yield from _contacts(draft, entry)


def _door_alone(draft: Draft, entry: Entry[DoorTable]) -> Iterator[Mistake]:
    door = entry.table

    def at(key: str) -> int:
        return draft.lines.line_of(*entry.loc, key)

    if door.outer == door.zone:
        yield Mistake(
            at("outer"), "the door leads from its zone into the same zone", "remove outer, or name another zone"
        )
    if door.gpio and door.controller:
        yield Mistake(at("controller"), "the door has both GPIO lines and a controller", "keep one of the two")
    if door.pulse_ms > door.max_lease_ms:
        yield Mistake(
            at("pulse_ms"),
            "pulse_ms is longer than max_lease_ms",
            f"write at most {door.max_lease_ms}, or a longer lease",
        )
    if door.freshness is Proof.UNPROVED:
        yield Mistake(
            at("freshness"),
            f"door {quoted(door.id)} opens to taps whose age nothing proves (guarantee D7)",
            'accept that risk, or use hubout readers and write freshness = "proved"',
            Severity.WARNING,
        )


def _door_and_readers(draft: Draft, entry: Entry[DoorTable]) -> Iterator[Mistake]:
    door, line = entry.table, draft.lines.line_of(*entry.loc)
    at_door = [e.table for e in draft.devices if e.table.door == door.id]
    ways = {d.direction or Direction.IN for d in at_door if d.stands_for is StandsFor.READER}
    if Direction.OUT not in ways and (door.exit is ExitBy.READER or door.out_releases):
        key = "exit" if door.exit is ExitBy.READER else "out_releases"
        yield Mistake(
            draft.lines.line_of(*entry.loc, key),
            f"people leave door {quoted(door.id)} by a reader, and it has no out-reader",
            'add a reader with direction = "out", or write exit = "handle" and no out_releases',
        )
    if Direction.IN not in ways and (door.gpio or door.controller):
        yield Mistake(
            line,
            f"no reader leads in at door {quoted(door.id)}",
            "add a reader if badges shall open it",
            Severity.WARNING,
        )


def _contacts(draft: Draft, entry: Entry[DoorTable]) -> Iterator[Mistake]:
    door = entry.table
    sources = {e.table.stands_for for e in draft.devices if e.table.door == door.id}
    wired = door.gpio is not None and door.gpio.contact is not None
    if door.contact and not wired and not sources & {StandsFor.CONTACT, StandsFor.DOOR}:
        line = draft.lines.line_of(*entry.loc, "contact")
        yield Mistake(
            line, "nothing reports this door's contact", "add contact = PIN to [doors.gpio], or a contact device"
        )
    if wired and StandsFor.CONTACT in sources:
        line = draft.lines.line_of(*entry.loc, "gpio", "contact")
        yield Mistake(line, "the door has a contact on a pin and a contact device", "keep one of the two")
    if wired and door.contact is False:
        line = draft.lines.line_of(*entry.loc, "contact")
        yield Mistake(line, "contact is false, yet [doors.gpio] has a contact", "remove one of the two")


def door_devices(draft: Draft) -> Iterator[Mistake]:
    """Door controllers belong to their door, and makers' readers to doors that take them."""
    by_id = {e.table.id: e.table for e in draft.doors}
    for entry in draft.devices:
        device, door = entry.table, by_id.get(entry.table.door or "")
        if door is None:
            continue
        line = draft.lines.line_of(*entry.loc, "door")
        if device.stands_for is StandsFor.DOOR and door.controller != device.id:
            yield Mistake(
                line,
                f"door {quoted(door.id)} is not driven by this device",
                f"write controller = {quoted(device.id)} there",
            )
        opens = device.direction is not Direction.OUT or door.out_releases
        maker = device.driver != "hubout" and device.stands_for is StandsFor.READER
        if maker and opens and door.freshness is Proof.PROVED:
            yield Mistake(
                line,
                f"{quoted(device.id)} cannot prove a tap's age, and the door wants it: its taps will be answered wait",
                'use a hubout reader, or write freshness = "unproved" at the door and accept the risk (guarantee D7)',
                Severity.WARNING,
            )


def controllers(draft: Draft) -> Iterator[Mistake]:
    """What a door names as its controller is one."""
    by_id = {e.table.id: e.table for e in draft.devices}
    for entry in draft.doors:
        device = by_id.get(entry.table.controller or "")
        if device is not None and (device.stands_for is not StandsFor.DOOR or device.door != entry.table.id):
            line = draft.lines.line_of(*entry.loc, "controller")
            yield Mistake(
                line,
                f"{quoted(device.id)} is not the controller of this door",
                f'write stands_for = "door" and door = {quoted(entry.table.id)} at that device',
            )


DOOR_RULES: tuple[Callable[[Draft], Iterator[Mistake]], ...] = (pins, doors, door_devices, controllers)
