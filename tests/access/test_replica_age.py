"""The age of what a site decides by, as the core keeps it: confirmations make it younger, a clock found right older."""

from access.clock import DAY_MS, HOUR_MS, Now
from access.conditions import replica_age_ms
from access.events import ReplicaAged, ReplicaConfirmed
from access.step import step
from tests.support.core_site import NINE, begun

NOW = Now(NINE, 60_000, 60_000)


def test_a_replica_found_older_is_older_and_one_found_younger_is_not() -> None:
    state = begun()
    for event, age_ms in (
        (ReplicaAged(40 * DAY_MS), 40 * DAY_MS),
        (ReplicaAged(HOUR_MS), 40 * DAY_MS),
        (ReplicaConfirmed(20), 20),
        (ReplicaAged(HOUR_MS), HOUR_MS),
    ):
        state, effects = step(state, event, NOW)
        assert replica_age_ms(state, NOW) == age_ms
        assert effects == ()


def test_it_ages_by_the_time_that_passes_and_not_by_the_clock_on_the_wall() -> None:
    state, _ = step(begun(), ReplicaConfirmed(), NOW)
    assert replica_age_ms(state, Now(NINE - DAY_MS, NOW.mono_ms + HOUR_MS, NOW.day_ms + HOUR_MS)) == HOUR_MS
