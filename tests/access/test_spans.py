"""Spans of time, held equal to sets of their moments."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from access.spans import Span, clipped, length_ms, merged, without

starts, lengths = st.integers(0, 9), st.integers(-1, 5)
span = st.tuples(starts, lengths).map(lambda both: Span(both[0], both[0] + both[1]))
few = st.lists(span, max_size=5)
REACHED = dict.fromkeys(("touching", "inside", "backwards", "cut in two", "cut away"), 0)


def moments(spans: list[Span] | tuple[Span, ...]) -> set[int]:
    return {at for one in spans for at in range(one.start_ms, one.end_ms)}


def tidy(spans: tuple[Span, ...]) -> bool:
    ordered = all(one.end_ms < other.start_ms for one, other in pairwise(spans))
    return ordered and all(one.start_ms < one.end_ms for one in spans)


@given(few, few, span)
def test_spans_are_the_sets_of_their_moments(spans: list[Span], others: list[Span], bounds: Span) -> None:
    results = (merged(spans), clipped(spans, bounds), without(spans, others))
    ours = moments(spans)
    assert [moments(found) for found in results] == [ours, ours & moments([bounds]), ours - moments(others)]
    assert all(tidy(found) for found in results)
    assert length_ms(spans) == len(ours)
    real = [one for one in spans if one.start_ms < one.end_ms]
    REACHED["touching"] += any(one.end_ms == other.start_ms for one in real for other in real)
    REACHED["inside"] += any(a.start_ms < b.start_ms and b.end_ms < a.end_ms for a in real for b in real)
    REACHED["backwards"] += any(one.start_ms > one.end_ms for one in spans)
    REACHED["cut in two"] += len(results[2]) > len(results[0])
    REACHED["cut away"] += bool(real) and not results[2]


def test_the_spans_reached_every_case() -> None:
    if not all(REACHED.values()):
        test_spans_are_the_sets_of_their_moments()
    assert all(REACHED.values()), REACHED
