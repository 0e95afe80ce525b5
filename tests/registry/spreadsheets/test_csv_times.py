"""Days and times in cells: both ways of writing, the two nights of a year, and both edges of a validity."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.names import LAST_MS
from registry.reasons import Reason
from registry.spreadsheets.cells import At, BadCell, CellKind, Dialect, Style
from registry.spreadsheets.times import Day, Duration, From, LocalTime, Until

ROME, LISBON, KIRITIMATI = ZoneInfo("Europe/Rome"), ZoneInfo("Europe/Lisbon"), ZoneInfo("Pacific/Kiritimati")
HAVANA = ZoneInfo("America/Havana")
"""Where the clocks change at midnight, both ways."""
NINE_MS = 1_795_420_800_000
"""Monday 2026-11-23, 09:00 at Rome."""
DAY_MS = 86_400_000


def read(kind: CellKind, text: str, day: date | None = None, zone: ZoneInfo = ROME) -> tuple[object, list[Reason]]:
    at = At(zone, {}, day)
    return kind.read(text, at), at.doubts


@pytest.mark.parametrize(
    "text",
    [
        "01/02/2026",
        "1/2/2026",
        "1.2.2026",
        "01-02-2026",
        "2026-02-01",
        "2026/2/1",
        "1/2/2026 0:00",
        "2026-02-01T00:00:00",
    ],
)
def test_a_day_is_read_as_italians_mean_it(text: str) -> None:
    assert read(Day(), text) == (date(2026, 2, 1), [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("12/31/2026", "no such day"),
        ("29/02/2026", "no such day"),
        ("2026-13-01", "no such day"),
        ("00/01/2026", "no such day"),
        ("1/2/26", "four digits"),
        ("1/2-2026", "four digits"),
        ("46083", "four digits"),
        ("1 marzo 2026", "four digits"),
        ("1/2/2026 10:00", "no date"),
        ("1/2/2026 x", "no date"),
        ("31/12/1899", "between 1900 and 2200"),
        ("1/1/2201", "between 1900 and 2200"),
    ],
)
def test_a_day_that_cannot_be_is_refused(text: str, words: str) -> None:
    with pytest.raises(BadCell, match=words):
        read(Day(), text)


def test_the_leap_day_is_a_day() -> None:
    assert read(Day(), "29/02/2028") == (date(2028, 2, 29), [])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("23/11/2026 9:00", None),
        ("23/11/2026 09.00", None),
        ("23.11.2026 9.00", None),
        ("23/11/2026, 09:00", None),
        ("2026-11-23T09:00:00", None),
        ("2026-11-23 09:00:00.000", None),
        ("2026-11-23T08:00Z", None),
        ("2026-11-23T03:00:00-05:00", None),
        ("23/11/2026 9:00 +0100", None),
        ("9:00", date(2026, 11, 23)),
        ("9.00", date(2026, 11, 23)),
        ("23/11/2026 9:00", date(2001, 1, 1)),
    ],
)
def test_a_local_time_is_read(text: str, day: date | None) -> None:
    assert read(LocalTime(), text, day) == (NINE_MS, [])


def test_seconds_and_thousandths_are_read() -> None:
    assert read(LocalTime(), "23/11/2026 9:00:05,25") == (NINE_MS + 5_250, [])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("9:00", "no day"),
        ("23/11/2026", "no time"),
        ("23/11/2026 ", "no time"),
        ("23/11/2026 24:00", "between 00:00 and 23:59"),
        ("23/11/2026 9:60", "between 00:00 and 23:59"),
        ("23/11/2026 9", "no date and time"),
        ("23/11/2026 9:00 CET", "no date and time"),
        ("23/11/2026 9:00 +24:00", "no date and time"),
        ("31/12/1969 9:00", "1970"),
        ("9999-12-31T23:59-05:00", "1970"),
        ("0001-01-01 00:00", "1970"),
        ("domani", "no date"),
    ],
)
def test_a_local_time_that_cannot_be_is_refused(text: str, words: str) -> None:
    with pytest.raises(BadCell, match=words):
        read(LocalTime(), text)


@pytest.mark.parametrize(("clock", "exists"), [("1:59", True), ("2:00", False), ("2:59", False), ("3:00", True)])
def test_a_time_that_the_clocks_skip_in_spring_is_a_mistake(clock: str, exists: bool) -> None:
    if exists:
        assert read(LocalTime(), f"29/03/2026 {clock}")[1] == []
        return
    with pytest.raises(BadCell, match="does not exist"):
        read(LocalTime(), f"29/03/2026 {clock}")


@pytest.mark.parametrize(("clock", "twice"), [("1:59", False), ("2:00", True), ("2:59", True), ("3:00", False)])
def test_a_time_that_comes_twice_in_autumn_is_the_first_with_a_warning(clock: str, twice: bool) -> None:
    found, doubts = read(LocalTime(), f"25/10/2026 {clock}")
    assert bool(doubts) == twice
    said = "+02:00" if clock < "3" else "+01:00"
    assert read(LocalTime(), f"25/10/2026 {clock} {said}") == (found, [])
    assert all("the first is taken" in doubt for doubt in doubts)


def test_a_day_in_force_begins_with_it_and_ends_after_it() -> None:
    assert read(From(), "23/11/2026") == read(From(), "23/11/2026 0:00") == (NINE_MS - 9 * 3_600_000, [])
    assert read(Until(), "23/11/2026") == read(Until(), "24/11/2026 0:00") == (NINE_MS + 15 * 3_600_000, [])
    assert read(Until(), "25/10/2026")[0] == read(From(), "26/10/2026")[0]
    assert read(Until(), "31/12/9999") == (LAST_MS, [])


def test_a_day_whose_midnight_is_skipped_begins_when_it_begins() -> None:
    before, skipped, after = (read(From(), f"{day:02}/03/2026", zone=HAVANA)[0] for day in (7, 8, 9))
    assert isinstance(before, int)
    assert isinstance(after, int)
    assert (skipped, after) == (before + DAY_MS, before + 2 * DAY_MS - 3_600_000)


@pytest.mark.parametrize(
    ("unit", "text", "minutes"),
    [
        (1, "90", 90),
        (1, "1:30", 90),
        (1, "0:05", 5),
        (1, "26:00:00", 1_560),
        (60, "1,5", 90),
        (60, "1h30", 90),
        (60, "2", 120),
    ],
)
def test_a_length_is_read(unit: int, text: str, minutes: int) -> None:
    assert read(Duration(unit), text) == (minutes, [])
    assert read(Duration(unit), str(Duration(unit).write(minutes, Style(Dialect.EXCEL, ROME)))) == (minutes, [])


@pytest.mark.parametrize(
    ("unit", "text"), [(1, "1,5"), (60, "1.30"), (60, "1,33"), (1, "1:60"), (1, "-5"), (1, "un'ora")]
)
def test_a_length_that_is_none_is_refused(unit: int, text: str) -> None:
    with pytest.raises(BadCell, match="no length in whole minutes"):
        read(Duration(unit), text)


NIGHTS = (1_774_746_000_000, 1_792_890_000_000)
"""When the clocks of Rome go forward and back in 2026."""
MOMENTS = st.one_of(
    st.integers(0, LAST_MS),
    *(st.integers(night - 7_200_000, night + 7_200_000) for night in NIGHTS),
    st.builds(lambda days: days * DAY_MS - 3_600_000, st.integers(1, 40_000)),
    st.integers(0, LAST_MS // 60_000).map(lambda minutes: minutes * 60_000),
)


@example(at_ms=LAST_MS, zone=KIRITIMATI, kind=Until(), dialect=Dialect.EXCEL)
@example(at_ms=0, zone=ROME, kind=Until(), dialect=Dialect.CSV)
@example(at_ms=NIGHTS[1], zone=ROME, kind=LocalTime(), dialect=Dialect.CSV)
@given(
    at_ms=MOMENTS,
    zone=st.sampled_from([ROME, LISBON, HAVANA, KIRITIMATI]),
    kind=st.sampled_from([LocalTime(), From(), Until()]),
    dialect=st.sampled_from(Dialect),
)
def test_every_moment_is_read_back_as_it_was_written(
    at_ms: int, zone: ZoneInfo, kind: CellKind, dialect: Dialect
) -> None:
    assert read(kind, str(kind.write(at_ms, Style(dialect, zone))), zone=zone)[0] == at_ms


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.sampled_from(Dialect))
def test_every_day_is_read_back_as_it_was_written(day: date, dialect: Dialect) -> None:
    assert read(Day(), str(Day().write(day, Style(dialect, ROME)))) == (day, [])


def test_moments_are_written_as_short_as_they_are() -> None:
    style = Style(Dialect.EXCEL, ROME)
    assert LocalTime().write(NINE_MS, style) == "23/11/2026 09:00"
    assert LocalTime().write(NINE_MS + 5_000, style) == "23/11/2026 09:00:05"
    assert LocalTime().write(NINE_MS, Style(Dialect.CSV, ROME)) == "2026-11-23T09:00"
    assert LocalTime().write(NIGHTS[1] - 1_800_000, style) == "25/10/2026 02:30"
    assert LocalTime().write(NIGHTS[1] + 1_800_000, style) == "25/10/2026 02:30+01:00"
    assert Until().write(NINE_MS + 15 * 3_600_000, style) == "23/11/2026"
    assert From().write(NINE_MS - 9 * 3_600_000, style) == "23/11/2026"
