"""What the tables of a site file must be to one another: ids, references, devices; doors are next door."""

from collections.abc import Callable, Iterable, Iterator
from zoneinfo import ZoneInfo, available_timezones

from access.site import StandsFor
from devices.drivers import DRIVERS
from devices.sitefile_doors import DOOR_RULES
from devices.sitefile_draft import Draft, Entry
from devices.sitefile_mistake import Mistake, nearest, quoted
from devices.sitefile_model import ARRAYS, DeviceTable, SiteTable
from devices.sitefile_plan import PLAN_RULES
from devices.sitefile_terms import TERM_RULES

NATIVE = "hubout"
Rule = Callable[[Draft], Iterator[Mistake]]
REFERENCE_OF = {
    StandsFor.READER: "door",
    StandsFor.CONTACT: "door",
    StandsFor.DOOR: "door",
    StandsFor.DESK_SENSOR: "desk",
    StandsFor.PEOPLE_COUNTER: "zone",
}
"""Which key names the thing that a device stands for."""


def unknown_word(line: int, kind: str, word: str, known: Iterable[str]) -> Mistake:
    """A reference to something that the file does not have, with the nearest that it has."""
    names = sorted(known)
    meant = nearest(word, names)
    shown = ", ".join(map(quoted, names[:5])) or "none yet"
    return Mistake(line, f"there is no {kind} {quoted(word)}", f"write {quoted(meant)}" if meant else f"known: {shown}")


def timezone(draft: Draft) -> Iterator[Mistake]:
    """The time zone is one of the IANA database."""
    if (entry := draft.tables.get("site")) is None:
        return
    table: SiteTable = entry.table
    try:
        ZoneInfo(table.timezone)
    except (KeyError, ValueError, OSError):
        line = draft.lines.line_of("site", "timezone")
        names = {name.rsplit("/", 1)[-1].lower(): name for name in available_timezones()}
        meant = names.get(nearest(table.timezone.rsplit("/", 1)[-1], names) or "", "Europe/Rome")
        yield Mistake(line, f"there is no time zone {quoted(table.timezone)}", f"write {quoted(meant)}")


def unique_ids(draft: Draft) -> Iterator[Mistake]:
    """No two zones, rooms, doors, desks or devices share an id."""
    for kind in ARRAYS:
        seen: set[str] = set()
        for number, item in enumerate(draft.raw.get(kind, ()) if draft.ids(kind) else ()):
            ident = item.get("id") if isinstance(item, dict) else None
            if isinstance(ident, str) and ident in seen:
                line = draft.lines.line_of(kind, number, "id")
                yield Mistake(line, f"the id {quoted(ident)} is given twice in [[{kind}]]", "give each its own id")
            elif isinstance(ident, str):
                seen.add(ident)


def references(draft: Draft) -> Iterator[Mistake]:
    """Every zone, door, desk and controller that is named is there."""
    named = [(e.loc, "zone", e.table.zone) for e in draft.doors]
    named += [(e.loc, "zone", e.table.zone) for e in draft.desks]
    named += [(e.loc, "zone", e.table.zone) for e in draft.rooms]
    named += [(e.loc, "outer", e.table.outer) for e in draft.doors if e.table.outer is not None]
    named += [(e.loc, "controller", e.table.controller) for e in draft.doors if e.table.controller is not None]
    for entry in draft.devices:
        key = REFERENCE_OF[entry.table.stands_for]
        if (ident := getattr(entry.table, key)) is not None:
            named.append((entry.loc, key, ident))
    kinds = {"zone": "zone", "outer": "zone", "door": "door", "desk": "desk", "controller": "device"}
    for loc, key, ident in named:
        known = draft.ids(f"{kinds[key]}s")
        if ident not in known:
            yield unknown_word(draft.lines.line_of(*loc, key), kinds[key], ident, known)


def device_keys(draft: Draft) -> Iterator[Mistake]:
    """A device names what it stands for, its driver and its topic, and nothing that is not its own."""
    for entry in draft.devices:
        yield from _device_reference(draft, entry)
        yield from _device_driver(draft, entry)
        if entry.table.stands_for is not StandsFor.READER:
            for key in ("direction", "uid"):
                if getattr(entry.table, key) is not None:
                    line = draft.lines.line_of(*entry.loc, key)
                    yield Mistake(line, f"{key} is for readers, and this is a {entry.table.stands_for}", "remove it")


def _device_reference(draft: Draft, entry: Entry[DeviceTable]) -> Iterator[Mistake]:
    device = entry.table
    needed = REFERENCE_OF[device.stands_for]
    if getattr(device, needed) is None:
        line = draft.lines.line_of(*entry.loc)
        yield Mistake(line, f"{quoted(device.id)} does not say which {needed} it stands for", f'write {needed} = "…"')
    for key in {"door", "desk", "zone"} - {needed}:
        if getattr(device, key) is not None:
            line = draft.lines.line_of(*entry.loc, key)
            yield Mistake(
                line, f"a {device.stands_for} has no {key}", f"remove it; a {device.stands_for} has a {needed}"
            )


def _device_driver(draft: Draft, entry: Entry[DeviceTable]) -> Iterator[Mistake]:
    device, line = entry.table, draft.lines.line_of(*entry.loc, "driver")
    if device.driver not in DRIVERS:
        yield unknown_word(line, "driver", device.driver, DRIVERS)
    elif device.driver == NATIVE and device.topic is not None:
        line = draft.lines.line_of(*entry.loc, "topic")
        yield Mistake(line, "the topic of a hubout device follows from its id", "remove topic")
    elif device.driver != NATIVE and device.topic is None:
        yield Mistake(
            line, f"a {device.driver} device needs its topic", 'write topic = "…" as the maker\'s settings say'
        )
    if device.driver in DRIVERS and device.driver != NATIVE and device.stands_for is StandsFor.DOOR:
        yield Mistake(
            line, f"a {device.driver} device cannot drive a lock", 'write driver = "hubout", or use [doors.gpio]'
        )


def shared_things(draft: Draft) -> Iterator[Mistake]:
    """No two devices of one kind on one topic, no two sensors at one desk, no two contacts on one door.

    A topic may serve two devices of different kinds: a board with a badge reader and a door contact.
    """
    owners: dict[tuple[str, ...], str] = {}
    for entry in draft.devices:
        device = entry.table
        for key, claim in _claims(device):
            owner = owners.setdefault((key, *claim), device.id)
            if owner != device.id:
                line = draft.lines.line_of(*entry.loc, key)
                what = f"the {key} {quoted(getattr(device, key))} is already that of device {quoted(owner)}"
                yield Mistake(line, what, f"give each its own {key}")


def _claims(device: DeviceTable) -> Iterator[tuple[str, tuple[str, ...]]]:
    if device.topic is not None and device.driver in DRIVERS:
        # What is subscribed to, since one node's topic can be written in several ways.
        yield "topic", (device.stands_for, *DRIVERS[device.driver].topics(device.topic))
    if device.stands_for is StandsFor.DESK_SENSOR and device.desk is not None:
        yield "desk", (device.desk,)
    if device.stands_for is StandsFor.CONTACT and device.door is not None:
        yield "door", (device.door,)


RULES: tuple[Rule, ...] = (
    timezone,
    unique_ids,
    references,
    device_keys,
    shared_things,
    *DOOR_RULES,
    *TERM_RULES,
    *PLAN_RULES,
)
