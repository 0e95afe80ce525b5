"""Which of a device's numbered messages were taken: each (device, boot, sequence number) counts once (D8, S2).

A cursor is what survives a restart, so that a message sent again an hour later is known for what it is.
"""

from dataclasses import dataclass

BEYOND_AT_MOST = 256
"""Firmware keeps 256 unanswered messages, so a hole further back than that cannot be filled."""
BOOTS_KEPT = 4


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything up to ``upto`` was taken or given up, and ``beyond`` it these; ``hole_ms`` is since when the lowest
    hole is waited for (monotonic), None where there is none.
    """

    boot: str
    upto: int = 0
    beyond: frozenset[int] = frozenset()
    hole_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers ``first`` to ``last`` of a boot will not come."""

    boot: str
    first: int
    last: int


def seen(cursor: Cursor, seq: int) -> bool:
    """Whether this number was taken before."""
    return seq <= cursor.upto or seq in cursor.beyond


def take(cursor: Cursor, seq: int, mono_ms: int) -> tuple[Cursor, tuple[Gap, ...]]:
    """The cursor after ``seq``, which was not seen; with the gaps that had to be given up to keep the bound."""
    if seq == cursor.upto + 1 and not cursor.beyond:
        return Cursor(cursor.boot, seq), ()
    taken = _closed(cursor.boot, cursor.upto, cursor.beyond | {seq}, cursor.hole_ms, mono_ms)
    gaps: list[Gap] = []
    while taken.beyond and (reach := max(taken.beyond) - BEYOND_AT_MOST) > taken.upto:
        taken, gap = give_up(taken, mono_ms, reach)
        gaps.append(gap)
    return taken, tuple(gaps)


def give_up(cursor: Cursor, mono_ms: int, upto: int | None = None) -> tuple[Cursor, Gap]:
    """The cursor after its lowest hole (its part up to ``upto``, where given) is given up, and that gap."""
    lowest = min(cursor.beyond) - 1
    last = lowest if upto is None else min(lowest, upto)
    hole_ms = None if last == lowest else cursor.hole_ms
    return _closed(cursor.boot, last, cursor.beyond, hole_ms, mono_ms), Gap(cursor.boot, cursor.upto + 1, last)


def _closed(boot: str, upto: int, beyond: frozenset[int], hole_ms: int | None, mono_ms: int) -> Cursor:
    moved = upto
    while moved + 1 in beyond:
        moved += 1
    rest = frozenset(seq for seq in beyond if seq > moved)
    since = mono_ms if moved != upto or hole_ms is None else hole_ms
    return Cursor(boot, moved, rest, since if rest else None)
