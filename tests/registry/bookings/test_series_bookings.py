"""Recurring bookings: local time across clock changes; conflicts refused or skipped; one, the rest or all changed."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from access.hours import local
from access.quota import Quota
from access.records import BookingKind
from registry.bookings import quotas, series, series_edits
from registry.bookings.series import Made, NewSeries, SeriesChange
from registry.problems import Kind, Problem
from registry.recurrence import occurrences as recurrence
from registry.setup import Registry
from registry.tables import core as t
from tests.support.booked_site import HOUR_MS, MINUTE_MS, SITE, BookedSite, booked_site, hours

ROME = ZoneInfo("Europe/Rome")
MONDAY = datetime.fromisoformat("2026-11-23T09:00")
WEEKLY = "FREQ=WEEKLY;COUNT=4"
DAILY = "FREQ=DAILY;COUNT=5"


@pytest.fixture
def site(registry: Registry) -> BookedSite:
    return booked_site(registry)


def make(site: BookedSite, rule: str = WEEKLY, start: datetime = MONDAY, **more: object) -> Made:
    wanted = {"resource": "d1", "person": "anna", "group": "", "length_ms": HOUR_MS} | more
    with site.edit() as made:
        return series.make(made, SITE, site.fresh(), NewSeries(start=start, rule=rule, **wanted))  # type: ignore[arg-type]


def change(site: BookedSite, ident: str, **wanted: object) -> Made:
    with site.edit() as made:
        return series_edits.change(made, SITE, ident, site.fresh(), SeriesChange(**wanted))  # type: ignore[arg-type]


def walls(site: BookedSite, ident: str) -> list[str]:
    """The local starts of what a series has of its bookings, live ones."""
    with site.registry.database.read() as connection:
        lines = series.lines_of(connection, SITE, ident)
    live = [line for line in lines if line["state"] in {"pending", "booked"}]
    return [f"{local(line['start_ms'], ROME):%m-%dT%H:%M}" for line in live]


def expanded(site: BookedSite, ident: str) -> list[str]:
    """The recurrence ids of a series as its row says it recurs."""
    with site.registry.database.read() as connection:
        found = series.series_of(series.row_of(connection, SITE, ident), ROME)
    return [one.recurrence_id.isoformat() for one in recurrence.expanded(found, hours(10_000)).occurrences]


def recurrences(site: BookedSite, ident: str) -> list[str]:
    with site.registry.database.read() as connection:
        return [line["recurrence"] for line in series.lines_of(connection, SITE, ident)]


def test_each_occurrence_is_a_booking_of_its_own(site: BookedSite) -> None:
    made = make(site)
    assert walls(site, made.id) == ["11-23T09:00", "11-30T09:00", "12-07T09:00", "12-14T09:00"]
    told = site.told()
    assert set(told) == set(made.bookings)
    assert all(told[ident].release_ms == told[ident].start_ms + 15 * MINUTE_MS for ident in made.bookings)
    assert recurrences(site, made.id) == expanded(site, made.id)


@pytest.mark.parametrize(("first", "offsets"), [("2026-10-19", (2, 1)), ("2027-03-22", (1, 2))])
def test_a_series_keeps_its_local_time_when_clocks_change(
    site: BookedSite, first: str, offsets: tuple[int, int]
) -> None:
    start = datetime.fromisoformat(f"{first}T18:30")
    site.now_ms = int(start.replace(tzinfo=ROME).timestamp() * 1_000) - 24 * HOUR_MS
    made = make(site, "FREQ=WEEKLY;COUNT=2", start)
    lines = [site.line(ident) for ident in made.bookings]
    here = [local(line["start_ms"], ROME) for line in lines]
    assert [moment.hour for moment in here] == [18, 18]
    assert tuple((moment.utcoffset() or timedelta()).seconds // 3_600 for moment in here) == offsets


def test_one_conflict_refuses_all_and_names_itself(site: BookedSite) -> None:
    site.book(7 * 24, 7 * 24 + 1, person="bruno")
    with pytest.raises(Problem) as refused:
        make(site)
    named = refused.value.members["refused"]
    assert isinstance(named, list)
    assert [(one["start_ms"], one["why"]) for one in named] == [(hours(7 * 24), "booking-conflict")]
    assert len(site.told()) == 1


def test_what_cannot_be_booked_is_skipped_named_and_no_part_of_the_series(site: BookedSite) -> None:
    site.book(7 * 24, 7 * 24 + 1, person="bruno")
    site.close(14 * 24, 15 * 24)
    made = make(site, skip=True)
    assert [one["why"] for one in made.skipped] == ["booking-conflict", "closed"]
    assert walls(site, made.id) == ["11-23T09:00", "12-14T09:00"]
    assert recurrences(site, made.id) == expanded(site, made.id)
    site.close(-1, 40 * 24)
    with pytest.raises(Problem, match="4 of 4"):
        make(site, person="carla", skip=True)


def test_a_series_counts_each_of_its_own_against_the_quota(site: BookedSite) -> None:
    with site.edit() as made:
        quotas.limit(made, "anna", Quota(week_count=2))
    done = make(site, DAILY, skip=True)
    assert walls(site, done.id) == ["11-23T09:00", "11-24T09:00"]
    assert {one["why"] for one in done.skipped} == {"quota-exceeded"}
    assert len(make(site, DAILY, resource="d2", excuse="exams").bookings) == 5


def test_left_out_days_are_left_out(site: BookedSite) -> None:
    made = make(site, left_out=(datetime.fromisoformat("2026-11-30T09:00"),))
    assert walls(site, made.id) == ["11-23T09:00", "12-07T09:00", "12-14T09:00"]


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("FREQ=WEEKLY", "earlier UNTIL"),
        ("FREQ=DAILY;COUNT=401", "earlier UNTIL"),
        ("FREQ=HOURLY;COUNT=2", "FREQ"),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=2", "start on 2026-11-24"),
        ("COUNT=2", "write FREQ"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_a_sentence(site: BookedSite, rule: str, what: str) -> None:
    with pytest.raises(Problem, match=what) as refused:
        make(site, rule)
    assert refused.value.kind is Kind.INVALID


def test_a_rule_whose_occurrences_overlap_one_another_conflicts_with_itself(site: BookedSite) -> None:
    with pytest.raises(Problem, match="2 of 5"):
        make(site, DAILY, length_ms=25 * HOUR_MS)


def test_one_occurrence_is_moved_or_cancelled_alone(site: BookedSite) -> None:
    made = make(site)
    site.change(made.bookings[1], start_ms=hours(7 * 24 + 2), end_ms=hours(7 * 24 + 3))
    site.cancel(made.bookings[2])
    assert walls(site, made.id) == ["11-23T09:00", "11-30T11:00", "12-14T09:00"]
    assert recurrences(site, made.id) == expanded(site, made.id)


def test_a_series_is_changed_whole_while_nothing_of_it_has_begun(site: BookedSite) -> None:
    made = make(site, DAILY)
    after = change(site, made.id, time_of_day=time(9, 30), length_ms=2 * HOUR_MS, resource="d2")
    assert (after.id, after.bookings) == (made.id, made.bookings)
    assert walls(site, made.id) == [f"11-{day}T09:30" for day in range(23, 28)]
    assert {(line.resource, line.end_ms - line.start_ms) for line in site.told().values()} == {("d2", 2 * HOUR_MS)}
    assert recurrences(site, made.id) == expanded(site, made.id)


def test_occurrences_may_move_into_the_places_of_one_another(site: BookedSite) -> None:
    made = make(site, DAILY, length_ms=20 * HOUR_MS)
    change(site, made.id, time_of_day=time(15))
    assert walls(site, made.id) == [f"11-{day}T15:00" for day in range(23, 28)]


def test_this_and_the_following_become_a_series_of_their_own(site: BookedSite) -> None:
    made = make(site)
    after = change(site, made.id, since=datetime.fromisoformat("2026-12-07T09:00"), time_of_day=time(14))
    assert after.id != made.id
    assert walls(site, made.id) == ["11-23T09:00", "11-30T09:00"]
    assert walls(site, after.id) == ["12-07T14:00", "12-14T14:00"]
    for ident in (made.id, after.id):
        assert recurrences(site, ident) == expanded(site, ident)
    assert after.bookings == made.bookings[2:]


def test_what_has_begun_stays_when_all_of_a_series_is_changed(site: BookedSite) -> None:
    made = make(site, DAILY)
    site.now_ms = hours(24.5)
    after = change(site, made.id, time_of_day=time(8))
    assert walls(site, made.id) == ["11-23T09:00", "11-24T09:00"]
    assert walls(site, after.id) == ["11-25T08:00", "11-26T08:00", "11-27T08:00"]
    assert recurrences(site, after.id) == expanded(site, after.id)


def test_what_was_moved_by_hand_cancelled_or_come_for_stays_when_the_rest_moves(site: BookedSite) -> None:
    made = make(site, DAILY)
    site.change(made.bookings[1], start_ms=hours(24 + 5), end_ms=hours(24 + 6))
    site.cancel(made.bookings[2])
    with site.edit() as edit:
        came = update(t.booking).where(t.booking.c.id == made.bookings[3])
        edit.connection.execute(came.values(checked_in_ms=hours(72), confirmed_by="badge"))
    change(site, made.id, time_of_day=time(10))
    assert walls(site, made.id) == ["11-23T10:00", "11-24T14:00", "11-26T09:00", "11-27T10:00"]
    assert recurrences(site, made.id) == expanded(site, made.id)
    assert site.line(made.bookings[2])["state"] == "cancelled"


def test_a_change_that_one_occurrence_forbids_changes_nothing(site: BookedSite) -> None:
    made = make(site, DAILY)
    site.book(48 + 2, 48 + 3, person="bruno")
    before = [site.line(ident) for ident in made.bookings]
    with pytest.raises(Problem, match="1 of 5"):
        change(site, made.id, time_of_day=time(11))
    assert [site.line(ident) for ident in made.bookings] == before


def test_a_series_is_cancelled_whole_or_from_an_occurrence_on(site: BookedSite) -> None:
    made = make(site)
    with site.edit() as edit:
        gone = series_edits.cancel(edit, SITE, made.id, datetime.fromisoformat("2026-12-07T09:00"))
    assert gone == made.bookings[2:]
    assert walls(site, made.id) == ["11-23T09:00", "11-30T09:00"]
    with site.edit() as edit:
        series_edits.cancel(edit, SITE, made.id, None)
    assert site.told() == {}
    with site.edit() as edit, pytest.raises(Problem) as refused:
        series_edits.cancel(edit, SITE, made.id, None)
    assert refused.value.kind is Kind.OUT_OF_TURN
    assert all(site.line(ident)["state"] == "cancelled" for ident in made.bookings)


def test_sessions_of_a_group_recur_beyond_the_horizon_of_desks(site: BookedSite) -> None:
    rule = "FREQ=WEEKLY;COUNT=20"
    with pytest.raises(Problem, match="60 days"):
        make(site, rule)
    assert len(make(site, rule, kind=BookingKind.SESSION, resource="r1").bookings) == 20
