"""What a gateway begins with: as sure of its clock, and with a replica as old, as the run before it left them."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from access.clock import DAY_MS, HOUR_MS, Now
from access.conditions import replica_age_ms
from gateway.compose import NEVER_CONFIRMED_MS, Gateway, compose
from gateway.link.step import Step
from gateway.link.store import LinkStore
from gateway.timekeeping import Times
from hubout.ports import free_port
from tests.support.core_site import NINE
from tests.support.hand_machine import HandMachine, HandRun
from tests.support.inner_site import PLAN, write_site

NOTED = Times("boot-1", 3_600_000, NINE, 0, 0, 2 * HOUR_MS)


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    return write_site(tmp_path, PLAN, free_port(), free_port())


def held(folder: Path, confirmed_ms: int | None, version: int = 3) -> None:
    """A replica that a run before this one took over."""
    store = LinkStore.open(folder / "state" / "link.db")
    store.keep(Step("g", version, snapshot=True, changes=()))
    store.note_confirmed(confirmed_ms)
    store.close()


def noted(folder: Path, times: Times) -> None:
    (folder / "state" / "times.json").write_text(json.dumps(asdict(times)))


def begun(site_file: Path, machine: HandMachine) -> tuple[int, Now]:
    """The replica's age and the moment, as a gateway begins."""
    run = HandRun(machine)
    gateway: Gateway = compose(site_file, run)
    try:
        return replica_age_ms(gateway.loop.writer.state, run.now()), run.now()
    finally:
        for part in (gateway.loop.native, gateway.loop.makers, gateway.loop.keeper, *gateway.loop._others):
            if part is not None:
                part.close()
        gateway.store.close()
        gateway.loop.wake.close()


def test_the_age_of_the_replica_goes_on_over_a_restart(site_file: Path, tmp_path: Path) -> None:
    held(tmp_path, NINE)
    noted(tmp_path, NOTED)
    machine = HandMachine()
    machine.pass_ms(DAY_MS)
    machine.wall -= 3 * DAY_MS
    age_ms, now = begun(site_file, machine)
    assert age_ms == DAY_MS + 2 * HOUR_MS
    assert now.unsure_ms == DAY_MS // 10_000


def test_a_boot_without_ntp_or_a_battery_leaves_the_clock_unknown_and_the_replica_no_younger(
    site_file: Path, tmp_path: Path
) -> None:
    held(tmp_path, NINE)
    noted(tmp_path, NOTED)
    machine = HandMachine(keeps_time=False)
    machine.reboot(0, wall=0)
    age_ms, now = begun(site_file, machine)
    assert age_ms == 2 * HOUR_MS + 60_000
    assert (now.wall_ms, now.trusted) == (NINE + 60_000, False)


@pytest.mark.parametrize(
    ("confirmed_ms", "version", "age_ms"),
    [(NINE - HOUR_MS, 3, HOUR_MS), (None, 3, NEVER_CONFIRMED_MS), (None, 0, 0)],
)
def test_without_a_note_the_link_tells_and_what_nobody_ever_confirmed_is_too_old(
    site_file: Path, tmp_path: Path, confirmed_ms: int | None, version: int, age_ms: int
) -> None:
    if version:
        held(tmp_path, confirmed_ms, version)
    assert begun(site_file, HandMachine())[0] == age_ms


def test_a_site_without_a_registry_decides_by_what_is_its_own(site_file: Path, tmp_path: Path) -> None:
    held(tmp_path, None)
    text = site_file.read_text()
    start, end = text.index("[registry]"), text.index("[storage]")
    site_file.write_text(text[:start] + text[end:])
    assert begun(site_file, HandMachine())[0] == 0
