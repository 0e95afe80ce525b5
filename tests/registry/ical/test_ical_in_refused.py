"""Uploaded calendars: what is refused as a whole, what of them is left out, and in what words."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.ical.incoming import MOST_EVENTS, MOST_ROWS, MOST_SERIES, CalendarRead, read_calendar
from registry.ical.lines import LONGEST_LINE_BYTES, MOST_BYTES, MOST_DEPTH, CalendarRefused
from tests.support.chance_rules import ROME
from tests.support.ical_texts import NINE, SINCE_MS, UNTIL_MS, calendar, event, read, reason, rows
from tests.support.real_calendars import real_calendars

START = "DTSTART:20261123T090000"
WHOLE = calendar(
    event(*NINE, "RRULE:FREQ=DAILY;COUNT=2"), event("RECURRENCE-ID:20261124T090000", *NINE), event(uid="e-2")
)
LEFT_OUT = {
    "": "one DTSTART",
    f"{START}\n{START}\nDURATION:PT1H": "one DTSTART",
    START: "no end",
    f"{START}\nDTEND:20261123T100000\nDURATION:PT1H": "one DTEND or one DURATION",
    f"{START}\nDTEND:20261123T090000": "does not end after it starts",
    f"{START}\nDTEND:20261122T090000": "does not end after it starts",
    f"{START}\nDTEND;VALUE=DATE:20261124": "both dates or both times",
    "DTSTART;VALUE=DATE:20261123\nDTEND;VALUE=DATE:20261122": "does not end after it starts",
    "DTSTART;VALUE=DATE:20261123\nDURATION:PT1H": "whole days",
    f"{START}\nDURATION:1 hour": "line 6 holds no length",
    f"{START}\nDURATION:-PT1H": "line 6 holds no length",
    f"{START}\nDURATION:PT0S": "more than nothing and at most 366 days",
    f"{START}\nDURATION:P400D": "at most 366 days",
    f"{START}\nDTEND:20281123T090000": "at most 366 days",
    "DTSTART:20260230T090000\nDURATION:PT1H": "line 5 holds no date",
    "DTSTART:23/11/2026\nDURATION:PT1H": "line 5 holds no date",
    "DTSTART:19690101T090000\nDURATION:PT1H": "1970 to 2199",
    "DTSTART;TZID=Atlantis/Poseidonia:20261123T090000\nDURATION:PT1H": "time zone “Atlantis/Poseidonia” is not known",
    f"{START}\nDURATION:PT1H\nRRULE:FREQ=HOURLY": "FREQ=HOURLY is not accepted",
    f"{START}\nDURATION:PT1H\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY": "one RRULE",
    f"{START}\nDURATION:PT1H\nEXRULE:FREQ=DAILY": "EXRULE is not accepted",
    f"{START}\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20261124T090000Z/PT1H": "line 7 adds a PERIOD",
    f"{START}\nDURATION:PT1H\nEXDATE:tomorrow": "line 7 holds no date",
    f"{START}\nDURATION:PT1H\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261123T090000": "all following occurrences",
    f"{START}\nDURATION:PT1H\nSUMMARY;=:x": "line 7 cannot be read",
    f"{START}\nDURATION:PT1H\nSUMMARY:" + "x" * LONGEST_LINE_BYTES: "line 7 has more than 16384 bytes",
    f"{START}\nDURATION:PT1H\nRDATE:"
    + ",".join(f"2026112{n % 9}T{n // 60:02}{n % 60:02}00" for n in range(401)): "400 exceptions",
}
REFUSED = {
    b"": "no calendar",
    b"\xef\xbb\xbf": "no calendar",
    b"\r\n\r\n": "no calendar",
    b"BEGIN:VEVENT\r\nEND:VEVENT\r\n": "line 1 is no part of a calendar",
    b"BEGIN:VCALENDAR\r\n": "breaks off within what begins on line 1",
    WHOLE[: len(WHOLE) // 2]: "breaks off within what begins on line 9",
    b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n": "line 2 ends what was not begun",
    WHOLE + b"END:VCALENDAR\r\n": "is no part of a calendar",
    b"BEGIN:VCALENDAR\r\n" * (MOST_DEPTH + 1): f"on line {MOST_DEPTH + 1} the file is nested too deep",
    WHOLE + b" " * MOST_BYTES: "more than 2 MiB",
    "BEGIN:VCALENDAR\r\nEND:VCALENDAR".encode("utf-16"): "no calendar",
}


@pytest.mark.parametrize("lines", LEFT_OUT)
def test_an_event_that_cannot_be_taken_is_told_and_the_others_are_taken(lines: str) -> None:
    found = read(event(*lines.split("\n"), uid="wrong"), event(uid="right"))
    (error,) = found.errors
    assert LEFT_OUT[lines] in error.reason
    assert (error.line, error.uid) == (3, "“wrong”")
    assert error.reason.endswith(".")
    assert [row.uid for row in found.rows] == ["right"]


def test_what_is_said_twice_or_says_nothing_counts_as_little() -> None:
    blank = ["RRULE:", "EXDATE:", "RDATE: ", "SEQUENCE:" + "9" * 5000, "SUMMARY:"]
    assert [row.title for row in rows(event(*NINE, *blank, "EXDATE:" + ",".join(["20261124T090000"] * 500)))] == [""]


@pytest.mark.parametrize("uid", ["", " ", "x" * 256, "bell\x07"])
def test_an_event_without_a_uid_is_left_out(uid: str) -> None:
    assert "UID of 1 to 255 printable" in reason(event(uid=uid))


def test_a_uid_is_quoted_without_what_could_harm_a_screen() -> None:
    (error,) = read(event(START, uid="a\x1b[2J\u202e" + "b" * 100)).errors
    assert error.uid == "“a[2J" + "b" * 36 + "…”"


def test_an_event_in_another_encoding_is_left_out() -> None:
    data = calendar(event(*NINE, "SUMMARY:qualità"), event(uid="e-2")).replace("à".encode(), b"\xe0")
    found = read_calendar(data, ROME, SINCE_MS, UNTIL_MS)
    assert [error.reason for error in found.errors] == [
        "line 7 cannot be read; correct it, and save the file as UTF-8."
    ]
    assert len(found.rows) == 1


@pytest.mark.parametrize("data", REFUSED, ids=lambda data: repr(data[:30]))
def test_a_file_that_is_no_calendar_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(CalendarRefused, match=REFUSED[data]) as refused:
        read_calendar(data, ROME, SINCE_MS, UNTIL_MS)
    assert str(refused.value).endswith(".")


def test_any_kind_of_line_break_and_a_byte_order_mark_are_read() -> None:
    for end in (b"\r\n", b"\n", b"\r", b"\r\n\r\n"):
        data = b"\xef\xbb\xbf" + WHOLE.replace(b"\r\n", end)
        assert len(read_calendar(data, ROME, SINCE_MS, UNTIL_MS).rows) == 3


def test_a_line_may_be_folded_within_a_sign() -> None:
    folded = calendar(event(*NINE, "SUMMARY:qualità")).replace("à".encode(), b"\xc3\r\n \xa0")
    (row,) = read_calendar(folded, ROME, SINCE_MS, UNTIL_MS).rows
    assert row.title == "qualità"


def test_several_calendars_may_stand_in_one_file() -> None:
    found = read_calendar(calendar(event()) + calendar(event(uid="e-2")), ROME, SINCE_MS, UNTIL_MS)
    assert [row.uid for row in found.rows] == ["e-1", "e-2"]


def test_a_file_has_at_most_so_many_events() -> None:
    events = [event(uid=f"e-{n}") for n in range(MOST_EVENTS)]
    assert len(rows(*events)) == MOST_EVENTS
    with pytest.raises(CalendarRefused, match="more than 2000 events"):
        read(*events, event(uid="last"))


def test_a_file_has_at_most_so_many_series() -> None:
    series = [event(*NINE, "RRULE:FREQ=DAILY;COUNT=2", uid=f"e-{n}") for n in range(MOST_SERIES)]
    assert len(rows(*series)) == 2 * MOST_SERIES
    with pytest.raises(CalendarRefused, match="more than 100 series"):
        read(*series, event(*NINE, "RRULE:FREQ=DAILY", uid="last"))


def test_a_file_has_at_most_so_many_occurrences() -> None:
    daily = ["DTSTART:20260101T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=250"]
    series = [event(*daily, uid=f"e-{n}") for n in range(MOST_ROWS // 250)]
    assert len(rows(*series)) == MOST_ROWS
    with pytest.raises(CalendarRefused, match="more than 5000 occurrences"):
        read(*series, event(uid="last"))


def test_a_series_too_long_for_the_time_asked_for_is_left_out_whole() -> None:
    daily = calendar(event("DTSTART:20200101T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY"))
    found = read_calendar(daily, ROME, 0, UNTIL_MS)
    assert found.rows == ()
    (error,) = found.errors
    assert error.reason == "the event takes place more than 1000 times in the time that is read; give it an end."


def read_or_refused(data: bytes) -> CalendarRead | None:
    """What is read of any bytes; any error but the one that is promised fails the test."""
    try:
        found = read_calendar(data, ROME, SINCE_MS, UNTIL_MS)
    except CalendarRefused:
        return None
    assert len({(row.uid, row.recurrence_id) for row in found.rows}) == len(found.rows)
    assert all(row.end_ms > SINCE_MS and row.start_ms < min(UNTIL_MS, row.end_ms) for row in found.rows)
    return found


@given(st.binary(max_size=300))
@example(b"BEGIN:VCALENDAR\x00")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert read_or_refused(data) is None or b"VCALENDAR" in data.upper()


@given(at=st.integers(0, len(WHOLE) - 1), cut=st.integers(0, 40), put=st.binary(max_size=40))
def test_a_calendar_with_anything_in_any_place_of_it_is_read_or_refused(at: int, cut: int, put: bytes) -> None:
    read_or_refused(WHOLE[:at] + put + WHOLE[at + cut :])


PIECES = [
    *WHOLE.decode().split("\r\n"),
    "P1D",
    "20261123",
    "T090000",
    "Z",
    ":",
    ";",
    "=",
    ",",
    "TZID=",
    "RRULE:FREQ=",
    "\u00b2",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from(["\r\n", "\n", "", "\r\n "]))
def test_pieces_of_calendars_in_any_order_are_read_or_refused(pieces: list[str], between: str) -> None:
    read_or_refused(calendar("BEGIN:VEVENT\r\n", between.join(pieces), "\r\nEND:VEVENT\r\n"))
    read_or_refused(between.join(pieces).encode())


def test_the_calendars_of_many_makers_are_read_or_refused_and_most_are_read() -> None:
    found = [read_or_refused(data) for _, data in real_calendars()]
    assert len(found) > 250
    assert sum(one is not None for one in found) > 190
