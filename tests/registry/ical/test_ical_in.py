"""Uploaded calendars: what of their events becomes rows, and when those take place."""

from zoneinfo import ZoneInfo

import pytest

from registry.ical.incoming import Imported, read_calendar
from registry.ical.outgoing import Event, Heading, Status, calendar_bytes
from registry.recurrence.wall import moment
from tests.support.chance_rules import ROME, wall
from tests.support.ical_texts import NINE, SINCE_MS, UNTIL_MS, event, read, rows, times, utc


def test_an_event_is_a_row_with_its_line_and_words() -> None:
    (row,) = rows(event(*NINE, "SUMMARY:Corso di\\nstampa 3D\\, base", "LOCATION:Aula  2", uid="corso@matera"))
    start_ms = moment(wall("2026-11-23T09:00"), ROME)
    assert row == Imported(
        uid="corso@matera",
        recurrence_id="",
        title="Corso di stampa 3D, base",
        place="Aula 2",
        start_ms=start_ms,
        end_ms=start_ms + 3_600_000,
        all_day=False,
        cancelled=False,
        line=3,
    )


def test_a_floating_time_is_the_sites_own() -> None:
    assert times(event()) == [("11-23 08:00", "11-23 09:00")]
    data = b"BEGIN:VCALENDAR\r\n" + event().encode() + b"END:VCALENDAR"
    (row,) = read_calendar(data, ZoneInfo("Asia/Tokyo"), SINCE_MS, UNTIL_MS).rows
    assert utc(row.start_ms) == "11-23 00:00"


def test_times_are_read_in_utc_and_in_the_zone_that_they_name() -> None:
    zoned = "DTSTART;TZID=America/New_York:20261123T090000"
    assert times(event(zoned, "DTEND:20261123T150000Z")) == [("11-23 14:00", "11-23 15:00")]
    assert times(event(zoned, "DURATION:PT90M")) == [("11-23 14:00", "11-23 15:30")]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART;VALUE=DATE:20260815"], ("08-14 22:00", "08-15 22:00")),
        (["DTSTART;VALUE=DATE:20260815", "DTEND;VALUE=DATE:20260815"], ("08-14 22:00", "08-15 22:00")),
        (["DTSTART;VALUE=DATE:20260815", "DTEND;VALUE=DATE:20260817"], ("08-14 22:00", "08-16 22:00")),
        (["DTSTART:20260815", "DURATION:P1W"], ("08-14 22:00", "08-21 22:00")),
        (["DTSTART;VALUE=DATE:20260329"], ("03-28 23:00", "03-29 22:00")),
        (["DTSTART;VALUE=DATE:20261025"], ("10-24 22:00", "10-25 23:00")),
        (["DTSTART;VALUE=DATE;TZID=Asia/Tokyo:20260815"], ("08-14 22:00", "08-15 22:00")),
    ],
)
def test_a_date_is_a_whole_local_day_however_long(lines: list[str], expected: tuple[str, str]) -> None:
    (row,) = rows(event(*lines))
    assert row.all_day
    assert (utc(row.start_ms), utc(row.end_ms)) == expected


@pytest.mark.parametrize(
    ("duration", "end"),
    [
        ("PT1H30M", "03-28 22:30"),
        ("P1D", "03-29 20:00"),
        ("P1DT1H", "03-29 21:00"),
        ("PT24H", "03-29 21:00"),
        ("+PT45S", "03-28 21:00"),
    ],
)
def test_a_length_in_days_is_of_the_calendar_and_one_in_hours_of_the_clock(duration: str, end: str) -> None:
    assert times(event("DTSTART:20260328T220000", f"DURATION:{duration}")) == [("03-28 21:00", end)]


def test_a_series_has_a_row_for_each_of_its_times_known_by_their_ids() -> None:
    found = rows(event(*NINE, "RRULE:FREQ=WEEKLY;COUNT=3"))
    assert [row.recurrence_id for row in found] == ["20261123T090000", "20261130T090000", "20261207T090000"]
    assert {row.uid for row in found} == {"e-1"}


def test_a_series_is_cut_to_the_time_asked_for() -> None:
    found = rows(event("DTSTART:20200101T090000", "DURATION:PT1H", "RRULE:FREQ=MONTHLY"))
    assert [row.recurrence_id[4:8] for row in found] == [f"{month:02}01" for month in range(1, 13)]
    assert rows(event("DTSTART:20200101T090000", "DURATION:PT1H")) == ()


def test_days_are_left_out_in_whatever_way_they_are_named() -> None:
    series = ["DTSTART;TZID=Europe/Rome:20261123T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=7"]
    left_out = [
        "EXDATE;TZID=Europe/Rome:20261124T090000,20261125T090000",
        "EXDATE:20261126T080000Z",
        "EXDATE;VALUE=DATE:20261127",
        "EXDATE;TZID=America/New_York:20261128T030000",
    ]
    assert [row.recurrence_id[6:8] for row in rows(event(*series, *left_out))] == ["23", "29"]


def test_days_are_added() -> None:
    found = rows(event(*NINE, "RDATE:20261201T180000,20261202T090000"))
    assert [row.recurrence_id for row in found] == ["20261123T090000", "20261201T180000", "20261202T090000"]


