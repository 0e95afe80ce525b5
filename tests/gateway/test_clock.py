"""The gateway's clocks: real, and the demo's day."""

import time
from pathlib import Path

import pytest

from access.timed import Deadline
from gateway.clock import Clock, DayAt, kernel_is_synchronised

FAR_MS = 10**12


def test_a_real_clock_tells_the_systems_wall_time_and_its_day_is_real() -> None:
    clock = Clock()
    before_ms = time.time_ns() // 1_000_000
    now = clock.now()
    assert before_ms <= now.wall_ms <= time.time_ns() // 1_000_000
    assert now.day_ms == now.mono_ms
    assert 0 <= now.mono_ms < 5_000


def test_whether_the_clock_is_trusted_is_what_the_kernel_says() -> None:
    assert Clock().now().trusted is kernel_is_synchronised()


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
    clock = Clock()
    if clock.now().trusted:
        pytest.skip("this machine's clock is disciplined by NTP")
    assert clock.seconds_until(Deadline(FAR_MS, None, 0), 0.25) == 0.25
