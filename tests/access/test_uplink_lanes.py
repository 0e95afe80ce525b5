"""Rows that are refused wait by themselves; the replica's link goes on beside them (guarantees S8, D9)."""

from access.uplink import (
    LONGEST_WAIT_MS,
    Do,
    Plan,
    Uplink,
    acknowledged,
    failed,
    greeted,
    logged,
    plan,
    reached,
    send_failed,
)

UP = greeted(logged(Uplink(), 10), 4)


def test_rows_that_fail_are_sent_again_without_another_greeting() -> None:
    link = send_failed(UP, 0, 0.0)
    assert plan(link, 0) == Plan(Do.WAIT, 1_000)
    assert plan(link, 1_000) == Plan(Do.SEND)


def test_they_wait_twice_as_long_up_to_a_minute_and_start_over_once_it_works() -> None:
    link, waits = UP, []
    for _ in range(8):
        link = send_failed(link, 0, 0.0)
        waits.append(link.send_due_ms)
    assert waits == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, LONGEST_WAIT_MS, LONGEST_WAIT_MS]
    mended = acknowledged(link, 5)
    assert mended.send_failures == 0
    assert plan(mended, 0) == Plan(Do.SEND)


def test_chance_takes_up_to_half_of_the_wait_off() -> None:
    assert send_failed(UP, 0, 0.5).send_due_ms == 750
    assert send_failed(UP, 0, 0.999).send_due_ms == 500


def test_rows_that_fail_with_the_whole_link_wait_for_neither_longer_than_its_own_time() -> None:
    link = failed(send_failed(UP, 0, 0.0), 0, 0.0)
    assert plan(link, 999) == Plan(Do.WAIT, 1_000)
    assert plan(link, 1_000) == Plan(Do.HELLO)
    assert plan(greeted(link, 4), 1_000) == Plan(Do.SEND)


def test_a_registry_that_holds_more_than_the_log_is_sent_nothing() -> None:
    assert plan(greeted(logged(Uplink(), 10), 12), 0) == Plan(Do.WAIT)


def test_a_registry_that_is_reached_again_is_greeted_at_once_unless_it_asked_to_be_left_alone() -> None:
    link = failed(failed(UP, 0, 0.0), 0, 0.0)
    assert plan(link, 500) == Plan(Do.WAIT, 2_000)
    assert plan(reached(link, 500), 500) == Plan(Do.HELLO)
    assert failed(reached(link, 500), 600, 0.0).not_before_ms == 4_600, "and the next wait is as long as ever"
    asked = failed(UP, 0, 1.0, retry_after_ms=30_000)
    assert plan(reached(asked, 500), 500) == Plan(Do.WAIT, 30_000)


def test_rows_that_were_refused_wait_though_the_registry_is_reached() -> None:
    link = reached(send_failed(UP, 0, 0.0), 500)
    assert plan(link, 500) == Plan(Do.WAIT, 1_000)
