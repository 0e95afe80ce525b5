"""How chance is used: the same in every run, and never failing for a busy machine; what runs alone, and what first."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("same-every-run", derandomize=True, deadline=None)
settings.load_profile("same-every-run")


HERE = Path(__file__).parent
LONG = (
    "gateway/pages/test_pages_sights.py",
    "registry/guard/test_access_matrix.py",
    "registry/web/sights/test_sights_first.py",
    "registry/web/sights/test_sights_second.py",
    "registry/web/sights/test_sights_third.py",
    "registry/web/sights/test_sights_fourth.py",
    "system/test_adversity.py",
    "system/test_restored.py",
    "system/test_demo.py",
    "system/test_real_devices.py",
    "registry/bookings/test_bookings_at_once.py",
)
"""The files that take longest, longest first: a file is one worker's, and begun at the end it is waited for."""


def pytest_configure(config: pytest.Config) -> None:
    """Say what the mark means. Raises UsageError where a file that comes first is not there any more."""
    gone = [name for name in LONG if not (HERE / name).exists()]
    if gone:
        raise pytest.UsageError(f"tests/conftest.py begins with {', '.join(gone)}: name its place of today.")
    config.addinivalue_line("markers", "alone: it measures, or holds a guarantee to a time, with the machine to itself")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, the others as they come."""
    place = {HERE / name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path, len(LONG)))
