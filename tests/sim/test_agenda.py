"""Virtual time: the order of things, and what may wait until something else happens."""

from hubout.simulate.agenda import QUIET_LOOK_MS, Agenda

SPAN = (10_000, 20_000)


def test_things_are_done_by_their_moment_and_then_in_the_order_of_asking() -> None:
    agenda, done = Agenda([]), list[str]()
    agenda.at(5, lambda: done.append("late"))
    agenda.at(1, lambda: done.append("first"))
    agenda.at(1, lambda: done.append("second"))
    agenda.run(4)
    assert (done, agenda.now_ms) == (["first", "second"], 4)
    agenda.run(5)
    assert done[-1] == "late"


def test_what_lies_in_the_past_is_done_next_and_time_never_goes_back() -> None:
    agenda, done = Agenda([]), list[int]()
    agenda.at(9, lambda: agenda.at(3, lambda: done.append(agenda.now_ms)))
    agenda.run(20)
    assert done == [9]


def test_a_timer_is_on_time_while_something_happens() -> None:
    agenda = Agenda([SPAN])
    assert agenda.awake_at(SPAN[0]) == SPAN[0]
    assert agenda.awake_at(SPAN[1] - 1) == SPAN[1] - 1


def test_a_timer_waits_for_the_next_span_or_the_next_look() -> None:
    agenda = Agenda([SPAN, (15_000, 30_000)])
    assert agenda.awake_at(5_000) == SPAN[0]
    assert agenda.awake_at(29_999) == 29_999
    assert agenda.awake_at(30_000) == QUIET_LOOK_MS
    assert agenda.awake_at(QUIET_LOOK_MS) == QUIET_LOOK_MS


def test_being_woken_ends_the_waiting_of_later_timers() -> None:
    agenda = Agenda([])
    agenda.wake((40_000, 50_000))
    assert agenda.awake_at(45_000) == 45_000
