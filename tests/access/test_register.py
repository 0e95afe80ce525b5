"""A register: what counts of it, who may correct and close it, and what another edition carries over."""

from dataclasses import replace

import pytest

from access.attendance import ClosedStay, Closing, attended
from access.register import Closed, Correction, Minutes, Opened, Part, Said, Sealed
from access.register_fold import folded, reckoned, session_of, stated, terms_of, whole
from access.register_words import Refused, Why, closing, correcting, next_edition, part_left
from tests.support.papers import (
    CLARA,
    HELD,
    MORNING,
    OPENED,
    TINA,
    began,
    by,
    clock,
    closed,
    correction,
    entry,
    sealed,
)


def minutes(said: list[Said]) -> dict[str, int]:
    return {person: have.recognised_minutes for (_, person), have in reckoned(folded(said)).items()}


def test_minutes_are_those_that_attendance_gives_of_the_same_stays() -> None:
    stays = [
        ClosedStay(clock("08:55"), clock("11:30")),
        ClosedStay(clock("12:00"), clock("13:05")),
    ]
    hers = attended(session_of(HELD), stays, [], terms_of(OPENED), 0)
    his = attended(
        session_of(HELD), [ClosedStay(clock("09:08"), clock("23:30"), Closing.SYSTEM)], [], terms_of(OPENED), 0
    )
    found = reckoned(folded(began(*MORNING)))
    assert found == {("s1", "anna"): hers, ("s1", "bruno"): his}
    assert (hers.recognised_minutes, his.recognised_minutes) == (195, 225)
    assert {str(mark) for mark in his.marks} == {"closed-by-system", "tolerated"}


def test_an_open_stay_counts_up_to_when_the_logs_were_read() -> None:
    early = replace(OPENED, at_ms=clock("12:00"))
    said = began(entry("anna", "09:00-12:00", "open"), opened=early)
    assert minutes(said) == {"anna": 165, "bruno": 0}
    assert closing(folded(said), TINA) == Refused(Why.NOT_OVER)


def test_a_roll_call_counts_of_a_visit_and_a_badge_does_not() -> None:
    away = replace(HELD, where="off-site", place="Officine")
    said = began(entry("anna", "09:00-13:00", "roll-call"), held=away)
    assert minutes(said) == {"anna": 225, "bruno": 0}
    assert stated(folded(said))[0].marks == "roll-call"
    added = [*said, correction(0, "bruno", "10:00-13:00")]
    assert minutes(added)["bruno"] == 165


def test_a_correction_stands_in_the_place_of_what_it_corrects_which_stays() -> None:
    said = [*began(*MORNING), correction(8, "bruno", "09:08-11:00")]
    register = folded(said)
    assert [(line.n, line.by, line.counts) for line in register.of("s1", "bruno")] == [(8, 9, False), (9, 0, True)]
    assert minutes(said) == {"anna": 195, "bruno": 105}
    again = [*said, correction(9, "bruno")]
    assert minutes(again) == {"anna": 195, "bruno": 0}
    assert [line.by for line in folded(again).of("s1", "bruno")] == [9, 10, 0]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (correction(6, "anna", "09:00-11:00", reason=""), Why.NO_REASON),
        (correction(8, "anna", "09:00-11:00"), Why.NO_ROW),
        (correction(99, "anna", "09:00-11:00"), Why.NO_ROW),
        (correction(0, "carla", "09:00-11:00"), Why.NOT_EXPECTED),
        (replace(correction(6, "anna"), session="s2"), Why.NOT_EXPECTED),
        (correction(0, "anna"), Why.ABSENT_ALREADY),
        (correction(6, "anna", "11:00-11:00"), Why.NO_SPAN),
        (correction(6, "anna", "12:00-11:00"), Why.NO_SPAN),
        (correction(6, "anna", "13:00-14:00"), Why.NO_SPAN),
        (correction(6, "anna", "08:00-09:00"), Why.NO_SPAN),
        (correction(6, "anna", "08:00-09:01"), None),
        (correction(6, "anna", "12:59-14:00"), None),
        (correction(0, "anna", "09:00-13:00"), None),
        (correction(6, "anna"), None),
    ],
)
def test_what_can_be_corrected_and_how(said: Correction, why: Why | None) -> None:
    assert correcting(folded(began(*MORNING)), said) == (None if why is None else Refused(why))


