"""S13: the same seed gives the same simulated run, byte for byte, in any process and whatever Python hashes by."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SEED = 10


def simulated(*arguments: str, hash_seed: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "hubout", "simulate", *arguments],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_two_processes_with_other_hashes_give_the_same_digest(tmp_path: Path) -> None:
    digests = set()
    for hash_seed, processes in (("1", "1"), ("77", "2")):
        report = tmp_path / f"{hash_seed}.json"
        done = simulated(
            "--seeds", "2", "--first", str(SEED), "--processes", processes, "--report", str(report), hash_seed=hash_seed
        )
        assert done.returncode == 0, done.stdout + done.stderr
        digests.add(json.loads(report.read_text())["digest"])
    assert len(digests) == 1


@pytest.mark.parametrize("wrong", [["--seeds", "0"], ["--seeds", "1", "--days", "0"], []])
def test_wrong_use_is_one_sentence(wrong: list[str]) -> None:
    done = simulated(*wrong, hash_seed="0")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
