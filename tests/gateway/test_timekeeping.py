"""What is remembered of time over restarts and boots: never surer, and never younger, than is known."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS
from access.events import ReplicaConfirmed
from access.replica import Replica
from gateway.clock import UNBOUNDED_MS, Clock, DayAt
from gateway.timekeeping import Timekeeping, Times, read_times, recall, replica_age_at_start
from tests.support.core_site import NINE
from tests.support.hand_machine import HandLoop, HandMachine, HandRun, tended

NOTED = Times("boot-1", 3_600_000, NINE, 0, 0, HOUR_MS)
"""Noted just now, at nine, one hour after the boot: NTP was there, and the registry an hour ago."""


def run_on(machine: HandMachine, times: Times | None = NOTED) -> HandRun:
    """The next run on this machine."""
    run = HandRun(machine)
    recall(run, times)
    return run


def test_within_one_boot_it_is_as_sure_as_the_time_since_ntp_allows() -> None:
    machine = HandMachine(keeps_time=False)
    machine.pass_ms(10 * DAY_MS)
    assert run_on(machine).now().unsure_ms == 86_400


def test_over_a_boot_a_battery_keeps_the_count_and_nothing_else_does() -> None:
    for keeps_time, unsure_ms in ((True, (10 * DAY_MS + 60_000) // 10_000), (False, UNBOUNDED_MS)):
        machine = HandMachine(keeps_time=keeps_time)
        machine.reboot(10 * DAY_MS)
        assert run_on(machine).now().unsure_ms == unsure_ms


def test_a_battery_that_is_empty_is_found_by_a_clock_that_went_back() -> None:
    machine = HandMachine()
    machine.reboot(DAY_MS, wall=NINE - 20 * 365 * DAY_MS)
    now = run_on(machine).now()
    assert (now.unsure_ms, now.trusted) == (UNBOUNDED_MS, False)


@pytest.mark.parametrize("keeps_time", [True, False])
def test_the_wall_clock_never_runs_backwards_over_a_boot(keeps_time: bool) -> None:
    machine = HandMachine(keeps_time=keeps_time)
    machine.reboot(DAY_MS, wall=0)
    run = run_on(machine)
    assert run.now().wall_ms == NINE + machine.up
    machine.pass_ms(MINUTE_MS)
    assert run_on(machine).now().wall_ms == NINE + machine.up
    machine.ntp, machine.wall = True, NINE + DAY_MS
    machine.pass_ms(MINUTE_MS)
    assert run.now().wall_ms == machine.wall


def test_what_staff_set_holds_over_a_restart_and_over_a_boot_with_a_battery() -> None:
    set_ahead = replace(NOTED, wall_ms=NINE + DAY_MS, offset_ms=DAY_MS)
    machine = HandMachine()
    machine.pass_ms(HOUR_MS)
    assert run_on(machine, set_ahead).now().wall_ms == NINE + DAY_MS + HOUR_MS
    machine.reboot(HOUR_MS)
    now = run_on(machine, set_ahead).now()
    assert (now.wall_ms, now.trusted) == (NINE + DAY_MS + 2 * HOUR_MS + MINUTE_MS, True)


def test_without_a_note_the_machine_is_all_that_is_known() -> None:
    assert run_on(HandMachine(), None).now().unsure_ms == 360
    assert run_on(HandMachine(keeps_time=False), None).now().unsure_ms == UNBOUNDED_MS
    assert run_on(HandMachine(), replace(NOTED, sure_ago_ms=None)).now().unsure_ms == UNBOUNDED_MS


# -- the replica's age


def age_on(machine: HandMachine, times: Times | None = NOTED, confirmed_ms: int | None = None) -> int | None:
    return replica_age_at_start(HandRun(machine), times, confirmed_ms)


def test_the_replica_ages_over_a_restart_and_over_a_boot() -> None:
    machine = HandMachine(keeps_time=False)
    machine.pass_ms(2 * HOUR_MS)
    assert age_on(machine) == 3 * HOUR_MS
    machine.reboot(DAY_MS)
    assert age_on(machine) == DAY_MS + 3 * HOUR_MS + MINUTE_MS


@given(st.integers(-20 * 365 * DAY_MS, 20 * 365 * DAY_MS), st.booleans(), st.integers(0, 40 * DAY_MS))
def test_no_jump_of_the_wall_clock_makes_it_younger(jump_ms: int, rebooted: bool, later_ms: int) -> None:
    machine = HandMachine()
    if rebooted:
        machine.reboot(0)
    machine.pass_ms(later_ms)
    machine.wall += jump_ms
    least_ms = HOUR_MS + later_ms + (MINUTE_MS if rebooted else 0)
    age_ms = age_on(machine)
    assert age_ms is not None
    assert age_ms >= least_ms
    assert rebooted or age_ms == least_ms


def test_without_a_note_the_age_is_since_the_time_the_link_kept() -> None:
    assert age_on(HandMachine(), None, NINE - DAY_MS) == DAY_MS
    assert age_on(HandMachine(), None, NINE + DAY_MS) == 0
    assert age_on(HandMachine(), None, None) is None
    assert age_on(HandMachine(), replace(NOTED, replica_age_ms=None), NINE - DAY_MS) == DAY_MS


# -- the file


def test_the_times_are_noted_once_a_minute_and_read_again(tmp_path: Path) -> None:
    machine, loop, path = HandMachine(ntp=True), HandLoop(), tmp_path / "times.json"
    run = HandRun(machine)
    keeping = Timekeeping(path, run, alone=False)
    run.now()
    tended(keeping, loop)
    assert read_times(path) == Times("boot-1", machine.up, NINE, 0, 0, DAY_MS)
    machine.pass_ms(30_000)
    tended(keeping, loop, run.mono_ms())
    assert read_times(path) == Times("boot-1", 3_600_000, NINE, 0, 0, DAY_MS)
    machine.pass_ms(30_000)
    tended(keeping, loop, run.mono_ms())
    noted = read_times(path)
    assert noted is not None
    assert (noted.up_ms, noted.replica_age_ms) == (machine.up, DAY_MS + MINUTE_MS)
    assert loop.posted == []


def test_a_clock_that_is_set_is_noted_at_once(tmp_path: Path) -> None:
    run = HandRun(HandMachine(keeps_time=False))
    keeping, loop = Timekeeping(tmp_path / "times.json", run, alone=False), HandLoop()
    tended(keeping, loop)
    keeping.set_wall(NINE + DAY_MS)
    tended(keeping, loop)
    noted = read_times(tmp_path / "times.json")
    assert noted is not None
    assert (noted.offset_ms, noted.sure_ago_ms) == (DAY_MS, 0)


def test_a_site_without_a_registry_never_ages(tmp_path: Path) -> None:
    keeping, loop = Timekeeping(tmp_path / "times.json", HandRun(HandMachine()), alone=True), HandLoop()
    tended(keeping, loop)
    assert loop.posted == [ReplicaConfirmed()]


def test_where_nothing_is_held_no_age_is_noted(tmp_path: Path) -> None:
    loop = HandLoop()
    loop.state = replace(loop.state, replica=Replica())
    tended(Timekeeping(tmp_path / "times.json", HandRun(HandMachine()), alone=False), loop)
    noted = read_times(tmp_path / "times.json")
    assert noted is not None
    assert noted.replica_age_ms is None


def test_a_demos_day_notes_nothing(tmp_path: Path) -> None:
    (tmp_path / "begun").write_text("0")
    clock = Clock(DayAt(10, NINE, tmp_path / "begun"), HandMachine())
    tended(Timekeeping(tmp_path / "times.json", clock, alone=False), HandLoop())
    assert not (tmp_path / "times.json").exists()
    recall(clock, replace(NOTED, offset_ms=DAY_MS))
    assert clock.offset_ms == 0


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"boot":1}', '{"boot":"b","up_ms":"1"}', "x" * 10_000])
def test_a_file_that_cannot_be_read_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "times.json").write_text(text)
    assert read_times(tmp_path / "times.json") is None
    assert read_times(tmp_path / "none") is None


def test_a_disk_that_takes_nothing_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    keeping, loop = Timekeeping(tmp_path / "none" / "times.json", HandRun(HandMachine()), alone=False), HandLoop()
    for minute in range(3):
        tended(keeping, loop, minute * MINUTE_MS)
    assert len(caplog.records) == 1
