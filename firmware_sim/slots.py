"""Room in time: no reader takes two cards, and no door two passages, within a gap of each other.

People do not queue in a fast demo: a reader takes one tap a real second, and an opened door stands open for a while,
so that two who pass at once could not be told apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

TRIES = 60
CROWDED = 12
"""A span with less than so many gaps is crowded: uses stand close together, so that more of them fit."""
Span = tuple[int, int]
"""From and to, in Unix milliseconds, both in."""


@dataclass(frozen=True, slots=True)
class Slots:
    """When which place (a door, a reader) is used, in site milliseconds."""

    taken: tuple[tuple[str, int], ...] = ()

    def take(
        self, gaps_ms: Mapping[str, int], span_ms: Span, chance: Random, barred: Sequence[Span] = ()
    ) -> tuple["Slots", int] | None:
        """A time within a span to use all these places at once, each with its gap to its other uses, outside of what
        is barred, and the slots with it; None where there is no room.
        """
        first_ms, last_ms = span_ms
        if first_ms > last_ms:
            return None
        for at_ms in self._candidates(gaps_ms, span_ms, chance, [last + 1 for _, last in barred]):
            in_span = first_ms <= at_ms <= last_ms and not any(first <= at_ms <= last for first, last in barred)
            if in_span and self._free(gaps_ms, at_ms):
                uses = tuple((place, at_ms) for place in gaps_ms)
                return replace(self, taken=(*self.taken, *uses)), at_ms
        return None

    def _free(self, gaps_ms: Mapping[str, int], at_ms: int) -> bool:
        return all(abs(when - at_ms) >= gaps_ms.get(place, 0) for place, when in self.taken)

    def _candidates(self, gaps_ms: Mapping[str, int], span_ms: Span, chance: Random, edges: list[int]) -> list[int]:
        widest_ms = max(gaps_ms.values())
        anywhere = [chance.randint(*span_ms) for _ in range(TRIES)]
        beside = [
            when + side * gap_ms
            for place, when in self.taken
            if place in gaps_ms
            for gap_ms in set(gaps_ms.values())
            for side in (-1, 1)
        ]
        beside += [span_ms[0], *edges]
        chance.shuffle(beside)
        crowded = span_ms[1] - span_ms[0] < CROWDED * widest_ms
        return [*beside, *anywhere] if crowded else [*anywhere, *beside]
