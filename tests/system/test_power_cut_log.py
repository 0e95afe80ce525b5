"""The power is cut while a log is written: what was committed is there, whatever of the rest the disk kept (D1, S1,
S12). HUBOUT_CUTS says how many cuts, HUBOUT_CUT_SEED at which moments.

Three runs follow one another, each on what a cut of the one before left: so cuts fall into recoveries as well.
"""

import os
from pathlib import Path
from random import Random

import pytest

from tests.support.cut_logs import Cuts, cut, recorded
from tests.support.syscalls import strace_or_skip

CUTS = int(os.environ.get("HUBOUT_CUTS", "150"))
SEED = int(os.environ.get("HUBOUT_CUT_SEED", "1"))
BATCHES = (30, 55, 80)


@pytest.fixture(autouse=True)
def _recorded() -> None:
    strace_or_skip()


def cut_again_and_again(folder: Path, synchronous: str, cuts: int) -> Cuts:
    found, chance = Cuts(), Random(SEED)
    folder.mkdir()
    before = folder.with_name("before")
    for batches in BATCHES:
        _copied(folder, before)
        deeds = recorded(folder, batches, synchronous)
        _copied(before, folder)
        cut(folder, deeds, cuts // len(BATCHES), chance, found)
        if found.wrong:
            break
    return found


def _copied(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for path in target.iterdir():
        path.unlink()
    for path in source.iterdir():
        (target / path.name).write_bytes(path.read_bytes())


@pytest.mark.timeout(120 + CUTS)
def test_whatever_a_power_cut_lets_through_all_that_was_committed_is_there(tmp_path: Path) -> None:
    found = cut_again_and_again(tmp_path / "log", "FULL", CUTS)
    assert found.wrong == []
    assert found.reached["cut"] == CUTS // len(BATCHES) * len(BATCHES)
    for moment in ("while something was unsynced", "in a commit", "in a checkpoint", "just when it was said"):
        assert found.reached[moment] > CUTS // 30, found.reached
    assert found.reached["more there than was said"] > 0, found.reached


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_a_log_that_is_not_synced_at_each_commit_is_caught(synchronous: str, tmp_path: Path) -> None:
    found = cut_again_and_again(tmp_path / "log", synchronous, 60)
    assert any("are there" in wrong for wrong in found.wrong), found.reached
