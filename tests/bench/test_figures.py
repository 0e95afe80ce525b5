"""Percentiles, and when a target counts as reached."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.drain import Drained
from bench.figures import Spread, percentile, spread
from bench.ingest import Ingested
from bench.rendered import Rendered
from bench.report import Beside, Line, Measured, Memory, demand_a_floor, lines, table, to_json
from bench.trouble import FloorTooHigh
from bench.verifying import LogVerified
from bench.watched import Watched

FLOOR = Spread(1_000.0, 3_000.0)


def measured(*, ratio: float = 1.0, lost: int = 0, judge_us: tuple[float, float] = (8.0, 9.0)) -> Measured:
    beside = Beside(Spread(1_000.0 * ratio, 3_000.0 * ratio), FLOOR)
    memory = Memory(normal_mb=76.5, large_mb=120.0, pages_mb=57.0)
    drained = Drained(25_000, 9_000 / ratio, 10_000, lost, 77.0, 120.0)
    log = LogVerified(1_000_000, 8.0 * ratio, 4.0)
    watched = Watched(200, 300.0, 600.0 * ratio, 5_000.0, 4_000.0, 1.25 * ratio, lost, 6_800.0, 105.0)
    pages = (Rendered("site: /", 6.0, 3.0, 6.5), Rendered("centre: /bookings", 30.0 * ratio, 3.0, 13.2))
    weeks = (("sqlite", drained), ("postgresql", drained))
    return Measured(
        beside, beside, Ingested(9_000, 10_000, lost), judge_us, memory, 1.5, weeks, log, (0.5, 1.0), watched, pages
    )


@pytest.mark.parametrize(
    ("samples", "percent", "expected"),
    [([5], 50, 5), ([1, 2], 50, 1), ([3, 1, 2], 50, 2), (range(1, 101), 99, 99), (range(1, 101), 100, 100)],
)
def test_a_percentile_is_a_sample(samples: list[int], percent: float, expected: int) -> None:
    assert percentile(samples, percent) == expected


@given(st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=300), st.integers(1, 100))
def test_so_many_percent_do_not_exceed_it_and_no_smaller_sample_would_do(samples: list[int], percent: int) -> None:
    found = percentile(samples, percent)
    assert found in samples
    assert sum(one <= found for one in samples) * 100 >= percent * len(samples)
    assert sum(one < found for one in samples) * 100 < percent * len(samples)


def test_no_samples_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no samples"):
        percentile([], 50)


def test_spans_are_told_in_microseconds() -> None:
    assert spread([1_000, 2_000, 3_000]) == Spread(2.0, 3.0)


def test_the_report_has_the_published_shape() -> None:
    report = to_json(measured(ratio=1.4))
    spans = {"p50_us": 1_400.0, "p99_us": 4_200.0, "floor_p50_us": 1_000.0, "floor_p99_us": 3_000.0}
    assert report["tap_to_feedback"] == spans
    assert report["tap_to_lock"] == spans
    assert report["ingest"] == {"messages_per_s": 9_000, "floor_messages_per_s": 10_000, "lost": 0}
    assert report["judge"] == {"median_us_at_1000": 8.0, "median_us_at_100000": 9.0}
    assert report["memory"] == {"normal_mb": 76.5, "large_mb": 120.0, "pages_mb": 57.0}
    assert report["start"] == {"first_decision_s": 1.5}
    drained = {"events": 25_000, "events_per_s": 9_000 / 1.4, "floor_events_per_s": 10_000, "lost": 0}
    memory = {"gateway_mb": 77.0, "registry_mb": 120.0}
    assert report["verify"] == {"events": 1_000_000, "took_s": 8.0 * 1.4, "floor_s": 4.0}
    assert report["drain"] == {"sqlite": drained | memory, "postgresql": drained | memory}


def test_ratios_are_told_beside() -> None:
    assert to_json(measured(ratio=1.4))["ratios"] == {
        "tap_to_feedback_p50": 1.4,
        "tap_to_feedback_p99": 1.4,
        "tap_to_lock_p50": 1.4,
        "tap_to_lock_p99": 1.4,
        "ingest": 0.9,
        "judge": 1.12,
        "verify": 2.8,
        "drain_sqlite": 0.64,
        "drain_postgresql": 0.64,
    }


@pytest.mark.parametrize(
    ("line", "reached"),
    [
        (Line("ratio", 1.5, 1.5), True),
        (Line("ratio", 1.51, 1.5), False),
        (Line("rate", 0.7, 0.7, most=False), True),
        (Line("rate", 0.69, 0.7, most=False), False),
    ],
)
def test_a_target_is_reached_up_to_its_edge(line: Line, *, reached: bool) -> None:
    assert line.reached is reached


def test_the_table_says_which_targets_were_not_reached() -> None:
    good, bad = table(measured()), table(measured(ratio=2.5, lost=3, judge_us=(8.0, 30.0)))
    assert "NOT REACHED" not in good
    missed = [row for row in bad.splitlines() if "NOT REACHED" in row]
    assert [row.split("  ")[0] for row in missed] == [
        "tap to feedback, p50 of floor's",
        "tap to feedback, p99 of floor's",
        "tap to lock line, p50 of floor's",
        "tap to lock line, p99 of floor's",
        "messages lost",
        "judge at 100 000 bookings, us",
        "judge, times that at 1 000",
        "week drained (SQLite), of the floor",
        "events lost or doubled (SQLite)",
        "week drained (PostgreSQL), of the floor",
        "events lost or doubled (PostgreSQL)",
        "tap to 200 live pages, p99, ms",
        "tap to lock line meanwhile, p99, times",
        "taps that an open page did not show",
        "slowest page, median, ms",
    ]


def test_whatever_was_lost_anywhere_is_told() -> None:
    assert measured().lost == 0
    assert measured(lost=3).lost == 12


def test_every_figure_of_the_table_has_its_own_line() -> None:
    names = [line.what for line in lines(measured())]
    assert len(names) == len(set(names)) == len(table(measured()).splitlines())


def test_a_slow_floor_ends_the_run_with_what_to_do() -> None:
    demand_a_floor(Spread(5_000.0, 90_000.0))
    with pytest.raises(FloorTooHigh, match=r"took 44\.0 ms \(p50\).*set set_tcp_nodelay"):
        demand_a_floor(Spread(44_000.0, 90_000.0))
