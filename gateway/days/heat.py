"""How full a site is by weekday and hour: the average number of people over some weeks. Pure.

Averages of fewer than five people are not told apart (guarantee P7), those of nobody neither.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gateway.days.fold import Hours

FEWEST = 5
LEVELS = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of one weekday. ``people`` is the average, None where it is below FEWEST; ``level`` is 0 then, and else
    up to LEVELS.
    """

    people: int | None
    level: int


def heat(counted: Iterable[tuple[str, int, Hours]]) -> dict[tuple[int, int], Cell]:
    """The cells by (weekday, hour), Monday being 0; those of which nothing is known are left out."""
    sums: dict[tuple[int, int], Hours] = {}
    for day, hour, held in counted:
        total = sums.setdefault((date.fromisoformat(day).weekday(), hour), Hours())
        total.person_ms += held.person_ms
        total.watched_ms += held.watched_ms
    averages = {key: round(one.person_ms / one.watched_ms) for key, one in sums.items() if one.watched_ms > 0}
    most = max(averages.values(), default=0)
    return {key: _cell(people, most) for key, people in averages.items()}


def _cell(people: int, most: int) -> Cell:
    if people < FEWEST:
        return Cell(None, 0)
    return Cell(people, max(1, -(-people * LEVELS // most)))


def hours_shown(cells: Iterable[tuple[int, int]], first: int, last: int) -> range:
    """Which hours are drawn: the usual ones, and those beyond in which there is something to tell."""
    hours = [hour for _, hour in cells]
    return range(min([first, *hours]), max([last, *(hour + 1 for hour in hours)]))
