"""The planner of the log's room: what goes so that it stays within its bound, and what is never let go before (S1, S9).

In this order: what the registry has acknowledged and is old; what it has acknowledged, where the bound is near or the
disk is full; the bodies of what sensors and counters said, for a checkpoint holds what follows from them; then, with a
gap that says so, what is left of those; and at last the oldest events whatever they are, with a gap and an alarm.
Nothing goes from the last checkpoint on, which a start needs. Pure; the shell carries out a step in a moment in which
nobody waits.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from access.facts import BatteryLow, Counted, DeskMoved, DeviceGap, DeviceMoved, Sensed, ZoneFilled

DROP_ROWS = 500
THIN_ROWS = 1_000
LOSE_ROWS = 500
"""Of one step: small, so that no door waits for it."""
CHECKPOINT_ROWS = 2_000
"""So many rows since the last checkpoint are worth another one where room is short."""
RUN_ROWS = 8
"""Of what sensors and counters said a shorter run is not lost by itself: its gap would cost what it saves."""
NEAR_TENTHS = 9
"""Of ten parts of the bound: from there on room is made."""
THINNED = frozenset(kind.KIND for kind in (BatteryLow, Counted, DeskMoved, DeviceGap, DeviceMoved, Sensed, ZoneFilled))
"""The kinds of facts that a checkpoint holds all of that still matters."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large the log may become, and for how long (ms) what was acknowledged is kept."""

    most_bytes: int
    keep_ms: int


@dataclass(frozen=True, slots=True)
class Held:
    """What the log holds: rows after ``base`` to ``last``; ``acked`` the registry has; ``old`` is the last of those
    that are kept no longer; a start's folds need ``needed``, the last checkpoint, and what follows. ``thinned`` and
    ``parted`` say up to where the steps of that name have come, ``oldest`` is the first row beyond ``acked`` that is
    here. ``full``: the disk has no more room for the file to grow.
    """

    base: int
    last: int
    acked: int
    old: int
    needed: int
    size_bytes: int
    oldest: int
    thinned: int = 0
    parted: int = 0
    full: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """Let go of the log's beginning up to ``last``, which the registry has."""

    last: int


@dataclass(frozen=True, slots=True)
class Thin:
    """Erase the bodies of kinds in THINNED of rows ``first`` to ``last``."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Log a checkpoint, so that what lies before it is needed no more."""


@dataclass(frozen=True, slots=True)
class Part:
    """Lose the runs of kinds in THINNED among rows ``first`` to ``last``."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Lose:
    """Lose rows ``first`` to ``last``, whatever they are."""

    first: int
    last: int


Step = Drop | Thin | Checkpoint | Part | Lose


def is_near(held: Held, bounds: Bounds) -> bool:
    """Whether the bound is so near that room has to be made."""
    return held.size_bytes * 10 > bounds.most_bytes * NEAR_TENTHS


def plan(held: Held, bounds: Bounds) -> Step | None:
    """What goes next; None where nothing has to, or nothing can."""
    near, before = is_near(held, bounds), held.needed - 1
    droppable = min(held.acked, before, held.last if near or held.full else held.old)
    if droppable > held.base:
        return Drop(min(droppable, held.base + DROP_ROWS))
    if not near:
        return None
    begin = max(held.base, held.acked) + 1
    return _thin(held, begin, before) or _lose(held, begin, before)


def _thin(held: Held, begin: int, before: int) -> Step | None:
    first = max(begin, held.thinned + 1)
    if first <= before:
        return Thin(first, min(before, first + THIN_ROWS - 1))
    return Checkpoint() if held.last - held.needed >= CHECKPOINT_ROWS else None


def _lose(held: Held, begin: int, before: int) -> Step | None:
    first = max(begin, held.parted + 1)
    if first <= before:
        return Part(first, min(before, first + LOSE_ROWS - 1))
    oldest = held.oldest
    return Lose(oldest, min(before, oldest + LOSE_ROWS - 1)) if begin <= oldest <= before else None


def runs(kinds: Iterable[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """The runs of kinds in THINNED among (number, kind) in order, long enough to be lost by themselves, as (first,
    last).
    """
    first = last = 0
    for number, kind in kinds:
        if kind in THINNED and number == last + 1 and first:
            last = number
            continue
        if first and last - first + 1 >= RUN_ROWS:
            yield first, last
        first, last = (number, number) if kind in THINNED else (0, number)
    if first and last - first + 1 >= RUN_ROWS:
        yield first, last
