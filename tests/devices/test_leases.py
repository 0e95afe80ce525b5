"""The lease table: guarantees D2 and D3 where they are decided."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.leases import (
    AHEAD_MAX_MS,
    GRANT_MAX_AGE_MS,
    SPENT_MAX,
    STANDING_MS,
    Asked,
    Lease,
    LeaseTable,
    Why,
    end,
    next_end_ms,
    released_doors,
    renew,
    take,
)

NOW = 50_000
CAP_MS = 10_000


def asked(grant: str = "g1", door: str = "main", ms: int = 3_000, decided_ms: int = NOW, **other: int) -> Asked:
    return Asked(grant, door, ms, decided_ms, holder=other.get("holder", 1), standing=bool(other.get("standing", 0)))


def over_at(now_ms: int) -> Callable[[Lease], bool]:
    return lambda lease: lease.is_over(now_ms)


def taken(*requests: Asked, now_ms: int = NOW) -> LeaseTable:
    table = LeaseTable()
    for request in requests:
        table, outcome = take(table, request, now_ms, CAP_MS)
        assert isinstance(outcome, Lease), outcome
    return table


def test_a_lease_runs_from_now_for_the_time_asked() -> None:
    table, lease = take(LeaseTable(), asked(ms=3_000), NOW, CAP_MS)
    assert lease == Lease("g1", "main", 1, NOW, NOW + 3_000, standing=False)
    assert released_doors(table) == {"main"}
    assert next_end_ms(table) == NOW + 3_000


@pytest.mark.parametrize("ms", [CAP_MS, CAP_MS + 1, 3_600_000, 2**53])
def test_a_lease_longer_than_the_doors_maximum_is_cut_to_it(ms: int) -> None:
    _, lease = take(LeaseTable(), asked(ms=ms), NOW, CAP_MS)
    assert isinstance(lease, Lease)
    assert lease.ends_ms == NOW + CAP_MS


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (asked(ms=0), Why.BAD_LENGTH),
        (asked(ms=-5), Why.BAD_LENGTH),
        (asked(decided_ms=NOW - GRANT_MAX_AGE_MS - 1), Why.STALE),
        (asked(decided_ms=0), Why.STALE),
        (asked(decided_ms=NOW + AHEAD_MAX_MS + 1), Why.AHEAD),
        (asked(decided_ms=2**53), Why.AHEAD),
    ],
)
def test_a_lease_that_must_not_be_is_refused_and_changes_nothing(request_: Asked, why: Why) -> None:
    assert take(LeaseTable(), request_, NOW, CAP_MS) == (LeaseTable(), why)


@pytest.mark.parametrize("decided_ms", [NOW, NOW - GRANT_MAX_AGE_MS, NOW + AHEAD_MAX_MS])
def test_a_grant_exactly_at_the_edge_of_its_age_is_taken(decided_ms: int) -> None:
    assert isinstance(take(LeaseTable(), asked(decided_ms=decided_ms), NOW, CAP_MS)[1], Lease)


def test_a_grant_has_one_lease_and_no_second_whatever_door_it_names() -> None:
    table = taken(asked())
    assert take(table, asked(), NOW, CAP_MS) == (table, Why.REPEATED)
    assert take(table, asked(door="back"), NOW + 1, CAP_MS) == (table, Why.REPEATED)


def test_a_grant_stays_spent_after_its_lease_has_ended() -> None:
    table, ended = end(taken(asked()), lambda lease: lease.is_over(NOW + 3_000))
    assert [lease.grant for lease in ended] == ["g1"]
    assert take(table, asked(decided_ms=NOW + 3_000), NOW + 3_000, CAP_MS) == (table, Why.REPEATED)


def test_a_lease_is_over_at_its_end_and_on_a_clock_gone_backwards() -> None:
    lease = taken(asked(ms=3_000)).running["g1"]
    moments = {NOW - 1: True, NOW: False, NOW + 2_999: False, NOW + 3_000: True, NOW + 10**12: True}
    assert {moment: lease.is_over(moment) for moment in moments} == moments


def test_the_door_is_released_until_the_last_of_its_leases_ends() -> None:
    table = taken(asked("g1", ms=3_000), asked("g2", ms=5_000))
    table, _ = end(table, lambda lease: lease.is_over(NOW + 3_000))
    assert released_doors(table) == {"main"}
    table, _ = end(table, lambda lease: lease.is_over(NOW + 5_000))
    assert released_doors(table) == set()
    assert next_end_ms(table) is None


def test_ending_chooses_by_door_and_leaves_the_rest() -> None:
    table = taken(asked("g1"), asked("g2", "back"), asked("g3"))
    left, ended = end(table, lambda lease: lease.door == "main")
    assert [lease.grant for lease in ended] == ["g1", "g3"]
    assert released_doors(left) == {"back"}
    assert end(left, lambda lease: lease.door == "main") == (left, ())


def test_a_standing_lease_runs_three_seconds_and_again_three_from_each_renewal() -> None:
    table, lease = take(LeaseTable(), asked(ms=60_000, standing=1), NOW, CAP_MS)
    assert isinstance(lease, Lease)
    assert lease.ends_ms == NOW + STANDING_MS
    table, renewed = renew(table, "g1", 1, NOW + 1_000, CAP_MS)
    assert isinstance(renewed, Lease)
    assert renewed.ends_ms == NOW + 1_000 + STANDING_MS
    assert table.running["g1"] == renewed


def test_a_standing_lease_keeps_to_a_door_whose_maximum_is_shorter() -> None:
    table, lease = take(LeaseTable(), asked(ms=60_000, standing=1), NOW, 800)
    assert isinstance(lease, Lease)
    assert lease.ends_ms == NOW + 800
    _, renewed = renew(table, "g1", 1, NOW + 500, 800)
    assert isinstance(renewed, Lease)
    assert renewed.ends_ms == NOW + 1_300


@pytest.mark.parametrize(
    ("grant", "holder", "at_ms"),
    [("g9", 1, NOW + 1), ("g1", 2, NOW + 1), ("g1", 1, NOW + STANDING_MS), ("plain", 1, NOW + 1)],
    ids=["unknown grant", "another connection", "lapsed", "not standing"],
)
def test_only_a_running_standing_lease_of_ones_own_is_renewed(grant: str, holder: int, at_ms: int) -> None:
    table = taken(asked(standing=1), asked("plain"))
    assert renew(table, grant, holder, at_ms, CAP_MS) == (table, Why.NOT_RUNNING)


def test_no_fresh_grant_is_forgotten_under_a_flood() -> None:
    table = taken(*(asked(f"g{number}") for number in range(2 * SPENT_MAX)))
    assert take(table, asked("one-more"), NOW, CAP_MS)[1] is Why.FULL
    assert take(table, asked("g0"), NOW, CAP_MS)[1] is Why.REPEATED


def test_memory_of_grants_stays_bounded_and_forgets_only_what_is_stale_anyway() -> None:
    table = LeaseTable()
    for number in range(5 * SPENT_MAX):
        at_ms = NOW + number * 20
        table, outcome = take(table, asked(f"g{number}", decided_ms=at_ms, ms=1), at_ms, CAP_MS)
        assert isinstance(outcome, Lease)
        table, _ = end(table, over_at(at_ms + 1))
    assert len(table.recent) <= SPENT_MAX
    assert len(table.older) <= SPENT_MAX
    assert take(table, asked("g0"), NOW + 5 * SPENT_MAX * 20, CAP_MS)[1] is Why.STALE


requests = st.builds(
    Asked,
    grant=st.sampled_from([f"g{number}" for number in range(8)]),
    door=st.sampled_from(["main", "back"]),
    ms=st.integers(-10, 20_000),
    decided_ms=st.integers(NOW - 3_000, NOW + 60_000),
    holder=st.just(1),
    standing=st.booleans(),
)
steps = st.lists(st.tuples(requests, st.integers(-500, 20_000)), max_size=40)


@given(steps)
def test_whatever_is_asked_no_lease_outlives_its_cap_and_no_grant_is_taken_twice(
    steps: list[tuple[Asked, int]],
) -> None:
    table, now_ms, granted = LeaseTable(), NOW, []
    for request, jump_ms in steps:
        now_ms += jump_ms
        table, _ = end(table, over_at(now_ms))
        table, outcome = take(table, request, now_ms, CAP_MS)
        granted += [outcome.grant] if isinstance(outcome, Lease) else []
        assert all(now_ms < lease.ends_ms <= now_ms + CAP_MS for lease in table.running.values())
    assert len(granted) == len(set(granted))
