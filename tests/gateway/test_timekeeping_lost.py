"""After a boot with neither NTP nor a battery nobody knows how long the machine was off, until the clock is set."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS
from access.events import ReplicaAged
from gateway.timekeeping import Timekeeping, Times, read_times, recall
from tests.support.core_site import NINE
from tests.support.hand_machine import HandLoop, HandMachine, HandRun, tended

NOTED = Times("boot-1", 3_600_000, NINE, 0, 0, HOUR_MS)


def lost(machine: HandMachine) -> tuple[HandRun, Timekeeping, HandLoop]:
    """A run after a boot with neither NTP nor a battery; before it the registry had confirmed an hour ago."""
    machine.reboot(40 * DAY_MS, wall=0)
    run = HandRun(machine)
    assert not recall(run, NOTED)
    loop = HandLoop()
    loop.state = replace(loop.state, confirmed_ms=-HOUR_MS - machine.up)
    return run, Timekeeping(Path("/nowhere/times.json"), run, alone=False, lost=NOTED), loop


@pytest.mark.parametrize("by", ["staff", "ntp"])
def test_once_the_clock_is_known_a_replica_is_as_old_as_it_is(by: str) -> None:
    machine = HandMachine(keeps_time=False)
    run, keeping, loop = lost(machine)
    tended(keeping, loop)
    assert loop.posted == []
    machine.pass_ms(MINUTE_MS)
    if by == "staff":
        keeping.set_wall(NINE + 40 * DAY_MS)
    else:
        machine.ntp, machine.wall = True, NINE + 40 * DAY_MS
    tended(keeping, loop, run.mono_ms())
    assert loop.posted == [ReplicaAged(40 * DAY_MS + HOUR_MS)]
    machine.pass_ms(MINUTE_MS)
    tended(keeping, loop, run.mono_ms())
    assert len(loop.posted) == 1


def test_what_was_confirmed_meanwhile_does_not_age() -> None:
    machine = HandMachine(keeps_time=False)
    run, keeping, loop = lost(machine)
    tended(keeping, loop)
    loop.state = replace(loop.state, confirmed_ms=-1_000)
    keeping.set_wall(NINE + 40 * DAY_MS)
    tended(keeping, loop, run.mono_ms())
    assert loop.posted == []


def test_until_then_the_note_from_before_stays(tmp_path: Path) -> None:
    machine, path = HandMachine(keeps_time=False), tmp_path / "times.json"
    path.write_text(json.dumps(asdict(NOTED)))
    run, _, loop = lost(machine)
    keeping = Timekeeping(path, run, alone=False, lost=NOTED)
    tended(keeping, loop)
    assert read_times(path) == NOTED
    keeping.set_wall(NINE + DAY_MS)
    tended(keeping, loop)
    noted = read_times(path)
    assert noted is not None
    assert (noted.boot, noted.sure_ago_ms) == (machine.boot, 0)
