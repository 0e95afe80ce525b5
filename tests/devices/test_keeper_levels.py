"""What secured means, lock by lock: one table, read out whole."""

import pytest

from access.site import LockSense
from devices.doorkeeper.levels import is_energised, line_level

SECURE, SAFE = LockSense.FAIL_SECURE, LockSense.FAIL_SAFE


@pytest.mark.parametrize(
    ("sense", "released", "energised"),
    [(SECURE, False, False), (SECURE, True, True), (SAFE, False, True), (SAFE, True, False)],
)
def test_a_strike_opens_with_current_and_a_magnet_without(sense: LockSense, released: bool, energised: bool) -> None:
    assert is_energised(sense, released=released) is energised


@pytest.mark.parametrize(
    ("sense", "active_high", "released", "high"),
    [
        (SECURE, True, False, False),
        (SECURE, True, True, True),
        (SECURE, False, False, True),
        (SECURE, False, True, False),
        (SAFE, True, False, True),
        (SAFE, True, True, False),
        (SAFE, False, False, False),
        (SAFE, False, True, True),
    ],
)
def test_the_level_follows_the_lock_and_its_wiring(
    sense: LockSense, active_high: bool, released: bool, high: bool
) -> None:
    assert line_level(sense, active_high=active_high, released=released) is high


@pytest.mark.parametrize("sense", list(LockSense))
@pytest.mark.parametrize("active_high", [True, False])
def test_released_and_secured_are_never_the_same_level(sense: LockSense, active_high: bool) -> None:
    levels = {line_level(sense, active_high=active_high, released=released) for released in (True, False)}
    assert levels == {True, False}
