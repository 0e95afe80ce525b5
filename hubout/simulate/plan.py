"""A run's plan: when something happens, and what: people's, staff's and attackers' doings, and faults.

It is drawn from chance alone. Each day has a few busy spans of some twenty seconds; most faults begin in one or just
before it, so that they meet something, and end within it, in the next, or half a day later.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from hubout.simulate.places import SITES

SPANS_A_DAY = 4
SPAN_MS = 21 * SECOND_MS
OPENS_MS, CLOSES_MS = 5 * HOUR_MS, 16 * HOUR_MS
"""Of the agenda's day, which begins at half past three in the morning."""
FIRST_MS = 8 * SECOND_MS
"""How long everything takes to come up at the beginning."""
DEEDS_A_SPAN = 6


@dataclass(frozen=True, slots=True)
class Planned:
    """Something to do: a doing or a fault by its name, or a ``kind`` of them of which one is drawn when it is due, from
    the same chance in every run of a seed.
    """

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


DEEDS, FAULT = {"people": 6, "staff": 3, "stranger": 2}, {"fault": 1}


@dataclass(frozen=True, slots=True)
class Mix:
    """What is planned: how often which kind or name of doings and of faults, by weight, and spans a day."""

    deeds: Mapping[str, int] = field(default_factory=lambda: DEEDS)
    faults: Mapping[str, int] = field(default_factory=lambda: FAULT)
    spans: int = SPANS_A_DAY


def plan_of(chance: Random, days: int, mix: Mix) -> Plan:
    """The plan of so many days."""
    spans = [(0, FIRST_MS)]
    doings: list[Planned] = []
    for day in range(days):
        for begins_ms in sorted(chance.randrange(OPENS_MS, CLOSES_MS) for _ in range(mix.spans)):
            begins = day * DAY_MS + begins_ms
            spans.append((begins, begins + SPAN_MS))
            doings += _span(chance, begins, mix)
    return Plan(tuple(spans), tuple(sorted(doings, key=lambda one: one.at_ms)), days * DAY_MS)


def _span(chance: Random, begins_ms: int, mix: Mix) -> list[Planned]:
    found = [_fault(chance, begins_ms, site, mix) for site in SITES if chance.random() < 0.8]
    for site in SITES:
        found += [_deed(chance, begins_ms, site, mix) for _ in range(DEEDS_A_SPAN)]
    return found


def _deed(chance: Random, begins_ms: int, site: str, mix: Mix) -> Planned:
    at_ms = begins_ms + chance.randrange(1_500, SPAN_MS - 9 * SECOND_MS)
    return Planned(at_ms, _drawn(chance, mix.deeds), site)


def _fault(chance: Random, begins_ms: int, site: str, mix: Mix) -> Planned:
    at_ms = begins_ms + chance.randrange(-1_000, SPAN_MS // 2)
    lasts = chance.choice((200, 2 * SECOND_MS, 10 * SECOND_MS, 10 * SECOND_MS, MINUTE_MS, 2 * HOUR_MS, 12 * HOUR_MS))
    return Planned(at_ms, _drawn(chance, mix.faults), site, chance.randrange(lasts // 3, lasts))


def _drawn(chance: Random, weights: Mapping[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]
