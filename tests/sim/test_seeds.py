"""Guarantees over many simulated runs: as many seeds as fit into a fixed time, and whatever is found has its seed."""

from collections import Counter
from pathlib import Path
from time import monotonic

import pytest

from hubout.simulate.books import Prepared
from hubout.simulate.run import run

AT_LEAST, AT_MOST = 4, 60
BUDGET_S = 12.0


def test_every_guarantee_holds_in_as_many_runs_as_there_is_time_for(prepared: Prepared) -> None:
    began_s = monotonic()
    reached = Counter[str]()
    for seed in range(1, 1 + AT_MOST):
        outcome = run(seed, 1, prepared)
        assert outcome.broken == (), f"hubout simulate --first {seed} --seeds 1"
        reached.update(outcome.reached)
        if seed >= AT_LEAST and monotonic() - began_s > BUDGET_S:
            break
    assert all(reached[guarantee] for guarantee in ("D1", "D2", "S1", "S2", "S3", "S4", "S5", "S9", "S10")), reached


def test_a_run_of_several_days_is_sound_as_well(prepared: Prepared) -> None:
    outcome = run(8, 3, prepared)
    assert outcome.broken == ()
    assert outcome.days == 3


def test_what_a_run_used_is_gone_with_it(prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hubout.simulate.run.IN_MEMORY", str(tmp_path))
    run(3, 1, prepared)
    assert list(tmp_path.iterdir()) == []
