"""How names are written on the floor plan, so that each can be read: in how many lines, and where. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from pages.plan import Outline, Spot

MOST_LINES = 2
DOOR_LETTER, DOOR_LETTERS, DOOR_WIDTH, DOOR_HEIGHT, DOOR_LINE = 10, 14, 92, 44, 18
"""How wide a letter of a door's name is, how many stand in a line, and its mark's size with one line of them."""
ZONE_LETTER, ZONE_LINE, ASIDE, UNDER, BESIDE = 12, 25, 14, 28, 7
"""How wide a letter of a zone's name is, its lines' distance, and how far from its zone's edges it is, in and out."""
ROOM_LETTER, ROOM_LINE, ROOM_LEFT, ROOM_FOOT, ROOM_MARGIN = 11, 21, 44, 29, 8
"""The same of a room's name, which stands right of its state's shape, the first line's foot, and what is left free."""
DESK_WIDTH, DESK_HEIGHT = 82, 74
FEWEST = 6
"""So many letters of a zone's or room's name stand in a line, however narrow that is."""


@dataclass(frozen=True, slots=True)
class Lettered:
    """Some lines of text, each with its foot, and the left of them."""

    lines: tuple[tuple[int, str], ...]
    x: int


@dataclass(frozen=True, slots=True)
class DoorSign:
    """A door's mark around its own middle: its size, and the lines of its name, each with its foot."""

    lines: tuple[tuple[int, str], ...]
    width: int
    height: int


def door(name: str) -> DoorSign:
    """A door's mark that its name has room in."""
    lines = _lines(name, DOOR_LETTERS)
    height = DOOR_HEIGHT + DOOR_LINE * (len(lines) - 1)
    feet = range(DOOR_LINE + 2 - height // 2, height, DOOR_LINE)
    width = max(DOOR_WIDTH, DOOR_LETTER * max(map(len, lines)) + 2 * ASIDE)
    return DoorSign(tuple(zip(feet, lines, strict=False)), width, height)


def around(spot: Spot, width: int, height: int) -> Outline:
    """What a mark covers."""
    return Outline(spot.id, spot.x - width // 2, spot.y - height // 2, width, height)


def desk(spot: Spot) -> Outline:
    """What a desk's mark covers."""
    return around(spot, DESK_WIDTH, DESK_HEIGHT)


def zone(name: str, at: Outline, taken: Sequence[Outline], others: Sequence[Outline] = (), depth: int = 0) -> Lettered:
    """A zone's name in the first of its corners where nothing is drawn; else over it, or under it, where no other zone
    is, within a drawing of this ``depth``; at the upper left where nothing is free.
    """
    lines = _lines(name, max(FEWEST, (at.width - 2 * ASIDE) // ZONE_LETTER))
    width, height = ZONE_LETTER * max(map(len, lines)), ZONE_LINE * len(lines)
    corners = [
        Outline(at.id, x, y, width, height)
        for x in (at.x + ASIDE, max(at.x + ASIDE, at.right - ASIDE - width))
        for y in (at.y + UNDER - ZONE_LINE, at.bottom - ASIDE - height)
    ]
    rows = (at.y - BESIDE - height, at.bottom + BESIDE)
    beside = [Outline(at.id, at.x + ASIDE, y, width, height) for y in rows if 0 <= y <= depth - height]
    free = [one for one in corners if not any(one.meets(other) for other in taken)]
    free += [one for one in beside if not any(one.meets(other) for other in (*taken, *others))]
    chosen = free[0] if free else corners[0]
    feet = range(chosen.y + ZONE_LINE, chosen.bottom + 1, ZONE_LINE)
    return Lettered(tuple(zip(feet, lines, strict=True)), chosen.x)


def room(name: str, at: Outline) -> Lettered:
    """A room's name within it, seen from its own upper left corner: in two lines where it needs them and has room."""
    tall = at.height >= ROOM_FOOT + ROOM_LINE * (MOST_LINES - 1) + ROOM_MARGIN
    letters = max(FEWEST, (at.width - ROOM_LEFT - ROOM_MARGIN) // ROOM_LETTER)
    lines = _lines(name, letters, MOST_LINES if tall else 1)
    return Lettered(tuple((ROOM_FOOT + ROOM_LINE * n, line) for n, line in enumerate(lines)), ROOM_LEFT)


def _lines(name: str, letters: int, most: int = MOST_LINES) -> tuple[str, ...]:
    return tuple(wrap(name, letters, max_lines=most, placeholder="…")) or ("",)
