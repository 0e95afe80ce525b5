"""The torture that an operator runs, at its smallest; and that it catches a gateway whose disk is not to be trusted."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.support.house import ROOT
from tests.support.hurt_site import PINS, hurt_site, load_of
from tests.support.hurting import Hurts
from tests.support.line_watch import LineWatch
from tests.support.syscalls import strace_or_skip
from tests.torture.__main__ import line, reported, verdict
from tests.torture.batches import CUTS, KILLS, Batch

KILLS_HERE, CUTS_HERE, CAUGHT_WITHIN = 4, 2, 12
UNSYNCED = """
import gateway.database as d
d.SETTINGS = tuple(s.replace("synchronous=FULL", "synchronous=OFF") for s in d.SETTINGS)
from hubout.cli import main
main()
"""


@pytest.mark.timeout(300)
def test_kills_and_power_cuts_break_nothing_and_are_reported(tmp_path_factory: pytest.TempPathFactory) -> None:
    strace_or_skip()
    folder = tmp_path_factory.mktemp("t")  # The longest name of a socket is short.
    report = folder / "report.json"
    words = ["--kills", str(KILLS_HERE), "--cuts", str(CUTS_HERE), "--seed", "3", "--report", str(report)]
    command = [sys.executable, "-m", "tests.torture", *words, "--folder", str(folder)]
    run = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert len(run.stdout.splitlines()) == 4, "the seed, a line a batch, the verdict"
    said = json.loads(report.read_text())
    assert (said["ok"], said["kills"], said["cuts"], said["broken"]) == (True, KILLS_HERE, CUTS_HERE, [])
    assert 0 < said["openings"] <= said["grants"] < said["events"]
    assert [path.name for path in folder.iterdir()] == ["report.json"], "nothing is left behind"


@pytest.mark.timeout(300)
def test_a_gateway_that_does_not_sync_its_commits_is_caught(tmp_path: Path) -> None:
    strace_or_skip()
    with hurt_site(tmp_path) as site, load_of(site, 1) as load, LineWatch(site.board, PINS):
        site.gateway._command = [sys.executable, "-c", UNSYNCED, "gateway", "--config", str(site.config)]
        hurts = Hurts(site, load, Random(1))
        hurts.record()
        load.begin()
        with pytest.raises(AssertionError, match=r"the log lost events|S1: |S12: |D1: "):
            cut_again_and_again(hurts)


def cut_again_and_again(hurts: Hurts) -> None:
    for _ in range(CAUGHT_WITHIN):
        hurts.one({"cut gateway": 1})


def test_a_folder_whose_sockets_would_have_too_long_names_is_one_sentence(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 80)
    deep.mkdir()
    command = [sys.executable, "-m", "tests.torture", "--kills", "1", "--cuts", "0", "--folder", str(deep)]
    run = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert (run.returncode, run.stdout, len(run.stderr.splitlines())) == (1, "", 1)
    assert "name a shorter --folder" in run.stderr


def test_a_broken_guarantee_is_said_with_the_command_that_does_it_again() -> None:
    broken = Batch(KILLS, 25, 7, openings=3, broken="S12: front-in was told of 9")
    batches = [Batch(KILLS, 25, 6, openings=3), broken]
    again = "scripts/torture --kills 25 --cuts 0 --seed 7"
    assert verdict(batches) == f"a guarantee was broken in 1 of 2 batches; the first again: {again}"
    assert reported(6, batches)["ok"] is False
    assert line(broken, Path("/somewhere")).endswith(
        f"front-in was told of 9\n  all of it: /somewhere\n  again: {again}"
    )


def test_a_run_that_showed_nothing_is_no_success() -> None:
    assert "showed nothing" in verdict([Batch(KILLS, 5, 1)])
    assert "not synced" in verdict([Batch(CUTS, 20, 1, openings=1, done={"cut gateway": 20})])
    assert verdict([Batch(KILLS, 5, 1, openings=1)]) == ""
