"""No sequence of accepted bookings exceeds a quota, reckoned minute by minute; what is refused would have."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from access.clock import MINUTE_MS
from access.hours import unix_ms
from access.quota import Exceeded, Limit, Quota, refusal, refusals, tighter
from access.spans import Span
from tests.support.core_site import ROME

CHANGES = (
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 6, 3, tzinfo=UTC),
)
QUARTER_MS = 15 * MINUTE_MS
REACHED = dict.fromkeys(("over midnight", "over sunday", "clocks change", "never", "later", "last refused", *Limit), 0)

limits = st.one_of(st.none(), st.none(), st.sampled_from([0, 60, 120, 240, 300]))
counts = st.one_of(st.none(), st.none(), st.integers(0, 3))
quotas = st.builds(Quota, limits, counts, st.one_of(st.none(), st.sampled_from([0, 240, 480])), counts)


@st.composite
def weeks(draw: st.DrawFn) -> list[Span]:
    """Bookings about a change of the clocks (a Sunday) or in the midst of a week, many of them by night."""
    middle = unix_ms(draw(st.sampled_from(CHANGES)))
    starts = st.one_of(st.integers(-12, 12), st.integers(-4 * 96, 4 * 96)).map(lambda n: middle + n * QUARTER_MS)
    lengths = st.sampled_from([1, 4, 4, 8, 12, 16, 110]).map(lambda n: n * QUARTER_MS)
    return [Span(start, start + draw(lengths)) for start in draw(st.lists(starts, min_size=1, max_size=7))]


def days(span: Span) -> list[date]:
    """The local day of each quarter of an hour of a booking."""
    quarters = range(span.start_ms, span.end_ms, QUARTER_MS)
    return [datetime.fromtimestamp(at_ms // 1000, ROME).date() for at_ms in quarters]


def holds(quota: Quota, booked: list[Span]) -> bool:
    """Whether bookings keep to a quota, by counting their quarters of an hour."""
    minutes: Counter[date] = Counter()
    week_minutes: Counter[tuple[int, int]] = Counter()
    for span in booked:
        for day in days(span):
            minutes[day] += 15
            week_minutes[day.isocalendar()[:2]] += 15
    starts = [days(span)[0] for span in booked]
    found = (
        (quota.day_minutes, minutes.values()),
        (quota.day_count, Counter(starts).values()),
        (quota.week_minutes, week_minutes.values()),
        (quota.week_count, Counter(day.isocalendar()[:2] for day in starts).values()),
    )
    return all(limit is None or all(used <= limit for used in uses) for limit, uses in found)


@settings(max_examples=300)
@given(quotas, weeks())
def test_what_is_accepted_keeps_to_the_quota_and_what_is_refused_would_not(quota: Quota, wanted: list[Span]) -> None:
    kept: list[Span] = []
    for span, answer in zip(wanted, refusals(quota, [], wanted, ROME), strict=True):
        assert holds(quota, [*kept, span]) == (answer is None)
        note(span, answer)
        if answer is None:
            kept.append(span)
    assert holds(quota, kept)


def note(span: Span, answer: Exceeded | None) -> None:
    if answer is None:
        REACHED["over midnight"] += len(set(days(span))) > 1
        REACHED["over sunday"] += len({day.isocalendar()[1] for day in days(span)}) > 1
        zone_start, zone_end = (
            datetime.fromtimestamp(ms // 1000, ROME).utcoffset() for ms in (span.start_ms, span.end_ms)
        )
        REACHED["clocks change"] += zone_start != zone_end
    else:
        REACHED[answer.limit] += 1
        REACHED["never" if answer.fits_from_ms is None else "later"] += 1


@given(quotas, weeks())
def test_one_by_one_and_at_once_are_the_same(quota: Quota, wanted: list[Span]) -> None:
    kept: list[Span] = []
    for span, answer in zip(wanted, refusals(quota, [], wanted, ROME), strict=True):
        assert refusal(quota, reversed(kept), span, ROME) == answer
        kept += [] if answer else [span]


@given(quotas, weeks())
def test_a_refused_booking_fits_from_the_day_that_is_named_and_on_none_before(quota: Quota, wanted: list[Span]) -> None:
    *before, last = wanted
    kept = [span for span, no in zip(before, refusals(quota, [], before, ROME), strict=True) if no is None]
    answer = refusal(quota, kept, last, ROME)
    if answer is None:
        return
    REACHED["last refused"] += 1
    here = datetime.fromtimestamp(last.start_ms // 1000, ROME)
    fitting = []
    for off in range(1, 31):
        start_ms = unix_ms(datetime.combine(here.date() + timedelta(off), here.time(), ROME))
        moved = Span(start_ms, start_ms + last.end_ms - last.start_ms)
        if holds(quota, [*kept, moved]):
            fitting.append(unix_ms(datetime.combine(here.date() + timedelta(off), datetime.min.time(), ROME)))
    assert answer.fits_from_ms == (fitting[0] if fitting else None)


@given(quotas, quotas, weeks())
def test_the_tighter_quota_accepts_what_both_accept(one: Quota, other: Quota, wanted: list[Span]) -> None:
    *before, last = wanted
    both = tighter(one, other)
    kept = [span for span, no in zip(before, refusals(both, [], before, ROME), strict=True) if no is None]
    each = refusal(one, kept, last, ROME) is None and refusal(other, kept, last, ROME) is None
    assert (refusal(both, kept, last, ROME) is None) == each


@given(quotas, weeks())
def test_where_clocks_never_change_one_week_is_like_another(quota: Quota, wanted: list[Span]) -> None:
    utc, week_ms = ZoneInfo("UTC"), 7 * 96 * QUARTER_MS
    later = [Span(span.start_ms + week_ms, span.end_ms + week_ms) for span in wanted]
    answers = [None if no is None else no.limit for no in refusals(quota, [], wanted, utc)]
    assert answers == [None if no is None else no.limit for no in refusals(quota, [], later, utc)]


def test_the_weeks_reached_every_case() -> None:
    if not all(REACHED.values()):
        test_what_is_accepted_keeps_to_the_quota_and_what_is_refused_would_not()
        test_a_refused_booking_fits_from_the_day_that_is_named_and_on_none_before()
    assert all(REACHED.values()), REACHED
