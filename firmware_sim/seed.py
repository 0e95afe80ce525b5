"""The one place where chance comes from: the same seed gives the same run."""

import secrets
from random import Random

BOOT_BYTES = 8


def new_seed() -> int:
    """A seed that no run had before, for a simulation that nobody wants to repeat."""
    return secrets.randbits(64)


def chance_of(seed: int | str) -> Random:
    """The chances of one seed. No secret is ever made of them."""
    return Random(seed)  # noqa: S311


def new_boot(chance: Random) -> str:
    """A boot's random hex."""
    return chance.randbytes(BOOT_BYTES).hex()
