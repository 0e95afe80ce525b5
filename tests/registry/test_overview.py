"""The overview's fold, fact by fact."""

import pytest

from access.facts import (
    Checkpoint,
    DeskMoved,
    DeviceMoved,
    DoorMoved,
    Fact,
    FireChanged,
    KeeperChanged,
    LockdownSet,
    ReplicaApplied,
    Started,
)
from registry.overview import MOST_NAMES, Overview, fold, from_stored, to_stored

TABLE: list[tuple[Fact, Overview]] = [
    (Started("1"), Overview()),
    (DoorMoved("front", True, "grant"), Overview(doors={"front": ("open", 7)})),
    (DoorMoved("front", False), Overview(doors={"front": ("closed", 7)})),
    (DeskMoved("d1", "occupied"), Overview(desks={"d1": ("occupied", 7)})),
    (DeviceMoved("r1", "silent"), Overview(devices={"r1": ("silent", 7)})),
    (ReplicaApplied("g", 12), Overview(generation="g", version=12)),
    (LockdownSet(True, "dora", ""), Overview(lockdown=True)),
    (FireChanged(True), Overview(fire=True)),
    (KeeperChanged(True, "ab"), Overview(keeper=True)),
]


@pytest.mark.parametrize(("fact", "after"), TABLE, ids=[type(fact).__name__ for fact, _ in TABLE])
def test_each_fact_moves_what_it_speaks_of(fact: Fact, after: Overview) -> None:
    assert fold(Overview(), fact, 7) == after
    assert from_stored(to_stored(after)) == after


def test_a_checkpoint_keeps_since_when_a_door_is_as_it_is() -> None:
    before = Overview(
        doors={"front": ("open", 3), "back": ("open", 3), "gone": ("open", 3)}, devices={"r": ("online", 1)}
    )
    site = {"doors": {"front": True, "back": False}, "desks": {}, "lockdown": True, "fire": False}
    after = fold(before, Checkpoint({}, site), 9)
    assert after.doors == {"front": ("open", 3), "back": ("closed", 9)}
    assert (after.devices, after.lockdown) == (before.devices, True)


def test_a_log_cannot_name_more_things_than_are_kept() -> None:
    full = Overview(devices={f"d{number}": ("online", 1) for number in range(MOST_NAMES)})
    assert fold(full, DeviceMoved("another", "online"), 2) == full
    assert fold(full, DeviceMoved("d0", "offline"), 2).devices["d0"] == ("offline", 2)
