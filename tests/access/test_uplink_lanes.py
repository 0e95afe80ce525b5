"""Rows that are refused do not hold up changes, nor changes that cannot be used the rows (guarantees S8, D9)."""

from access.uplink import (
    LONGEST_WAIT_MS,
    PULL_EVERY_MS,
    Do,
    Plan,
    Uplink,
    acknowledged,
    failed,
    greeted,
    logged,
    plan,
    pull_failed,
    pulled,
    send_failed,
)

UP = greeted(logged(Uplink(), 10), 4)


def test_changes_that_fail_let_the_rows_go_first() -> None:
    link = pull_failed(UP, 0, 0.0)
    assert plan(link, 0) == Plan(Do.SEND)
    assert plan(acknowledged(link, 10), 500) == Plan(Do.WAIT, 1_000)
    assert plan(link, 1_000) == Plan(Do.PULL)


def test_rows_that_fail_let_the_changes_go_on() -> None:
    link = pulled(send_failed(UP, 0, 0.0), 0, more=False)
    assert plan(link, 0) == Plan(Do.WAIT, 1_000)
    assert plan(link, 1_000) == Plan(Do.SEND)
    again = send_failed(link, 1_000, 0.0)
    assert plan(again, PULL_EVERY_MS) == Plan(Do.PULL)
    assert plan(pulled(again, PULL_EVERY_MS, more=False), PULL_EVERY_MS) == Plan(Do.WAIT, 3_000)


def test_each_lane_waits_twice_as_long_up_to_a_minute_and_starts_over_once_it_works() -> None:
    link, waits = UP, []
    for _ in range(8):
        link = send_failed(pull_failed(link, 0, 0.0), 0, 0.0)
        assert link.pull_due_ms == link.send_due_ms
        waits.append(link.send_due_ms)
    assert waits == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, LONGEST_WAIT_MS, LONGEST_WAIT_MS]
    mended = pulled(acknowledged(link, 5), 0, more=False)
    assert (mended.send_failures, mended.pull_failures) == (0, 0)
    assert plan(mended, 0) == Plan(Do.SEND)


def test_chance_takes_up_to_half_of_a_lane_s_wait_off() -> None:
    assert send_failed(UP, 0, 0.5).send_due_ms == 750
    assert pull_failed(UP, 0, 0.999).pull_due_ms == 500


def test_a_lane_that_fails_with_the_whole_link_waits_for_neither_longer_than_its_own_time() -> None:
    link = failed(pull_failed(UP, 0, 0.0), 0, 0.0)
    assert plan(link, 999) == Plan(Do.WAIT, 1_000)
    assert plan(link, 1_000) == Plan(Do.HELLO)
    assert plan(greeted(link, 4), 1_000) == Plan(Do.PULL)


def test_a_registry_that_holds_more_than_the_log_is_sent_nothing() -> None:
    link = pulled(greeted(logged(Uplink(), 10), 12), 0, more=False)
    assert plan(link, 0) == Plan(Do.WAIT, PULL_EVERY_MS)
