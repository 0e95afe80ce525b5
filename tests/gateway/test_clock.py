"""The gateway's clocks: real, and the demo's day."""

import time
from pathlib import Path

import pytest

from access.clock import DAY_MS, MINUTE_MS, Now
from access.timed import Deadline
from gateway.clock import UNBOUNDED_MS, Clock, ClockNotSet, DayAt, keeps_time_when_off, kernel_is_synchronised
from tests.support.core_site import NINE
from tests.support.hand_machine import HandMachine, HandRun

FAR_MS = 10**12


def test_a_real_clock_tells_the_systems_wall_time_and_its_day_is_real() -> None:
    clock = Clock()
    before_ms = time.time_ns() // 1_000_000
    now = clock.now()
    assert before_ms <= now.wall_ms <= time.time_ns() // 1_000_000
    assert now.day_ms == now.mono_ms
    assert 0 <= now.mono_ms < 5_000


def test_a_clock_that_the_kernel_says_ntp_disciplines_is_sure() -> None:
    if kernel_is_synchronised():
        assert Clock().now().unsure_ms == 0
    assert HandRun(HandMachine(ntp=True, keeps_time=False)).now() == Now(NINE, 0, 0, trusted=True, unsure_ms=0)


def test_without_ntp_it_is_unsure_by_100_ppm_of_the_time_since() -> None:
    machine = HandMachine(ntp=True)
    run = HandRun(machine)
    assert run.now().unsure_ms == 0
    machine.ntp = False
    machine.pass_ms(10 * DAY_MS)
    assert (run.now().unsure_ms, run.now().trusted) == (86_400, True)
    machine.pass_ms(60 * DAY_MS)
    assert (run.now().unsure_ms, run.now().trusted) == (604_800, False)
    machine.ntp = True
    machine.pass_ms(MINUTE_MS)
    assert run.now().unsure_ms == 0


def test_a_battery_that_set_this_boots_clock_counts_from_the_boot() -> None:
    assert HandRun(HandMachine()).now().unsure_ms == 360


def test_with_neither_ntp_nor_a_battery_nothing_is_known() -> None:
    now = HandRun(HandMachine(keeps_time=False)).now()
    assert (now.unsure_ms, now.trusted) == (UNBOUNDED_MS, False)


@pytest.mark.parametrize("settable", [True, False])
def test_staff_set_the_machines_clock_where_we_may_and_else_an_offset_of_ours(settable: bool) -> None:
    machine = HandMachine(keeps_time=False, settable=settable)
    run, right_ms = HandRun(machine), NINE + 3 * DAY_MS
    assert run.set_wall(right_ms) == NINE
    assert run.now() == Now(right_ms, 0, 0, trusted=True, unsure_ms=0)
    assert (machine.wall == right_ms, run.offset_ms == 0) == (settable, settable)
    machine.pass_ms(DAY_MS)
    assert run.now() == Now(right_ms + DAY_MS, DAY_MS, DAY_MS, trusted=True, unsure_ms=8_640)


def test_once_ntp_is_back_no_offset_is_wanted() -> None:
    machine = HandMachine()
    run = HandRun(machine)
    run.set_wall(NINE + DAY_MS)
    machine.ntp = True
    machine.pass_ms(MINUTE_MS)
    assert run.now().wall_ms == machine.wall


def test_a_clock_that_ntp_or_a_demo_keeps_is_not_set_by_hand(begun: Path) -> None:
    with pytest.raises(ClockNotSet, match="NTP"):
        HandRun(HandMachine(ntp=True, settable=True)).set_wall(NINE + DAY_MS)
    with pytest.raises(ClockNotSet, match="demo"):
        Clock(DayAt(1_000, 1_700_000_000_000, begun), HandMachine(settable=True)).set_wall(NINE)


@pytest.mark.parametrize(
    ("hctosys", "architecture", "keeps"),
    [
        ((), "aarch64", False),
        (("1",), "aarch64", True),
        (("0",), "aarch64", False),
        (("0", "1"), "armv7l", True),
        ((None,), "aarch64", False),
        ((), "x86_64", True),
    ],
)
def test_whether_a_boot_got_its_time_from_a_battery(
    tmp_path: Path, hctosys: tuple[str | None, ...], architecture: str, keeps: bool
) -> None:
    for number, said in enumerate(hctosys):
        (tmp_path / f"rtc{number}").mkdir()
        if said is not None:
            (tmp_path / f"rtc{number}" / "hctosys").write_text(f"{said}\n")
    assert keeps_time_when_off(tmp_path, architecture) is keeps
    assert not keeps_time_when_off(tmp_path / "none", "aarch64")


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A file that says that a day begins now."""
    path = tmp_path / "begun"
    path.write_text(str(time.monotonic_ns() // 1_000_000))
    return path


def test_a_demos_day_runs_faster_while_the_monotonic_clock_stays_real(begun: Path) -> None:
    clock = Clock(DayAt(1_000, 1_700_000_000_000, begun))
    now = clock.now()
    assert now.wall_ms == 1_700_000_000_000 + now.day_ms
    assert abs(now.day_ms - 1_000 * (clock.base_ms - int(begun.read_text()) + now.mono_ms)) < 1_000
    assert now.trusted


def test_two_programs_of_one_day_agree_on_the_time(begun: Path) -> None:
    day = DayAt(1_000, 1_700_000_000_000, begun)
    first, second = Clock(day), Clock(day)
    one, other = first.now().wall_ms, second.now().wall_ms
    assert 0 <= other - one < 1_000_000


@pytest.mark.parametrize("said", [None, "", "soon"])
def test_until_it_is_said_to_have_begun_a_demos_day_stands_at_its_beginning(tmp_path: Path, said: str | None) -> None:
    path = tmp_path / "begun"
    if said is not None:
        path.write_text(said)
    clock = Clock(DayAt(1_000, 1_700_000_000_000, path))
    assert clock.now().wall_ms == 1_700_000_000_000
    path.write_text(str(time.monotonic_ns() // 1_000_000 - 50))
    assert clock.now().wall_ms > 1_700_000_000_000


def test_the_wait_is_for_the_first_of_a_deadlines_moments(begun: Path) -> None:
    clock = Clock(DayAt(10, 0, begun))
    now = clock.now()
    assert clock.seconds_until(Deadline(now.mono_ms + 500, None, FAR_MS), 1.0) <= 0.5
    assert 0.05 < clock.seconds_until(Deadline(FAR_MS, now.day_ms + 1_000, FAR_MS), 1.0) <= 0.1
    assert 0.05 < clock.seconds_until(Deadline(FAR_MS, None, now.wall_ms + 1_000), 1.0) <= 0.1


def test_the_wait_is_never_below_nothing_nor_above_the_longest() -> None:
    clock = Clock()
    assert clock.seconds_until(Deadline(-FAR_MS, None, FAR_MS), 1.0) == 0.0
    assert clock.seconds_until(Deadline(FAR_MS, None, 10 * FAR_MS), 0.25) == 0.25


def test_a_clock_that_is_not_trusted_waits_for_no_wall_time() -> None:
    clock = Clock(machine=HandMachine(keeps_time=False))
    assert clock.seconds_until(Deadline(FAR_MS, None, 0), 0.25) == 0.25