def test_an_occurrence_that_was_moved_stands_for_the_one_of_its_id() -> None:
    series = event(*NINE, "SUMMARY:Corso", "RRULE:FREQ=DAILY;COUNT=3")
    moved = event("RECURRENCE-ID:20261124T090000", "DTSTART:20261130T150000", "DURATION:PT2H", "SUMMARY:Corso (aula 3)")
    for order in ((series, moved), (moved, series)):
        found = rows(*order)
        assert [(row.recurrence_id[6:8], utc(row.start_ms)) for row in found] == [
            ("23", "11-23 08:00"),
            ("25", "11-25 08:00"),
            ("24", "11-30 14:00"),
        ]
        assert found[2].title == "Corso (aula 3)"


def test_the_id_of_a_moved_occurrence_is_the_series_own_in_whatever_zone_it_is_named() -> None:
    series = event("DTSTART;TZID=Europe/Rome:20261123T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2")
    for named in (":20261124T080000Z", ";TZID=Asia/Tokyo:20261124T170000", ";VALUE=DATE:20261124"):
        moved = event(f"RECURRENCE-ID{named}", "DTSTART:20261201T090000Z", "DURATION:PT1H")
        assert [row.recurrence_id for row in rows(series, moved)] == ["20261123T090000", "20261124T090000"]


def test_a_moved_occurrence_comes_alone_where_its_series_is_not_in_the_file() -> None:
    moved = event("RECURRENCE-ID:20261124T080000Z", *NINE)
    (row,) = rows(moved)
    assert row.recurrence_id == "20261124T080000"


def test_what_is_cancelled_is_told_so() -> None:
    series = event(*NINE, "RRULE:FREQ=DAILY;COUNT=2")
    gone = event("RECURRENCE-ID:20261124T090000", "DTSTART:20261124T090000", "DURATION:PT1H", "STATUS:CANCELLED")
    assert [row.cancelled for row in rows(series, gone)] == [False, True]
    assert [row.cancelled for row in rows(event(*NINE, "STATUS:cancelled", "RRULE:FREQ=DAILY;COUNT=2"))] == [True, True]
    assert [row.cancelled for row in rows(event(*NINE, "STATUS:TENTATIVE"))] == [False]


def test_of_two_versions_the_later_is_taken_and_the_other_told() -> None:
    old = event(*NINE, "SEQUENCE:9", "SUMMARY:vecchio", "DTSTAMP:20260101T000000Z")
    new = event(*NINE, "SEQUENCE:10", "SUMMARY:nuovo", "DTSTAMP:20250101T000000Z")
    for order in ((old, new), (new, old)):
        found = read(*order)
        assert [row.title for row in found.rows] == ["nuovo"]
        assert [error.reason for error in found.errors] == [
            "the file holds a later version of the same event, which is taken."
        ]
    later = read(event(*NINE, "DTSTAMP:20260102T000000Z", "SUMMARY:nuovo"), event(*NINE, "DTSTAMP:20260101T000000Z"))
    assert [row.title for row in later.rows] == ["nuovo"]


def test_of_two_moves_of_one_occurrence_the_later_is_taken() -> None:
    series = event(*NINE, "RRULE:FREQ=DAILY;COUNT=2")
    moves = [
        event("RECURRENCE-ID:20261124T090000", f"SEQUENCE:{n}", f"DTSTART:202612{n + 1:02}T090000", "DURATION:PT1H")
        for n in (1, 3, 2)
    ]
    found = read(series, *moves)
    assert [utc(row.start_ms)[:5] for row in found.rows] == ["11-23", "12-04"]
    assert len(found.errors) == 2


def test_alarms_to_dos_and_what_programs_add_are_passed_over() -> None:
    alarm = "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDTSTART:nonsense\r\nUID:other\r\nEND:VALARM"
    todo = "BEGIN:VTODO\r\nUID:t\r\nDTSTART:nonsense\r\nEND:VTODO\r\n"
    odd = ["X-ODD;;=:\x07", "no colon at all", "DESCRIPTION: \ufffd\x00"]
    assert len(rows(todo, event(*NINE, alarm, *odd))) == 1


def test_a_title_is_one_line_that_hides_nothing() -> None:
    (row,) = rows(event(*NINE, "SUMMARY: a\\n\tb\u202ec\x01\\;  " + "à" * 200))
    assert row.title.startswith("a bc; à")
    assert len(row.title) == 120
    assert row.title.endswith("à…")


def test_what_the_registry_writes_it_reads() -> None:
    start_ms = moment(wall("2026-11-23T09:00"), ROME)
    events = [
        Event(f"b-{n}", start_ms + n * 60_000, start_ms + n * 60_000 + 1_000, f"Sala {n}; à", 0, "Via, 4")
        for n in range(50)
    ]
    gone = Event("gone", start_ms, start_ms + 1_000, "x", 0, status=Status.CANCELLED)
    found = read_calendar(calendar_bytes(Heading("Matera", "Europe/Rome"), [*events, gone]), ROME, SINCE_MS, UNTIL_MS)
    assert found.errors == ()
    kept = [row for row in found.rows if not row.cancelled]
    assert [(row.uid, row.start_ms, row.end_ms, row.title, row.place) for row in kept] == [
        (one.uid, one.start_ms, one.end_ms, one.title, one.place) for one in events
    ]
    assert [row.uid for row in found.rows if row.cancelled] == ["gone"]
