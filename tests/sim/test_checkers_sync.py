"""A checker counts only after it was seen to fail: for each of S1 to S13 a fault planted in the product, and found.

The product as it is passes the same runs (``test_seeds``); each fault is given a few of them in which its case happens.
``test_checkers_doors`` has those of the doors: two files, because a suite that is spread is spread by file.
"""

import pytest

from hubout.simulate.books import Prepared
from hubout.simulate.fleet import AGAIN_EVERY, compared
from hubout.simulate.plan import Mix
from hubout.simulate.run import GUARANTEES
from tests.support.planted import names, planted, see_found
from tests.support.sabotage import SABOTAGES, Sabotage
from tests.support.sabotage_log import draws_real_chance

FAULTS = planted("S")


def test_every_guarantee_that_is_watched_has_its_planted_fault() -> None:
    assert {*SABOTAGES, "S13"} == set(GUARANTEES)
    assert {guarantee for guarantee, _ in (*planted("D"), *FAULTS)} == set(SABOTAGES)


@pytest.mark.parametrize(("guarantee", "sabotage"), FAULTS, ids=names(FAULTS))
def test_a_planted_fault_is_found(
    guarantee: str, sabotage: Sabotage, prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    see_found(guarantee, sabotage, prepared, monkeypatch)


def test_a_run_that_another_does_not_repeat_is_found(prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    short = Mix(spans=1)
    assert compared(AGAIN_EVERY, 1, prepared, short).broken == ()
    draws_real_chance(monkeypatch)
    assert any(what.startswith("S13") for what in compared(AGAIN_EVERY, 1, prepared, short).broken)
