"""A desk: occupied at once, vacant after a hold, unknown where its sensors are."""

import pytest

from access import desk as desks
from access.desk import DeskShown, DeskState, Use
from access.facts import DeskMoved, Sensed
from tests.support.core_site import NINE, PATIENT, begun, booking
from tests.support.transcript import play


def test_a_desk_is_occupied_at_once_and_vacant_after_five_minutes() -> None:
    play(
        """
        >> +0 presence s3 yes
        << log device s3 online
        << log presence s3 d2 present age_known
        << log desk d2 occupied
        >> +60000 presence s3 no
        << log presence s3 d2 not-present age_known
        >> +299000 tick
        >> +999 tick
        >> +1 tick
        << log desk d2 vacant
        """,
        begun(site=PATIENT),
    )


def test_a_person_who_sits_still_is_not_lost() -> None:
    play("""
        >> +0 presence s3 yes
        << log device s3 online
        << log presence s3 d2 present age_known
        << log desk d2 occupied
        >> +1000 presence s3 no
        << log presence s3 d2 not-present age_known
        >> +120000 presence s3 yes
        << log presence s3 d2 present age_known
        >> +1000 presence s3 yes
        >> +60000 presence s3 no
        << log presence s3 d2 not-present age_known
    """)


def test_a_vacant_desk_that_says_so_again_says_nothing() -> None:
    play("""
        >> +0 presence s3 no
        << log device s3 online
        << log presence s3 d2 not-present age_known
        << log desk d2 vacant
        >> +1000 presence s3 no
    """)


def test_unknown_is_not_free() -> None:
    play("""
        >> +0 presence s3 unknown
        << log device s3 online
        << log presence s3 d2 age_known
        >> +1000 presence s3 yes
        << log presence s3 d2 present age_known
        << log desk d2 occupied
        >> +1000 presence s3 unknown
        << log presence s3 d2 age_known
        << log desk d2 unknown
        >> +1000 presence s3 no
        << log presence s3 d2 not-present age_known
        << log desk d2 vacant
    """)


def test_any_of_several_sensors_occupies_and_all_must_free() -> None:
    play(
        """
        >> +0 presence s1 yes
        << log device s1 online
        << log presence s1 d1 present age_known
        << log desk d1 occupied
        >> +0 presence s2 yes
        << log device s2 online
        << log presence s2 d1 present age_known
        >> +0 presence s1 no
        << log presence s1 d1 not-present age_known
        >> +0 presence s2 no
        << log presence s2 d1 not-present age_known
        >> +299000 tick
        >> +1000 tick
        << log desk d1 vacant
        """,
        begun(site=PATIENT),
    )


def test_an_unknown_sensor_leaves_the_others_to_speak() -> None:
    play("""
        >> +0 presence s1 no
        << log device s1 online
        << log presence s1 d1 not-present age_known
        << log desk d1 vacant
        >> +0 presence s2 unknown
        << log device s2 online
        << log presence s2 d1 age_known
        >> +0 presence s1 unknown
        << log presence s1 d1 age_known
        << log desk d1 unknown
    """)


def test_a_sensor_that_goes_leaves_its_desk_unknown() -> None:
    play("""
        >> +0 presence s3 yes
        << log device s3 online
        << log presence s3 d2 present age_known
        << log desk d2 occupied
        >> +0 status s3 offline
        << log device s3 offline
        << log presence s3 d2 not-age_known
        << log desk d2 unknown
        >> +0 status s3 offline
        >> +0 status s3 online conn=2
        << log device s3 online
        >> +0 presence s3 yes
        << log presence s3 d2 present age_known
        << log desk d2 occupied
    """)


def test_a_sensor_that_goes_starts_the_hold_where_another_says_empty() -> None:
    play(
        """
        >> +60000 presence s1 yes
        << log device s1 online
        << log presence s1 d1 present age_known
        << log desk d1 occupied
        >> +0 presence s2 no
        << log device s2 online
        << log presence s2 d1 not-present age_known
        >> +0 status s1 offline
        << log device s1 offline
        << log presence s1 d1 not-age_known
        >> +1000 tick
        >> +298000 tick
        >> +1000 tick
        << log desk d1 vacant
        """,
        begun(site=PATIENT),
    )


def test_a_level_that_comes_late_does_not_overtake_what_was_said_after_it() -> None:
    played = play("""
        >> +0 presence s3 yes
        << log device s3 online
        << log presence s3 d2 present age_known
        << log desk d2 occupied
        >> +0 presence s3 no seq=3
        << log presence s3 d2 not-present age_known
        >> +0 presence s3 yes seq=2
        >> +0 presence s3 yes boot=b2
        << log presence s3 d2 present age_known
        >> +0 presence s3 no seq=4
    """)
    assert played.state.refusals == {"overtaken": 2}


def test_a_kept_level_tells_the_desk_but_not_since_when() -> None:
    played = play("""
        >> +0 presence s2 yes retained
        << log presence s2 d1 present not-age_known
        << log desk d1 occupied
        >> +0 presence s3 yes retained
        >> +0 presence in yes
    """)
    assert played.state.refusals == {"retained-event": 1, "not-its-role": 1}


def test_a_desk_knows_since_when() -> None:
    played = play("""
        >> +5000 presence s3 yes
        << log device s3 online
        << log presence s3 d2 present age_known
        << log desk d2 occupied
        >> +5000 presence s3 unknown
        << log presence s3 d2 age_known
        << log desk d2 unknown
    """)
    assert played.state.desks["d2"].since_ms == NINE + 10_000


def test_time_alone_moves_no_desk_that_waits_for_nothing() -> None:
    state = DeskState(Use.OCCUPIED)
    assert desks.passed_time(state, "d1", NINE, 10**9) == (state, ())


@pytest.mark.parametrize(("then_ms", "facts"), [(299_999, ()), (300_000, (DeskMoved("d1", "vacant"),))])
def test_a_hold_ends_to_the_millisecond(then_ms: int, facts: tuple[DeskMoved, ...]) -> None:
    state, _ = desks.sensed(DeskState(), Sensed("s", "d1", True), NINE, 0, 300_000)
    state, _ = desks.sensed(state, Sensed("s", "d1", False), NINE, 0, 300_000)
    assert desks.passed_time(state, "d1", NINE, then_ms)[1] == facts


BOOKED = booking("anna", 0, 1)


@pytest.mark.parametrize(
    ("use", "booked", "seen", "shown"),
    [
        (Use.UNKNOWN, True, True, DeskShown.UNKNOWN),
        (Use.OCCUPIED, True, False, DeskShown.OCCUPIED),
        (Use.OCCUPIED, False, False, DeskShown.OCCUPIED_UNBOOKED),
        (Use.VACANT, False, False, DeskShown.FREE),
        (Use.VACANT, True, False, DeskShown.BOOKED),
        (Use.VACANT, True, True, DeskShown.BOOKED_EMPTY),
    ],
)
def test_staff_see_sensors_and_bookings_as_one(use: Use, booked: bool, seen: bool, shown: DeskShown) -> None:
    assert desks.shown(use, BOOKED if booked else None, booked_seen=seen) is shown