def test_what_was_corrected_is_corrected_by_its_last_row_only() -> None:
    register = folded([*began(*MORNING), correction(8, "bruno")])
    assert correcting(register, correction(8, "bruno", "09:00-10:00")) == Refused(Why.NO_ROW)
    assert correcting(register, correction(9, "bruno")) == Refused(Why.ABSENT_ALREADY)
    assert correcting(register, correction(9, "bruno", "09:00-10:00")) is None


def test_nobody_was_at_a_session_that_was_cancelled() -> None:
    said = began(held=replace(HELD, state="cancelled"))
    assert correcting(folded(said), correction(0, "anna", "09:00-10:00")) == Refused(Why.NOT_HELD)
    assert [(one.delivered, one.recognised) for one in stated(folded(said))] == [(0, 0), (0, 0)]
    assert isinstance(closed(said, TINA, CLARA)[-1], Sealed)


def test_two_persons_close_it_and_the_second_seals_it_in_either_order() -> None:
    for first, second in ((TINA, CLARA), (CLARA, TINA)):
        once = closed(began(*MORNING), first)
        assert part_left(folded(once)) == (Part(second.part),)
        both = closed(once, second)
        assert [type(one) for one in both[-5:]] == [Minutes, Minutes, Closed, Closed, Sealed]
        assert (whole(folded(both)), part_left(folded(both))) == ("", ())


@pytest.mark.parametrize(
    ("whom", "why"),
    [
        (by(Part.TRAINER, "ugo"), Why.DONE),
        (by(Part.COORDINATOR, "tina", "acc-other"), Why.SAME_PERSON),
        (by(Part.COORDINATOR, "clara", "acc-tina"), Why.SAME_PERSON),
    ],
)
def test_one_person_or_one_account_does_not_close_twice(whom: Closed, why: Why) -> None:
    assert closing(folded(closed(began(*MORNING), TINA)), whom) == Refused(why)


def test_what_is_sealed_is_not_closed_again_and_what_is_not_held_not_at_all() -> None:
    assert closing(folded(sealed()), by(Part.TRAINER, "ugo")) == Refused(Why.SEALED)
    assert closing(folded(began(held=replace(HELD, state="planned"))), TINA) == Refused(Why.PLANNED)
    assert closing(folded([OPENED]), TINA) == Refused(Why.EMPTY)


def test_a_correction_makes_void_who_closed_before_it() -> None:
    said = [*closed(began(*MORNING), TINA), correction(8, "bruno")]
    assert folded(said).closed == ()
    both = closed(said, TINA, CLARA)
    assert whole(folded(both)) == ""
    last = {(one.person, one.recognised) for one in both if isinstance(one, Minutes)}
    assert last == {("anna", 195), ("bruno", 225), ("bruno", 0)}


def test_the_next_edition_carries_all_but_who_closed_it_and_names_the_seal() -> None:
    first = sealed(correction(8, "bruno", "09:08-11:00"))
    opened = replace(OPENED, edition=2, former="5e" * 32, why="Firma mancante")
    second = list(next_edition(first, opened, correction(9, "bruno", "09:08-12:00")))
    register = folded(second)
    assert (register.opened, register.closed, register.sealed) == (opened, (), None)
    assert [line.by for line in register.of("s1", "bruno")] == [9, 10, 0]
    assert minutes(second) == {"anna": 195, "bruno": 165}
    assert not any(isinstance(one, Minutes) for one in second)
    third = list(next_edition(closed(second, TINA, CLARA), replace(opened, edition=3), correction(6, "anna")))
    assert [line.by for line in folded(third).of("s1", "bruno")] == [9, 10, 0]
    assert [line.by for line in folded(third).of("s1", "anna")] == [11, 0, 0]


def test_a_seal_is_whole_only_with_the_right_minutes_and_two_closings() -> None:
    said = sealed()
    bent = [replace(one, recognised=225) if isinstance(one, Minutes) and one.person == "anna" else one for one in said]
    assert whole(folded(bent)) == "the minutes of anna at s1 are not those of the entries"
    assert whole(folded([one for one in said if one != CLARA])) == "it was not closed by a trainer and a coordinator"
    twice = [replace(one, person="tina") if isinstance(one, Closed) else one for one in said]
    assert whole(folded(twice)) == "one person closed it twice"
    assert whole(folded(said[:-1])) == "it is not sealed"


def test_an_edition_begins_with_who_opened_it() -> None:
    with pytest.raises(TypeError, match="opened"):
        folded([HELD])
    assert isinstance(began()[0], Opened)
