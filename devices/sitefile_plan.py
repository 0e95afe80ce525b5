"""What a site file's places on the floor plan must be: whole, and zones beside one another."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from devices.sitefile_draft import Draft, Entry
from devices.sitefile_mistake import Mistake, Severity, quoted
from devices.sitefile_model import ZoneTable

POINT, RECTANGLE = ("x", "y"), ("x", "y", "width", "height")


def places(draft: Draft) -> Iterator[Mistake]:
    """A place on the plan is said whole, or not at all."""
    for entries, keys, so in (
        (draft.zones, RECTANGLE, "it is drawn around its desks"),
        (draft.rooms, RECTANGLE, "it is not drawn"),
        (draft.doors, POINT, "it is not drawn"),
        (draft.desks, POINT, "it is drawn on a plain grid"),
    ):
        yield from _halves(draft, entries, keys, so)


def _halves(draft: Draft, entries: Sequence[Entry[Any]], keys: Sequence[str], so: str) -> Iterator[Mistake]:
    for entry in entries:
        said = [key for key in keys if getattr(entry.table, key) is not None]
        lacking = [key for key in keys if key not in said]
        if said and lacking:
            yield Mistake(
                draft.lines.line_of(*entry.loc, said[0]),
                f"{quoted(entry.table.id)} has {_and(said)} and no {_and(lacking)}: {so}",
                f"write {_and(list(keys))}, or remove {_and(said)}",
                Severity.WARNING,
            )


def _and(keys: Sequence[str]) -> str:
    *others, last = keys
    return f"{', '.join(others)} and {last}" if others else last


def zones_apart(draft: Draft) -> Iterator[Mistake]:
    """No zone is drawn over another; rooms lie within zones."""
    drawn = [entry for entry in draft.zones if all(getattr(entry.table, key) is not None for key in RECTANGLE)]
    for number, entry in enumerate(drawn):
        over = [other.table for other in drawn[:number] if _overlap(entry.table, other.table)]
        if over:
            yield Mistake(
                draft.lines.line_of(*entry.loc, "x"),
                f"zone {quoted(entry.table.id)} is drawn over zone {quoted(over[0].id)}",
                "give each its own part of the plan; a room within a zone is one of [[rooms]]",
                Severity.WARNING,
            )


def _overlap(one: ZoneTable, other: ZoneTable) -> bool:
    (left, top, right, bottom), (far_left, far_top, far_right, far_bottom) = _edges(one), _edges(other)
    return left < far_right and far_left < right and top < far_bottom and far_top < bottom


def _edges(zone: ZoneTable) -> tuple[int, int, int, int]:
    x, y = zone.x or 0, zone.y or 0
    return x, y, x + (zone.width or 0), y + (zone.height or 0)


def room_names(draft: Draft) -> Iterator[Mistake]:
    """A booking names a desk, a room or a zone by its id alone."""
    others = {ident: kind for kind in ("zones", "desks") for ident in draft.ids(kind)}
    for entry in draft.rooms:
        if (kind := others.get(entry.table.id)) is not None:
            line = draft.lines.line_of(*entry.loc, "id")
            what = f"the id {quoted(entry.table.id)} is also that of a {kind[:-1]}, and bookings name both by it"
            yield Mistake(line, what, "give the room its own id")


PLAN_RULES: tuple[Callable[[Draft], Iterator[Mistake]], ...] = (places, zones_apart, room_names)
