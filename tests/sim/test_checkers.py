"""A checker counts only after it was seen to fail: for each guarantee a fault planted in the product, which it finds.

The product as it is passes the same runs (``test_seeds``); each fault is given a few of them in which its case happens.
"""

import pytest

from hubout.simulate.books import Prepared, prepare
from hubout.simulate.fleet import AGAIN_EVERY, compared
from hubout.simulate.plan import Mix
from hubout.simulate.run import GUARANTEES, run
from tests.support.sabotage import FURTHER, SABOTAGES, Sabotage
from tests.support.sabotage_log import draws_real_chance

SEEDS = range(1, 9)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("prepared"))


def test_every_guarantee_that_is_watched_has_its_planted_fault() -> None:
    assert {*SABOTAGES, "S13"} == set(GUARANTEES)


PLANTED = [*sorted(SABOTAGES.items()), *FURTHER]


@pytest.mark.parametrize(("guarantee", "sabotage"), PLANTED, ids=[f"{g}-{one.plant.__name__}" for g, one in PLANTED])
def test_a_planted_fault_is_found(
    guarantee: str, sabotage: Sabotage, prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    sabotage.plant(monkeypatch)
    found: list[str] = []
    for seed in SEEDS:
        found += run(seed, 1, prepared, sabotage.mix).broken
        if any(what.startswith(f"{guarantee} ") for what in found):
            return
    raise AssertionError(f"nobody noticed; all that was found is {found[:5]}")


def test_a_run_that_another_does_not_repeat_is_found(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    short = Mix(spans=1)
    assert compared(AGAIN_EVERY, 1, prepared, short).broken == ()
    draws_real_chance(monkeypatch)
    assert any(what.startswith("S13") for what in compared(AGAIN_EVERY, 1, prepared, short).broken)
