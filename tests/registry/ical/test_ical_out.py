"""Calendars as others read them: what is in them, how it is written, and that equal values are equal bytes."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from registry.ical.lines import calendars, text_of
from registry.ical.outgoing import Event, Heading, Status, calendar_bytes

NAUGHTY = json.loads((Path(__file__).parents[2] / "data" / "naughty-strings" / "blns.json").read_text(encoding="utf-8"))
HEADING = Heading("Sala riunioni; Matera, 2\u00b0 piano", "Europe/Rome")
NINE_MS = 1_795_420_800_000
HOUR_MS = 3_600_000
BOOKING = Event(
    uid="booking-1@hubout",
    start_ms=NINE_MS,
    end_ms=NINE_MS + HOUR_MS,
    title="Sala riunioni",
    modified_ms=NINE_MS - 24 * HOUR_MS,
    place="Via Ridola, 4",
    description="Prima riga\nseconda riga",
    sequence=3,
    categories=("prenotazione", "squadra; blu"),
)
WHOLE = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Hubout//Hubout 1//EN
CALSCALE:GREGORIAN
METHOD:PUBLISH
NAME:Sala riunioni\\; Matera\\, 2\u00b0 piano
X-WR-CALNAME:Sala riunioni\\; Matera\\, 2\u00b0 piano
REFRESH-INTERVAL;VALUE=DURATION:PT15M
X-PUBLISHED-TTL:PT15M
X-WR-TIMEZONE:Europe/Rome
BEGIN:VEVENT
SUMMARY:Sala riunioni
DTSTART:20261123T080000Z
DTEND:20261123T090000Z
DTSTAMP:20261122T080000Z
UID:booking-1@hubout
SEQUENCE:3
CATEGORIES:prenotazione,squadra\\; blu
DESCRIPTION:Prima riga\\nseconda riga
LAST-MODIFIED:20261122T080000Z
LOCATION:Via Ridola\\, 4
STATUS:CONFIRMED
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""


def read(data: bytes) -> list[dict[str, str]]:
    """The properties of each event as they are written, unescaped by the rules of the standard."""
    names = frozenset({"UID", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS", "TRANSP", "NAME", "CATEGORIES"})
    (calendar,) = calendars(data, names)
    return [{one.name: text_of(one.value) for one in event.properties} for event in calendar.blocks]


def lines_of(data: bytes) -> list[bytes]:
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r") == data.count(b"\r\n")
    return data.split(b"\r\n")[:-1]


def test_a_booking_is_written_like_this() -> None:
    assert calendar_bytes(HEADING, [BOOKING]) == WHOLE.replace("\n", "\r\n").encode()


def test_what_is_empty_is_left_out() -> None:
    bare = replace(BOOKING, title="", place="", description="", categories=())
    data = calendar_bytes(HEADING, [bare])
    for name in (b"SUMMARY", b"LOCATION", b"DESCRIPTION", b"CATEGORIES"):
        assert name not in data


def test_a_calendar_without_events_is_a_calendar() -> None:
    assert lines_of(calendar_bytes(HEADING, []))[-1] == b"END:VCALENDAR"


@pytest.mark.parametrize(
    ("status", "written", "busy"),
    [
        (Status.CONFIRMED, "CONFIRMED", "OPAQUE"),
        (Status.TENTATIVE, "TENTATIVE", "OPAQUE"),
        (Status.CANCELLED, "CANCELLED", "TRANSPARENT"),
    ],
)
def test_only_what_is_cancelled_leaves_its_time_free(status: Status, written: str, busy: str) -> None:
    (event,) = read(calendar_bytes(HEADING, [replace(BOOKING, status=status)]))
    assert (event["STATUS"], event["TRANSP"]) == (written, busy)


def test_events_come_in_order_of_time_and_the_bytes_do_not_depend_on_theirs() -> None:
    events = [replace(BOOKING, uid=f"b-{n}", start_ms=NINE_MS + n // 2 * HOUR_MS) for n in range(6)]
    data = calendar_bytes(HEADING, events)
    assert calendar_bytes(HEADING, reversed(events)) == data
    assert [event["UID"] for event in read(data)] == [f"b-{n}" for n in range(6)]


def test_a_change_of_anything_changes_the_bytes() -> None:
    data = calendar_bytes(HEADING, [BOOKING])
    changes: list[dict[str, object]] = [
        {"uid": "b-2"},
        {"start_ms": NINE_MS - 1000},
        {"end_ms": NINE_MS + 1000},
        {"title": "Aula"},
        {"modified_ms": NINE_MS},
        {"place": "Aula"},
        {"description": ""},
        {"sequence": 4},
        {"status": Status.TENTATIVE},
        {"categories": ("squadra",)},
    ]
    changed = {calendar_bytes(HEADING, [replace(BOOKING, **change)]) for change in changes}  # type: ignore[arg-type]
    assert len(changed | {data, calendar_bytes(replace(HEADING, name="Aula"), [BOOKING])}) == len(changes) + 2


def test_a_calendar_says_how_often_to_fetch_it() -> None:
    data = calendar_bytes(replace(HEADING, refresh=timedelta(hours=1, minutes=30)), [])
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H30M\r\n" in data


def test_times_are_read_back_in_utc() -> None:
    (event,) = Calendar.from_ical(calendar_bytes(HEADING, [BOOKING])).events
    assert event.start == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert event.end == datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_no_line_is_longer_than_75_octets_nor_folded_within_a_sign() -> None:
    long = replace(BOOKING, title="Lunedì " * 60, description="\U0001f3db\ufe0f" * 90, place="x" * 300)
    lines = lines_of(calendar_bytes(HEADING, [long]))
    assert max(map(len, lines)) == 75
    assert "\U0001f3db" in b"".join(lines).decode()
    for line in lines:
        line.decode()
    assert read(calendar_bytes(HEADING, [long]))[0]["SUMMARY"] == "Lunedì " * 60


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("C:\\Nuovo\\nota", "C:\\\\Nuovo\\\\nota"),
        ("a;b,c:d\"e'", "a\\;b\\,c:d\"e'"),
        ("riga\r\nriga\rriga", "riga\\nriga\\nriga"),
        ("tab\tqui", "tab\tqui"),
        ("cam\x00pa\x07na\x7f\ufeff", "campana"),
        ("met\ud800à", "metà"),
    ],
)
def test_a_text_is_escaped_as_the_standard_says(text: str, written: str) -> None:
    assert f"SUMMARY:{written}\r\n".encode() in calendar_bytes(HEADING, [replace(BOOKING, title=text)])
    (event,) = read(calendar_bytes(replace(HEADING, name=text), [replace(BOOKING, place=text, categories=())]))
    assert event["LOCATION"] == text_of(written)
    assert f"NAME:{written}\r\n".encode() in calendar_bytes(replace(HEADING, name=text), [])


def test_naughty_strings_come_back_as_they_went_in() -> None:
    texts = [text for text in NAUGHTY if text.isprintable() and text]
    assert len(texts) > 400
    events = [
        replace(BOOKING, uid=f"b-{n:04}", title=text, place=text, description=f"{text}\n{text}", categories=())
        for n, text in enumerate(texts)
    ]
    for event, text in zip(read(calendar_bytes(HEADING, events)), texts, strict=True):
        assert (event["SUMMARY"], event["LOCATION"], event["DESCRIPTION"]) == (text, text, f"{text}\n{text}")


@given(st.text(st.sampled_from("\\nN,;:\"' àB\U0001f600\n"), max_size=120))
def test_any_text_comes_back(text: str) -> None:
    (event,) = read(calendar_bytes(HEADING, [replace(BOOKING, description=f"x{text}", categories=(f"x{text}", "y"))]))
    assert event["DESCRIPTION"] == f"x{text}"
    assert event["CATEGORIES"] == f"x{text},y"


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_adds_a_line_of_its_own(name: str, title: str) -> None:
    data = calendar_bytes(replace(HEADING, name=name), [replace(BOOKING, title=f"x{title}", uid=f"u{name}")])
    unfolded = data.replace(b"\r\n ", b"")
    assert len(lines_of(unfolded)) == len(WHOLE.splitlines())


def test_a_text_of_another_maker_reads_it_too() -> None:
    (event,) = Calendar.from_ical(calendar_bytes(HEADING, [BOOKING])).events
    assert str(event["description"]) == BOOKING.description
    assert [str(category) for category in event.categories] == list(BOOKING.categories)
