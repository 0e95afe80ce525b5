"""Numbers out of samples."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of some samples, and what one in a hundred exceeds; microseconds."""

    p50_us: float
    p99_us: float


def percentile(samples: Sequence[int], percent: float) -> int:
    """The smallest sample that so many percent do not exceed. Raises ValueError where there is none."""
    if not samples:
        raise ValueError("no samples")
    ordered = sorted(samples)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]


def spread(samples_ns: Sequence[int]) -> Spread:
    """Of spans in nanoseconds."""
    return Spread(round(percentile(samples_ns, 50) / 1_000, 1), round(percentile(samples_ns, 99) / 1_000, 1))
