"""The most people at once, in a report: of a moment of its period, and as long as hours say that they were there."""

import pytest

from access.clock import HOUR_MS
from registry.attendance.pieces import Pieces
from registry.reports import space
from registry.reports.periods import Period
from registry.setup import Registry

Q1 = Period(2025, 1)


def test_a_peak_is_of_a_moment_of_the_period_and_of_no_other(registry: Registry) -> None:
    """Who came before the period and stayed into it counts from its beginning: two reports share no moment."""
    begins_ms, ends_ms = Q1.span.start_ms, Q1.span.end_ms
    before: Pieces = {
        f"p{n}": [(begins_ms - HOUR_MS, "matera", begins_ms - 1 + n % 2 * HOUR_MS, "exit")] for n in range(14)
    }
    within: Pieces = {f"q{n}": [(ends_ms - 1 + n % 2, "matera", ends_ms + HOUR_MS, "exit")] for n in range(10)}
    with registry.database.read() as connection:
        assert space.peaks(connection, Q1.span, before) == {"matera": 7}
        assert space.peaks(connection, Q1.span, within) == {"matera": 5}


def test_a_peak_ends_a_missed_exit_where_hours_do(registry: Registry) -> None:
    """Whoever came in elsewhere had gone, though the system closed their stay in the evening alone."""
    noon_ms = Q1.span.start_ms + 12 * HOUR_MS
    missed: Pieces = {
        f"p{n}": [(noon_ms, "matera", noon_ms + 9 * HOUR_MS, "system"), (noon_ms + HOUR_MS, "cinisello", None, None)]
        for n in range(6)
    }
    then: Pieces = {f"q{n}": [(noon_ms + HOUR_MS, "matera", noon_ms + 2 * HOUR_MS, "exit")] for n in range(5)}
    with registry.database.read() as connection:
        assert space.peaks(connection, Q1.span, {**missed, **then}) == {"matera": 6, "cinisello": 6}
        assert space.peaks(connection, Q1.span, {**missed, **then, "r": missed["p0"][:1]}) == {
            "matera": 7,
            "cinisello": 6,
        }


@pytest.mark.parametrize(
    ("spans", "most"),
    [([], 0), ([(1, 3)], 1), ([(1, 3), (3, 5)], 1), ([(1, 4), (3, 5)], 2), ([(1, 9), (2, 3), (3, 4)], 2)],
)
def test_those_share_a_moment_who_are_there_at_once(spans: list[tuple[int, int]], most: int) -> None:
    assert space.most_at_once([a for a, _ in spans], [b for _, b in spans]) == most
