"""A lock on a network controller: which commands it follows, how long, and what it tells of its door."""

import pytest

from devices.wire_messages import Command
from firmware_sim.door_controller import DoorController
from firmware_sim.happenings import (
    CardShown,
    Connected,
    DoorHeld,
    DoorPushed,
    ExitPressed,
    PowerCut,
    PowerOn,
)
from tests.support.firmware_bench import BOOT, BOOT_2, Bench, lines, on_bench


def door() -> Bench:
    bench = on_bench(DoorController())
    bench.pass_ms(10_000)
    return bench


def pulse(n: int = 1, *, grant: str = "1-7", boot: str = BOOT, pulse_ms: int = 3_000, by_ms: int = 12_000) -> Command:
    return Command(grant, "pulse", pulse_ms, boot, n, by_ms)


def test_a_command_releases_the_lock_for_its_pulse_and_whoever_pushes_comes_in() -> None:
    bench = door()
    assert lines(bench.told(pulse())) == ["lock released 1-7"]
    bench.pass_ms(300)
    assert lines(bench.do(DoorPushed(open_ms=400))) == ["leaf open", "contact seq=2 open=true"]
    assert lines(bench.pass_ms(400)) == ["leaf shut", "contact seq=3 open=false"]
    bench.ack_all()
    assert lines(bench.pass_ms(2_299)) == []
    assert lines(bench.pass_ms(1)) == ["lock secured"]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (pulse(boot=BOOT_2), "command-for-another-boot"),
        (pulse(by_ms=9_999), "command-past"),
    ],
)
def test_a_command_that_is_not_for_now_is_refused(command: Command, why: str) -> None:
    assert lines(door().told(command)) == [f"refused {why}"]


def test_a_command_of_the_very_moment_is_followed() -> None:
    assert lines(door().told(pulse(by_ms=10_000))) == ["lock released 1-7"]


@pytest.mark.parametrize(
    "repeat", [pulse(), pulse(grant="1-8"), pulse(n=2), pulse(n=1, grant="1-9")], ids=["same", "number", "id", "older"]
)
def test_a_repeated_command_is_refused(repeat: Command) -> None:
    bench = door()
    bench.told(pulse())
    bench.pass_ms(100)
    assert lines(bench.told(repeat)) == ["refused command-repeated"]


def test_a_retained_command_is_refused() -> None:
    assert lines(door().told(pulse(), retained=True)) == ["refused retained"]


def test_no_pulse_is_longer_than_the_controllers_own_limit() -> None:
    bench = door()
    bench.told(pulse(pulse_ms=60_000))
    assert "lock secured" not in lines(bench.pass_ms(9_999))
    assert "lock secured" in lines(bench.pass_ms(1))


def test_overlapping_pulses_end_with_the_last() -> None:
    bench = door()
    bench.told(pulse(1, pulse_ms=5_000, by_ms=99_000))
    bench.pass_ms(1_000)
    bench.told(pulse(2, grant="1-8", pulse_ms=1_000, by_ms=99_000))
    assert "lock secured" not in lines(bench.pass_ms(3_999))
    assert "lock secured" in lines(bench.pass_ms(1))


def test_a_power_cut_secures_the_lock_and_a_boot_never_pulses_it() -> None:
    bench = door()
    bench.told(pulse())
    assert lines(bench.do(PowerCut())) == ["lock secured", "cut"]
    assert not [line for line in lines([*bench.do(PowerOn(BOOT_2), Connected())]) if line.startswith("lock")]
    assert lines(bench.told(pulse(boot=BOOT))) == ["refused command-for-another-boot"]


def test_a_locked_door_yields_to_nobody_outside_and_to_everybody_inside() -> None:
    bench = door()
    assert lines(bench.do(DoorPushed())) == []
    assert lines(bench.do(DoorPushed(inside=True))) == ["leaf open", "contact seq=2 open=true"]


def test_the_exit_button_is_told_and_releases_nothing() -> None:
    assert lines(door().do(ExitPressed())) == ["exit-request seq=2"]


def test_a_door_that_is_held_open_stays_so_and_its_level_is_told_by_heartbeats() -> None:
    bench = door()
    assert lines(bench.do(DoorHeld(open=True)))[0] == "leaf open"
    assert lines(bench.do(DoorHeld(open=True))) == []
    bench.ack_all()
    beats = [line for line in lines(bench.pass_ms(120_000)) if line.startswith("heartbeat")]
    assert beats[0] == "heartbeat last_seq=2 open=true"
    assert lines(bench.do(DoorPushed())) == []
    assert "contact seq=3 open=false" in lines(bench.pass_ms(400))


def test_a_leaf_that_moved_without_power_is_told_at_the_next_boot() -> None:
    bench = door()
    bench.do(PowerCut(), DoorHeld(open=True), CardShown("04A1B2C3"))
    assert "contact seq=1 open=true" in lines(bench.do(PowerOn(BOOT_2), Connected()))


def test_a_leaf_falls_shut_without_power() -> None:
    bench = door()
    bench.do(DoorPushed(inside=True, open_ms=400), PowerCut())
    assert lines(bench.pass_ms(400)) == ["leaf shut"]
    assert "contact seq=1 open=false" in lines(bench.do(PowerOn(BOOT_2), Connected()))
