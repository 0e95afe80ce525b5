"""What of a site file reaches the doorkeeper, and how it crosses to its processes."""

from pathlib import Path

import pytest

from access.site import GpioLines, LockSense
from devices.doorkeeper.config import KeeperConfig, from_json, keeper_config, to_json
from devices.doorkeeper.supervisor import BACKOFF_MAX_MS, backoff_ms
from devices.sitefile import read_site_file
from tests.support import keepers
from tests.support.sites import example_site


def test_the_doors_with_lines_on_this_pi_are_the_doorkeepers(tmp_path: Path) -> None:
    site_file = read_site_file(example_site(tmp_path))
    config = keeper_config(site_file)
    wired = {door.id: door for door in site_file.site.doors.values() if door.gpio is not None}
    assert [door.id for door in config.doors] == list(wired)
    assert 0 < len(config.doors) < len(site_file.site.doors)
    entrance = config.doors[0]
    assert (entrance.id, entrance.sense, entrance.max_lease_ms) == ("entrance", LockSense.FAIL_SECURE, 10_000)
    assert entrance.lines == GpioLines(17, 27, 22)
    assert (config.pins, config.fire_pin, config.fire_active_high) == ("lgpio", 5, True)
    assert config.socket == Path("/run/hubout-keeper/keeper.sock")
    assert config.state_directory == Path("/var/lib/hubout-keeper")


@pytest.mark.parametrize(
    "changes",
    [{}, {"fire_pin": None, "fire_active_high": False}, {"mock_directory": None, "pins": "lgpio"}, {"doors": ()}],
)
def test_a_configuration_crosses_whole(tmp_path: Path, changes: dict[str, object]) -> None:
    config = keepers.keeper_config(tmp_path, **changes)
    again = from_json(to_json(config))
    assert again == config
    assert isinstance(again, KeeperConfig)
    assert all(isinstance(door.sense, LockSense) for door in again.doors)


def test_the_wait_before_a_restart_doubles_and_stays_bounded() -> None:
    assert backoff_ms(0) == 0
    waits = [backoff_ms(deaths) for deaths in range(1, 100)]
    assert waits == sorted(waits)
    assert waits[0] == 100
    assert set(waits[6:]) == {BACKOFF_MAX_MS}
