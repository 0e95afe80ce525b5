"""The sync planner: hello, rows in order, changes between, and waits that are bounded (S9)."""

from hypothesis import given
from hypothesis import strategies as st

from access.uplink import (
    BATCH_EVENTS,
    FIRST_WAIT_MS,
    LONGEST_WAIT_MS,
    Do,
    Plan,
    Uplink,
    acknowledged,
    failed,
    greeted,
    logged,
    plan,
    send_failed,
    to_greet,
)


def test_it_says_hello_first() -> None:
    assert plan(Uplink(), 0) == Plan(Do.HELLO)


def test_when_nothing_waits_it_waits_until_something_is_logged() -> None:
    link = greeted(logged(Uplink(), 9), 9)
    assert plan(link, 100) == Plan(Do.WAIT)
    assert plan(logged(link, 10), 101) == Plan(Do.SEND)


def test_a_registry_that_may_have_been_restored_is_greeted_before_anything_is_sent() -> None:
    link = to_greet(greeted(logged(Uplink(), 9), 9, 10**6), 100)
    assert plan(link, 100) == Plan(Do.HELLO)
    assert plan(logged(link, 10), 100) == Plan(Do.HELLO)
    assert plan(greeted(logged(link, 10), 9, 10**6), 101) == Plan(Do.SEND)


def test_the_log_never_shrinks() -> None:
    assert logged(logged(Uplink(), 9), 3).logged == 9


def test_failures_wait_twice_as_long_each_time_up_to_a_minute() -> None:
    link, waits = Uplink(), []
    for _ in range(9):
        link = failed(link, 0, 0.0)
        waits.append(link.not_before_ms)
    assert waits[:4] == [1_000, 2_000, 4_000, 8_000]
    assert waits[-1] == LONGEST_WAIT_MS
    assert plan(link, 59_999) == Plan(Do.WAIT, 60_000)
    assert plan(link, 60_000) == Plan(Do.HELLO)


def test_chance_takes_up_to_half_off_but_never_below_what_the_registry_asked() -> None:
    assert failed(Uplink(), 0, 0.999).not_before_ms >= FIRST_WAIT_MS // 2
    asked_ms = 30_000
    waits = [failed(Uplink(), 0, chance, asked_ms).not_before_ms for chance in (0.999_999, 0.5, 0.0)]
    assert asked_ms <= waits[0] < waits[1] < waits[2] == asked_ms * 3 // 2, "and not all sites at once"


def test_a_registry_that_stands_elsewhere_is_greeted_again() -> None:
    link = greeted(logged(Uplink(), 9), 4)
    assert not acknowledged(link, 3).greeted
    assert not acknowledged(link, 10).greeted
    assert acknowledged(link, 7).acked == 7


def test_a_success_forgets_the_failures_before_it() -> None:
    link = failed(failed(logged(Uplink(), 5), 0, 0.0), 0, 0.0)
    assert greeted(link, 0).failures == 0
    assert acknowledged(greeted(link, 0), 5).failures == 0


class _Registry:
    """A registry that loses requests and answers, forgets, and answers late, as its dice say."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.trouble = 0


def _one_request(link: Uplink, registry: _Registry, do: Do, now_ms: int, dice: int) -> Uplink:
    chance = dice % 10 / 10
    if dice % 5 == 0:
        registry.trouble += 1
        return failed(link, now_ms, chance, 1_000 * (dice % 7))
    match do:
        case Do.HELLO:
            return greeted(link, len(registry.rows))
        case _:
            return _send(link, registry, now_ms, dice)


def _send(link: Uplink, registry: _Registry, now_ms: int, dice: int) -> Uplink:
    if dice % 7 == 0:
        return send_failed(link, now_ms, dice % 10 / 10)
    batch = range(link.acked + 1, min(link.logged, link.acked + BATCH_EVENTS) + 1)
    assert batch.start <= len(registry.rows) + 1, "a gap"
    registry.rows += [seq for seq in batch if seq > len(registry.rows)]
    if dice % 11 == 0:
        return failed(link, now_ms, 0.0)
    return acknowledged(link, len(registry.rows))


@given(st.lists(st.integers(0, 10**6), min_size=20, max_size=120), st.integers(1, 3_000))
def test_under_any_failures_everything_is_sent_once_and_in_order(dice: list[int], backlog: int) -> None:
    link, registry, now_ms = logged(Uplink(), backlog), _Registry(), 0
    for index in range(400):
        step = plan(link, now_ms)
        if step.do is Do.WAIT:
            until_ms = now_ms + 1_000 if step.until_ms is None else step.until_ms
            assert 0 < until_ms - now_ms <= LONGEST_WAIT_MS
            now_ms = until_ms
            link = logged(link, link.logged + 1)
        elif index < len(dice):
            link = _one_request(link, registry, step.do, now_ms, dice[index])
        else:
            link = _one_request(link, registry, step.do, now_ms, 1)
        assert registry.rows == list(range(1, len(registry.rows) + 1))
    assert link.acked >= link.logged - 1
    assert len(registry.rows) >= backlog
