"""The bench's one source of chance: the same seed picks the same people."""

from random import Random


def chance(seed: int) -> Random:
    """A generator of its own."""
    return Random(seed)  # noqa: S311 -- which person taps next is no secret
