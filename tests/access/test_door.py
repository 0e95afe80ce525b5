"""What an opening means that no grant explains, by how people leave through the door."""

import pytest

from access import door as doors
from access.door import DoorState, Waiting
from access.facts import DoorMoved, HeldOpen
from tests.support.core_site import DOORS
from tests.support.transcript import play

FRONT = DOORS[0]


def test_with_a_handle_an_opening_from_inside_is_an_unnamed_exit() -> None:
    play("""
        >> +0 door front opens
        << log door front open handle
        << log left front hall
        >> +0 door front opens
        >> +1000 door front closes
        << log door front not-open
        >> +0 door front closes
    """)


def test_with_an_out_reader_an_opening_without_a_tap_is_forced() -> None:
    played = play("""
        >> +0 door gate opens
        << log door gate open forced ~hall
        >> +1000 door gate closes
        << log door gate not-open
    """)
    assert not played.state.doors["gate"].forced


def test_with_a_button_an_opening_without_it_is_forced() -> None:
    played = play("""
        >> +0 contact lock open
        << log device lock online
        << log door store open forced ~store ~hall
    """)
    assert played.state.doors["store"].forced
    assert played.state.occupancy.estimated == {"hall", "store"}


def test_the_exit_button_explains_openings_for_ten_seconds() -> None:
    play("""
        >> +0 rex gate
        >> +10000 door gate opens
        << log door gate open exit
        << log left gate hall
        >> +1000 door gate closes
        << log door gate not-open
        >> +0 rex gate
        >> +10001 door gate opens
        << log door gate open forced ~hall
    """)


def test_a_button_on_a_device_explains_as_well_and_drives_nothing() -> None:
    play("""
        >> +0 exit-request button
        << log device button online
        >> +3000 door gate opens
        << log door gate open exit
        << log left gate hall
        >> +1000 door gate closes
        << log door gate not-open
        >> +0 exit-request button unheard
        >> +3000 door gate opens
        << log door gate open forced ~hall
        >> +0 exit-request s1
    """)


def test_one_press_explains_one_opening() -> None:
    play("""
        >> +0 rex gate
        >> +1000 door gate opens
        << log door gate open exit
        << log left gate hall
        >> +1000 door gate closes
        << log door gate not-open
        >> +1000 door gate opens
        << log door gate open forced ~hall
    """)


def test_leaving_the_store_leads_into_the_hall() -> None:
    played = play("""
        >> +0 heartbeat lock open no
        << log device lock online
        >> +100 tap store-in sara
        << log device store-in online
        << log store grants sara: standing
        << command lock b1 1/4 until 102100
        << answer store-in 1 granted known
        >> +1000 contact lock open
        << log door store open grant
        << log entered sara store store 1-4 not-estimated hall
        >> +1000 contact lock shut
        << log door store not-open
        >> +1000 exit-request lock
        >> +1000 contact lock open
        << log door store open exit
        << log left store store hall
    """)
    occupancy = played.state.occupancy
    assert (occupancy.headcount("store"), occupancy.headcount("hall")) == (0, 1)
    assert set(occupancy.stays) == {"sara"}


def test_under_fire_an_opening_says_nothing_of_who_passed() -> None:
    play("""
        >> +0 fire on
        << log fire active
        >> +0 fire on
        >> +1000 door front opens
        << log door front open free ~hall
        >> +1000 door front closes
        << log door front not-open
        >> +0 tap in anna
        << log device in online
        << log front grants anna: booking
        << lease front 3000 for 1-6 of k1
        << answer in 1 granted known
        >> +1000 door front opens
        << log door front open grant
        << log entered anna front hall 1-6 not-estimated
        >> +0 fire off
        << log fire not-active
    """)


def test_a_door_that_stands_open_too_long_alarms_once_and_says_when_it_is_over() -> None:
    play("""
        >> +0 door front opens
        << log door front open handle
        << log left front hall
        >> wait 29000
        >> +1000 tick
        << log held-open front held
        >> wait 60000
        >> +0 door front closes
        << log door front not-open
        << log held-open front not-held
    """)


def test_a_contact_not_seen_to_move_is_found_and_says_nothing_of_who_passed() -> None:
    play("""
        >> +0 keeper k1 front=open gate=shut elsewhere=open
        << log door front open found ~hall
        >> +0 keeper k1 front=open gate=shut
        >> wait 30000
        << log held-open front held
        >> +0 keeper k1 front=shut gate=shut
        << log door front not-open
        << log held-open front not-held
    """)


def test_a_makers_contact_is_believed_as_it_comes_and_its_kept_level_is_found() -> None:
    play("""
        >> +0 contact reed open retained
        << log door gate open found ~hall
        >> +1000 contact reed shut
        << log device reed online
        << log door gate not-open
        >> +1000 contact reed open
        << log door gate open forced ~hall
    """)


def test_a_contact_that_comes_late_is_found_and_a_kept_one_of_ours_is_refused() -> None:
    played = play("""
        >> +0 contact button open unheard
        << log device button online
        << log door gate open found ~hall
        >> +0 contact button shut retained
        >> +0 contact s1 shut
    """)
    assert played.state.refusals == {"retained-event": 1, "not-its-role": 1}


def test_a_contact_that_was_overtaken_moves_no_door() -> None:
    played = play("""
        >> +0 contact button open
        << log device button online
        << log door gate open forced ~hall
        >> +0 contact button shut seq=3
        << log door gate not-open
        >> +0 contact button open seq=2
    """)
    assert played.state.doors["gate"].open is False


def test_a_door_whose_level_was_never_known_shuts_without_a_word() -> None:
    state, facts = doors.closed(DoorState(), FRONT)
    assert (state.open, facts) == (False, ())


@pytest.mark.parametrize(("then_ms", "held"), [(29_999, False), (30_000, True)])
def test_held_open_begins_at_its_limit(then_ms: int, held: bool) -> None:
    state, _ = doors.opened(DoorState(), FRONT, 0, released=False)
    state, facts = doors.passed_time(state, FRONT, then_ms)
    assert (state.held, facts) == (held, (HeldOpen("front", held=True),) if held else ())


@pytest.mark.parametrize(("then_ms", "kept"), [(8_000, 1), (8_001, 0)])
def test_grants_are_forgotten_after_their_window(then_ms: int, kept: int) -> None:
    state, _ = doors.granted(DoorState(), FRONT, Waiting("1-1", "anna", 8_000), 0)
    state, _ = doors.passed_time(state, FRONT, then_ms)
    assert len(state.waiting) == kept


def test_every_cause_of_an_opening_is_told_by_its_name() -> None:
    waiting = DoorState(waiting=(Waiting("1-1", "anna", 9),))
    by_hand = DoorState(waiting=(Waiting("1-1", "", 9),))
    asked = doors.exit_asked(DoorState(), 9, named=False)
    barred = DOORS[1]
    outcomes = {
        "grant": doors.opened(waiting, FRONT, 9, released=True),
        "override": doors.opened(by_hand, barred, 9, released=False),
        "free": doors.opened(asked, FRONT, 9, released=True),
        "exit": doors.opened(asked, FRONT, 9, released=False),
        "handle": doors.opened(asked, FRONT, 10, released=False),
        "forced": doors.opened(waiting, barred, 10, released=False),
        "found": doors.found(waiting, FRONT, 9, open_now=True),
    }
    for cause, (_, facts) in outcomes.items():
        assert isinstance(facts[0], DoorMoved)
        assert facts[0].cause == cause
        assert bool(facts[0].zones) == (cause in {"override", "free", "forced", "found"})
