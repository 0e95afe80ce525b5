"""The planner of what comes down: changes in turn, and waits that are bounded (guarantees D9, S9)."""

from access.downlink import PULL_EVERY_MS, Do, Downlink, Plan, failed, plan, pulled, reached, wanted
from access.uplink import LONGEST_WAIT_MS


def test_it_asks_at_once_and_then_every_two_seconds() -> None:
    assert plan(Downlink(), 0) == Plan(Do.PULL)
    down = pulled(Downlink(), 100, more=False)
    assert plan(down, 100) == Plan(Do.WAIT, 100 + PULL_EVERY_MS)
    assert plan(down, 100 + PULL_EVERY_MS) == Plan(Do.PULL)


def test_where_there_is_more_it_asks_at_once() -> None:
    assert plan(pulled(Downlink(), 100, more=True), 100) == Plan(Do.PULL)


def test_failures_wait_twice_as_long_each_time_up_to_a_minute_and_start_over_once_it_works() -> None:
    down, waits = Downlink(), []
    for _ in range(8):
        down = failed(down, 0, 0.0)
        waits.append(plan(down, 0).until_ms)
    assert waits == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, LONGEST_WAIT_MS, LONGEST_WAIT_MS]
    assert pulled(down, 0, more=False).failures == 0


def test_chance_takes_up_to_half_off_but_never_below_what_the_registry_asked() -> None:
    assert plan(failed(Downlink(), 0, 0.999), 0) == Plan(Do.WAIT, 500)
    assert plan(failed(Downlink(), 0, 0.999, retry_after_ms=30_000), 0) == Plan(Do.WAIT, 30_000)


def test_a_lane_that_is_answered_again_ends_the_wait_and_one_that_goes_on_being_answered_does_not() -> None:
    down = failed(failed(Downlink(), 0, 0.0), 0, 0.0)
    assert plan(wanted(down, 500), 500) == Plan(Do.WAIT, 2_000)
    assert plan(reached(down, 500), 500) == Plan(Do.PULL)
    assert plan(failed(reached(down, 500), 600, 0.0), 600) == Plan(Do.WAIT, 4_600), "and the next is as long as ever"


def test_what_the_registry_asked_for_is_waited_whoever_is_answered() -> None:
    down = reached(failed(Downlink(), 0, 0.999, retry_after_ms=30_000), 500)
    assert plan(wanted(down, 600), 600) == Plan(Do.WAIT, 30_000)
