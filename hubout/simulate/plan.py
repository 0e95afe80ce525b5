"""A run's plan: when something happens, and what: people's, staff's and attackers' doings, and faults.

It is drawn from chance alone. Each day has a few busy spans of half a minute; most faults begin in one or just before
it, so that they meet something, and end within it, in the next, or half a day later.
"""

from dataclasses import dataclass
from random import Random

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from hubout.simulate.places import SITES

SPANS_A_DAY = 5
SPAN_MS = 26 * SECOND_MS
OPENS_MS, CLOSES_MS = 5 * HOUR_MS, 16 * HOUR_MS
"""Of the agenda's day, which begins at half past three in the morning."""
FIRST_MS = 8 * SECOND_MS
"""How long everything takes to come up at the beginning."""
DEEDS_A_SPAN = 6


@dataclass(frozen=True, slots=True)
class Planned:
    """Something to do: what kind of it is drawn when it is due, from the same chance in every run of a seed."""

    at_ms: int
    kind: str
    site: str
    lasts_ms: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The spans in which something happens, all that happens, and when the last of it is over."""

    spans: tuple[tuple[int, int], ...]
    doings: tuple[Planned, ...]
    ends_ms: int


def plan_of(chance: Random, days: int) -> Plan:
    """The plan of so many days."""
    spans = [(0, FIRST_MS)]
    doings: list[Planned] = []
    for day in range(days):
        for begins_ms in sorted(chance.randrange(OPENS_MS, CLOSES_MS) for _ in range(SPANS_A_DAY)):
            begins = day * DAY_MS + begins_ms
            spans.append((begins, begins + SPAN_MS))
            doings += _span(chance, begins)
    return Plan(tuple(spans), tuple(sorted(doings, key=lambda one: one.at_ms)), days * DAY_MS)


def _span(chance: Random, begins_ms: int) -> list[Planned]:
    found = [_fault(chance, begins_ms, site) for site in SITES if chance.random() < 0.8]
    for site in SITES:
        found += [_deed(chance, begins_ms, site) for _ in range(DEEDS_A_SPAN)]
    return found


def _deed(chance: Random, begins_ms: int, site: str) -> Planned:
    at_ms = begins_ms + chance.randrange(1_500, SPAN_MS - 9 * SECOND_MS)
    kind = chance.choices(("people", "staff", "stranger"), (6, 3, 2))[0]
    return Planned(at_ms, kind, site)


def _fault(chance: Random, begins_ms: int, site: str) -> Planned:
    at_ms = begins_ms + chance.randrange(-1_000, SPAN_MS)
    lasts = chance.choice((200, 2 * SECOND_MS, 10 * SECOND_MS, 10 * SECOND_MS, MINUTE_MS, 2 * HOUR_MS, 12 * HOUR_MS))
    return Planned(at_ms, "fault", site, chance.randrange(1, lasts))
