"""The overview's fold, fact by fact."""

import pytest

from access.facts import (
    CheckedIn,
    Checkpoint,
    DayClosed,
    DeskMoved,
    DeviceMoved,
    DoorMoved,
    EvacuationChanged,
    Fact,
    FireChanged,
    FreePassage,
    HeldOpen,
    KeeperChanged,
    LockdownSet,
    NoShow,
    ReplicaApplied,
    StaffCame,
    Started,
)
from registry.sites.overview import MOST_NAMES, SETTLED_KEPT_MS, Overview, fold, from_stored, to_stored

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
    (EvacuationChanged(True), Overview(evacuation=True)),
    (StaffCame("sara"), Overview(staff_came=True)),
    (FreePassage("front", True), Overview(free={"front": ("free-passage", 7)})),
    (FreePassage("front", False), Overview()),
    (NoShow("k1", "d1"), Overview(released={"k1": ("no-show", 7)})),
    (CheckedIn("k1", "badge"), Overview(checked_in={"k1": ("checked-in", 7)})),
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


AJAR: list[tuple[list[Fact], dict[str, tuple[str, int]]]] = [
    ([DoorMoved("front", True, "forced")], {"front": ("forced", 1)}),
    ([DoorMoved("front", True, "grant"), HeldOpen("front", True)], {"front": ("held-open", 2)}),
    ([DoorMoved("front", True, "forced"), HeldOpen("front", True)], {"front": ("forced", 1)}),
    ([DoorMoved("front", True, "forced"), DoorMoved("front", False)], {}),
    ([DoorMoved("front", True, "grant"), HeldOpen("front", True), HeldOpen("front", False)], {}),
    ([DoorMoved("front", True, "forced"), DoorMoved("back", True, "grant")], {"front": ("forced", 1)}),
]


@pytest.mark.parametrize(("facts", "ajar"), AJAR)
def test_a_forced_door_alarms_until_it_shuts_and_one_held_open_until_it_is_not(
    facts: list[Fact], ajar: dict[str, tuple[str, int]]
) -> None:
    after = Overview()
    for at_ms, fact in enumerate(facts, 1):
        after = fold(after, fact, at_ms)
    assert after.ajar == ajar
    assert from_stored(to_stored(after)) == after


def test_a_checkpoint_says_which_doors_alarm_and_keeps_since_when() -> None:
    doors = {
        "front": {"open": True, "forced": True, "held": False},
        "back": {"open": True, "forced": False, "held": True},
        "side": {"open": False, "forced": False, "held": False},
    }
    before = Overview(ajar={"front": ("forced", 3), "side": ("forced", 3)})
    site = {"doors": doors, "desks": {}, "lockdown": False, "fire": False}
    assert fold(before, Checkpoint({}, site), 9).ajar == {"front": ("forced", 3), "back": ("held-open", 9)}


def test_a_log_cannot_name_more_things_than_are_kept() -> None:
    full = Overview(devices={f"d{number}": ("online", 1) for number in range(MOST_NAMES)})
    assert fold(full, DeviceMoved("another", "online"), 2) == full
    assert fold(full, DeviceMoved("d0", "offline"), 2).devices["d0"] == ("offline", 2)


def test_a_day_that_ends_forgets_who_came_first_and_bookings_that_nothing_can_ask_of_any_more() -> None:
    settled = {"old": ("no-show", 1), "new": ("no-show", 3)}
    before = Overview(staff_came=True, released=settled, checked_in=settled)
    after = fold(before, DayClosed(()), SETTLED_KEPT_MS + 2)
    assert after == Overview(released={"new": ("no-show", 3)}, checked_in={"new": ("no-show", 3)})


def test_a_checkpoint_says_what_was_settled_and_one_of_an_earlier_version_leaves_it() -> None:
    before = Overview(staff_came=True, released={"k1": ("no-show", 3)}, free={"front": ("free-passage", 3)})
    site = {"doors": {}, "desks": {}, "lockdown": False, "fire": False}
    assert fold(before, Checkpoint({}, site), 9) == before
    told = {**site, "staff_came": False, "released": ["k1", "k2"], "checked_in": ["k3"], "free": []}
    after = fold(before, Checkpoint({}, told), 9)
    assert after.released == {"k1": ("no-show", 3), "k2": ("checkpoint", 9)}
    assert (after.checked_in, after.free, after.staff_came) == ({"k3": ("checkpoint", 9)}, {}, False)
