"""Simulated runs under a planted fault, until its checker finds it."""

from collections.abc import Iterable

import pytest

from hubout.simulate.books import Prepared
from hubout.simulate.run import run
from tests.support.sabotage import FURTHER, SABOTAGES, Sabotage

SEEDS = range(1, 9)
Planted = tuple[str, Sabotage]


def planted(letter: str) -> list[Planted]:
    """Every planted fault of the guarantees of a letter: D at the doors, S of what is synchronised."""
    return [one for one in (*sorted(SABOTAGES.items()), *FURTHER) if one[0].startswith(letter)]


def names(faults: Iterable[Planted]) -> list[str]:
    """What their cases are called."""
    return [f"{guarantee}-{sabotage.plant.__name__}" for guarantee, sabotage in faults]


def see_found(guarantee: str, sabotage: Sabotage, prepared: Prepared, patch: pytest.MonkeyPatch) -> None:
    """Plant the fault; in one of a few runs in which its case happens the guarantee's checker must find it."""
    sabotage.plant(patch)
    found: list[str] = []
    for seed in SEEDS:
        found += run(seed, 1, prepared, sabotage.mix).broken
        if any(what.startswith(f"{guarantee} ") for what in found):
            return
    raise AssertionError(f"nobody noticed; all that was found is {found[:5]}")
