"""Who is here and how many: named stays, nameless passings, and what makes a count estimated (domain: occupancy)."""

import pytest

from access.facts import (
    Checkpoint,
    Counted,
    DayClosed,
    DeviceGap,
    DeviceMoved,
    DoorMoved,
    Entered,
    Fact,
    Left,
    LockdownSet,
)
from access.occupancy import Occupancy, Stay, fold, from_stored, to_stored


def enters(who: str, zone: str = "hall", outer: str = "", *, estimated: bool = False) -> Entered:
    """A person goes from ``outer`` into ``zone``."""
    return Entered(who, "door", zone, "1-1", estimated, outer)


def leaves(who: str = "", zone: str = "hall", to: str = "") -> Left:
    """Somebody goes from ``zone`` to ``to``."""
    return Left("door", zone, to, who)


def after(*facts: Fact) -> Occupancy:
    """The occupancy after these facts, a second apart."""
    occupancy = Occupancy()
    for second, fact in enumerate(facts):
        occupancy = fold(occupancy, fact, second * 1_000)
    return occupancy


INTO_STORE = enters("anna", "store", "hall")


@pytest.mark.parametrize(
    ("facts", "hall", "store", "estimated"),
    [
        ((), 0, 0, ""),
        ((enters("anna"),), 1, 0, ""),
        ((enters("anna"), enters("bruno")), 2, 0, ""),
        ((enters("anna"), leaves("anna")), 0, 0, ""),
        ((enters("anna", estimated=True),), 1, 0, "hall"),
        # From zone to zone.
        ((enters("anna"), INTO_STORE), 0, 1, ""),
        ((enters("anna"), INTO_STORE, leaves("anna", "store", "hall")), 1, 0, ""),
        # Nameless exits lower the headcount and mark it.
        ((enters("anna"), leaves()), 0, 0, "hall"),
        ((enters("anna"), enters("bruno"), leaves()), 1, 0, "hall"),
        ((leaves(),), 0, 0, "hall"),
        ((leaves(), enters("anna")), 1, 0, "hall"),
        ((enters("anna"), leaves(), leaves(), enters("bruno")), 1, 0, "hall"),
        ((enters("anna"), INTO_STORE, leaves("", "store", "hall")), 1, 0, "hall store"),
        ((enters("anna"), INTO_STORE, leaves("", "store", "hall"), leaves()), 0, 0, "hall store"),
        # A nameless exit that turns out to have been somebody's.
        ((enters("anna"), leaves(), enters("anna")), 1, 0, "hall"),
        ((enters("anna"), leaves(), leaves("anna")), 0, 0, "hall"),
        ((enters("anna"), enters("bruno"), leaves(), leaves("anna")), 0, 0, "hall"),
        ((enters("anna"), INTO_STORE, leaves("", "store", "hall"), leaves("anna")), 0, 0, "hall store"),
        ((enters("anna"), INTO_STORE, leaves("", "store", "hall"), INTO_STORE), 0, 1, "hall store"),
        ((enters("anna"), INTO_STORE, leaves("", "store", "hall"), leaves(), enters("anna")), 1, 0, "hall store"),
        ((enters("anna"), leaves(), INTO_STORE, enters("bruno")), 1, 1, "hall"),
        # An exit or entry that was missed.
        ((enters("anna"), enters("anna")), 1, 0, "hall"),
        ((INTO_STORE,), 0, 1, "hall"),
        ((leaves("anna"),), 0, 0, "hall"),
        ((leaves("anna", "store", "hall"),), 1, 0, "store"),
        ((enters("anna"), leaves("anna", "store", "hall")), 1, 0, "hall store"),
        ((enters("anna"), INTO_STORE, leaves("anna")), 0, 0, "hall store"),
        # What else marks a count.
        ((Counted("c", "hall", 2, 1),), 0, 0, "hall"),
        ((DoorMoved("d", True, "forced", ("hall", "store")),), 0, 0, "hall store"),
        ((DoorMoved("d", True, "grant"),), 0, 0, ""),
        ((DeviceGap("r", "b", 1, 2, ("hall",)),), 0, 0, "hall"),
        ((DeviceGap("s", "b", 1, 2),), 0, 0, ""),
        ((DeviceMoved("r", "silent", ("hall",)),), 0, 0, "hall"),
        ((LockdownSet(True, "sara", ""),), 0, 0, ""),
        ((enters("anna"), leaves(), DayClosed(("anna",))), 0, 0, ""),
    ],
)
def test_headcounts_after_these_facts(facts: tuple[Fact, ...], hall: int, store: int, estimated: str) -> None:
    occupancy = after(*facts)
    assert (occupancy.headcount("hall"), occupancy.headcount("store")) == (hall, store)
    assert occupancy.total() == hall + store
    assert occupancy.estimated == set(estimated.split())


def test_a_nameless_exit_takes_no_name_off_the_list() -> None:
    assert set(after(enters("anna"), leaves(), leaves()).stays) == {"anna"}


def test_a_stay_keeps_its_beginning_from_zone_to_zone() -> None:
    assert after(enters("anna"), INTO_STORE).stays == {"anna": Stay("store", 0, moved_ms=1_000)}
    assert after(enters("anna"), INTO_STORE, leaves("anna", "store", "hall")).stays == {
        "anna": Stay("hall", 0, moved_ms=2_000)
    }


def test_a_stay_begins_anew_where_an_exit_was_missed() -> None:
    assert after(enters("anna"), enters("anna")).stays == {"anna": Stay("hall", 1_000, estimated=True)}


def test_who_comes_out_of_a_zone_uncounted_is_known_from_then_on() -> None:
    assert after(leaves("anna", "store", "hall")).stays == {"anna": Stay("hall", 0, estimated=True)}


def test_an_estimated_stay_stays_estimated_from_zone_to_zone() -> None:
    moved = after(enters("anna", estimated=True), leaves("anna", "hall", "store"))
    assert moved.stays == {"anna": Stay("store", 0, estimated=True, moved_ms=1_000)}


def test_a_checkpoint_is_the_occupancy_it_stored() -> None:
    before = after(enters("anna"), enters("bruno", estimated=True), leaves(), INTO_STORE)
    stored = Checkpoint(to_stored(before), {})
    assert fold(Occupancy(), stored, 9) == before
    assert from_stored(to_stored(before)) == before
    assert from_stored(to_stored(Occupancy())) == Occupancy()
