"""Which whole systems need the machine to themselves: those that hold a guarantee to a time that other tests would eat
into. All others wait on conditions, at leisure, and run beside everything else.
"""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
ALONE = {
    "test_five_faults": "200 events a second are drained as they come",
    "test_keeper_deaths": "doors are secured 200 ms, and 2 s, after a death",
    "test_keeper_fire": "a keeper that hangs is killed after its time, one whose disk hangs is not",
    "test_keeper_process": "a pulse lasts what was asked",
    "test_killed": "every part dies under load, and every lease ends in time",
    "test_killed_moments": "a lease ends within 150 ms of its time; a grant is void after 2 s",
    "test_live_page": "a snapshot is on the page within a second",
    "test_log_bound": "doors work on at a disk that is full",
    "test_revoked": "a badge is refused within five seconds",
    "test_shifted_clock": "a pulse keeps its length while the clock jumps",
    "test_torture": "as test_killed",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them; ``scripts/test`` runs those that are marked after all others."""
    if gone := [name for name in ALONE if not (HERE / f"{name}.py").is_file()]:
        raise pytest.UsageError(f"{', '.join(gone)}: no such file in {HERE}; tests/system/conftest.py names it.")
    for item in items:
        if item.path.parent == HERE and item.path.stem in ALONE:
            item.add_marker("alone")
