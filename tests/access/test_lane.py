"""The planner of the lane: asked every second, never long silent, online only while it answers (guarantees D9, S9)."""

from access.lane import (
    ANSWERS_WITHIN_MS,
    LONGEST_WAIT_MS,
    LOOK_EVERY_MS,
    PAUSE_MS,
    UNKNOWN_MS,
    Lane,
    answers,
    looked,
    unknown,
)
from access.lane import failed as lane_failed


def test_it_looks_at_once_and_then_every_second_however_long_the_answer_took() -> None:
    assert Lane().due_ms == 0
    assert looked(Lane(), 100, 150).due_ms == 100 + LOOK_EVERY_MS
    assert looked(Lane(), 100, 2_600).due_ms == 2_600 + PAUSE_MS
    assert LOOK_EVERY_MS <= 1_500


def test_after_failures_it_waits_twice_as_long_each_time_but_never_long() -> None:
    lane, waits = Lane(), []
    for _ in range(6):
        lane = lane_failed(lane, 0, 0.0)
        waits.append(lane.due_ms)
    assert waits == [1_000, 2_000, 4_000, *[LONGEST_WAIT_MS] * 3]
    assert looked(lane, 0, 10).failures == 0


def test_chance_takes_up_to_half_off_but_never_below_what_the_registry_asked() -> None:
    assert lane_failed(Lane(), 0, 0.999).due_ms == 500
    assert lane_failed(Lane(), 0, 0.999, retry_after_ms=30_000).due_ms == 30_000


def test_a_site_is_online_while_its_lane_was_answered_within_five_seconds() -> None:
    assert ANSWERS_WITHIN_MS == 5_000
    assert not answers(Lane(), 0)
    lane = looked(Lane(), 0, 100)
    assert answers(lane, 100 + ANSWERS_WITHIN_MS)
    assert not answers(lane, 101 + ANSWERS_WITHIN_MS)
    assert answers(lane_failed(lane, 200, 0.0), 300)


def test_a_registry_that_knows_no_lane_is_asked_again_but_seldom() -> None:
    lane = unknown(looked(Lane(), 0, 100), 200)
    assert lane.due_ms == 200 + UNKNOWN_MS
    assert answers(lane, 10**9), "its changes alone say whether the site is online"
    assert not answers(lane_failed(looked(lane, 0, 100), 200, 0.0), 200 + ANSWERS_WITHIN_MS)
