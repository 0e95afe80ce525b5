"""The bookings of a series are what another library says its rule is, whatever the rule, the season or the edits."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from access.hours import local
from registry.bookings import series, series_edits
from registry.bookings.series import NewSeries, SeriesChange
from registry.problems import Problem
from registry.setup import Registry
from registry.tables import core as t
from tests.support.booked_site import DAY_MS, HOUR_MS, SITE, BookedSite, booked_site

ROME = ZoneInfo("Europe/Rome")
SEASONS = ("2026-03-16", "2026-06-01", "2026-10-12")
"""The clocks of Rome change in the weeks after the first and the last."""


@pytest.fixture
def site(registry: Registry) -> BookedSite:
    return booked_site(registry)


@st.composite
def rules(draw: st.DrawFn) -> tuple[datetime, str]:
    """A first local start and a rule that names it, of at most fifty days."""
    first = datetime.fromisoformat(draw(st.sampled_from(SEASONS))) + timedelta(days=draw(st.integers(0, 13)))
    first = first.replace(hour=draw(st.sampled_from([0, 1, 2, 3, 9, 18, 23])), minute=draw(st.sampled_from([0, 30])))
    parts = [draw(st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=WEEKLY"]))]
    parts.append(f"INTERVAL={draw(st.integers(1, 3))}")
    if parts[0] == "FREQ=WEEKLY":
        others = draw(st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), max_size=3))
        parts.append("BYDAY=" + ",".join(sorted({*others, first.strftime("%a").upper()[:2]})))
    until = first + timedelta(days=draw(st.integers(0, 45)))
    parts.append(f"UNTIL={until:%Y%m%dT%H%M%S}" if draw(st.booleans()) else f"COUNT={draw(st.integers(1, 12))}")
    return first, ";".join(parts)


def said_by_dateutil(first: datetime, rule: str) -> list[datetime]:
    return list(rrulestr(rule, dtstart=first))


def moments(walls: list[datetime]) -> list[int]:
    """Unix ms of local times; one that is skipped is taken as an hour later, one that comes twice as the first."""
    return [round(wall.replace(tzinfo=ROME).astimezone(UTC).timestamp() * 1_000) for wall in walls]


def exists(wall: datetime) -> bool:
    return wall.replace(tzinfo=ROME).astimezone(UTC).astimezone(ROME).replace(tzinfo=None) == wall


def starts(site: BookedSite, ident: str) -> list[int]:
    with site.registry.database.read() as connection:
        return [line["start_ms"] for line in series.lines_of(connection, SITE, ident)]


def make(site: BookedSite, first: datetime, rule: str) -> series.Made:
    """A series of an hour's bookings, made the day before."""
    with site.edit() as edit:
        for ident in edit.connection.execute(select(t.booking.c.id)).scalars().all():
            edit.withdraw(SITE, "booking", ident)
        for table in (t.booking, t.series):
            edit.connection.execute(delete(table))
    (first_ms,) = moments([first])
    site.now_ms = first_ms - DAY_MS
    with site.edit() as edit:
        return series.make(edit, SITE, site.fresh(), NewSeries("d1", "anna", "", first, HOUR_MS, rule))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=rules())
def test_the_bookings_are_what_dateutil_says(site: BookedSite, asked: tuple[datetime, str]) -> None:
    first, rule = asked
    walls = said_by_dateutil(first, rule)
    assume((walls[-1] - first).days < 50)
    made = make(site, first, rule)
    found, expected = starts(site, made.id), moments(walls)
    assert len(found) == len(made.bookings) == len(walls)
    for wall, ours, theirs in zip(walls, found, expected, strict=True):
        if exists(wall):
            assert ours == theirs, wall
        assert abs(ours - theirs) <= HOUR_MS // 2, wall
    told = site.told()
    assert sorted(one.start_ms for one in told.values()) == sorted(found)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=rules(), at=st.integers(0, 11), hour=st.integers(4, 22))
def test_the_rest_moved_to_another_time_keeps_its_days_and_what_was_before_stays(
    site: BookedSite, asked: tuple[datetime, str], at: int, hour: int
) -> None:
    first, rule = asked
    walls = said_by_dateutil(first, rule)
    assume((walls[-1] - first).days < 50)
    made = make(site, first, rule)
    since = walls[at % len(walls)]
    before = starts(site, made.id)
    try:
        with site.edit() as edit:
            wanted = SeriesChange(since=since, time_of_day=time(hour))
            after = series_edits.change(edit, SITE, made.id, site.fresh(), wanted)
    except Problem as refused:
        pytest.fail(str(refused))
    kept = [wall for wall in walls if wall < since]
    moved = [wall.replace(hour=hour, minute=0) for wall in walls if wall >= since]
    assert starts(site, after.id) == moments(moved)
    assert [local(ms, ROME).hour for ms in starts(site, after.id)] == [hour] * len(moved)
    if kept:
        assert starts(site, made.id) == before[: len(kept)]
    else:
        assert after.id == made.id
