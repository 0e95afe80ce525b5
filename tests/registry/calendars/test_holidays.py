"""Italy's holidays: which days they are in a place, how they are named, and the closures made of them."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.calendars.holidays import Holiday, HolidaySetting, HolidaysRefused, closures_of, holidays_of, provinces
from registry.names import is_id
from tests.support.chance_rules import ROME
from tests.support.house import ROOT
from tests.support.ical_texts import utc

MATERA, MILAN, NATIONAL = HolidaySetting("MT"), HolidaySetting("MI"), HolidaySetting()
HOUR_MS = 3_600_000


def days(year: int, setting: HolidaySetting) -> set[str]:
    return {f"{one.day:%m-%d}" for one in holidays_of(year, setting)}


def test_the_days_of_the_whole_country() -> None:
    fixed = {"01-01", "01-06", "04-25", "05-01", "06-02", "08-15", "11-01", "12-08", "12-25", "12-26"}
    sundays = {"04-20", "11-02"}  # Easter, and the day of national unity, which is always a Sunday.
    assert days(2025, NATIONAL) == fixed | sundays | {"04-21"}


def test_a_new_holiday_of_the_country_comes_with_the_library() -> None:
    """Saint Francis, since 2026 (law 151 of 2025)."""
    assert "10-04" not in days(2025, NATIONAL)
    assert "10-04" in days(2026, NATIONAL)


@pytest.mark.parametrize(("year", "monday"), [(2024, "04-01"), (2025, "04-21"), (2026, "04-06"), (2027, "03-29")])
def test_easter_monday_moves(year: int, monday: str) -> None:
    assert monday in days(year, NATIONAL)


@pytest.mark.parametrize("year", range(2024, 2035))
def test_the_patrons_days_of_both_places(year: int) -> None:
    assert days(year, MATERA) - days(year, NATIONAL) == {"07-02"}
    assert days(year, MILAN) - days(year, NATIONAL) == {"12-07"}


def test_days_are_named_in_italian_and_in_english() -> None:
    italian = {one.day: one.name for one in holidays_of(2026, MATERA)}
    english = {one.day: one.name for one in holidays_of(2026, replace(MATERA, language="en"))}
    assert italian[date(2026, 7, 2)] == "Madonna della Bruna"
    assert english[date(2026, 7, 2)] == "Our Lady of the Bruna"
    assert italian[date(2026, 6, 2)] == "Festa della Repubblica"
    assert english[date(2026, 12, 25)] == "Christmas Day"
    assert italian.keys() == english.keys()


def test_a_site_adds_days_and_takes_away_days() -> None:
    own = replace(
        MATERA,
        added=(
            Holiday(date(2026, 8, 14), "Ponte di Ferragosto"),
            Holiday(date(2026, 12, 25), "Natale in sede"),
            Holiday(date(2027, 8, 16), "altro anno"),
        ),
        taken_away=(date(2026, 12, 26), date(2026, 3, 3)),
    )
    named = {one.day: one.name for one in holidays_of(2026, own)}
    assert days(2026, own) == days(2026, MATERA) - {"12-26"} | {"08-14"}
    assert named[date(2026, 8, 14)] == "Ponte di Ferragosto"
    assert named[date(2026, 12, 25)] == "Natale in sede"


def test_a_day_that_is_both_added_and_taken_away_is_taken_away() -> None:
    both = replace(MATERA, added=(Holiday(date(2026, 8, 14), "Ponte"),), taken_away=(date(2026, 8, 14),))
    assert "08-14" not in days(2026, both)


def test_holidays_come_in_order_one_a_day() -> None:
    found = [one.day for one in holidays_of(2026, replace(MILAN, added=(Holiday(date(2026, 1, 2), "Ponte"),)))]
    assert found == sorted(set(found))


def test_a_holiday_closes_a_site_from_its_midnight_to_the_next() -> None:
    (patron,) = [one for one in closures_of(2026, MATERA, ROME) if one.id == "holiday-2026-07-02"]
    assert (utc(patron.start_ms), utc(patron.end_ms), patron.why) == (
        "07-01 22:00",
        "07-02 22:00",
        "Madonna della Bruna",
    )


def test_a_holiday_on_which_clocks_change_is_as_long_as_its_day() -> None:
    own = replace(NATIONAL, added=(Holiday(date(2026, 3, 29), "breve"), Holiday(date(2026, 10, 25), "lungo")))
    hours = {one.why: (one.end_ms - one.start_ms) // HOUR_MS for one in closures_of(2026, own, ROME)}
    assert (hours["breve"], hours["lungo"], hours["Natale"]) == (23, 25, 24)
    assert {length for name, length in hours.items() if name not in {"breve", "lungo"}} == {24}


@given(year=st.integers(1970, 2199), language=st.sampled_from(["it", "en"]), province=st.sampled_from(["", "MT", "MI"]))
def test_closures_keep_their_ids_in_any_language_and_none_overlaps(year: int, language: str, province: str) -> None:
    found = closures_of(year, HolidaySetting(province, language), ROME)
    assert [one.id for one in found] == [one.id for one in closures_of(year, HolidaySetting(province), ROME)]
    assert all(is_id(one.id) and one.id.startswith(f"holiday-{year}-") and one.why for one in found)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(found))


def test_a_province_is_one_that_the_library_knows() -> None:
    assert {"MT", "MI", "RM", "NA"} <= provinces()
    for province in ("XX", "mt", "Cinisello Balsamo"):
        with pytest.raises(HolidaysRefused, match="such as MT or MI"):
            holidays_of(2026, HolidaySetting(province))


@pytest.mark.parametrize("year", [1969, 2200, 0, 99999])
def test_a_year_lies_from_1970_to_2199(year: int) -> None:
    with pytest.raises(HolidaysRefused, match="1970 to 2199"):
        holidays_of(year, MATERA)


def test_a_setting_has_a_language_of_ours_and_at_most_a_hundred_own_days() -> None:
    with pytest.raises(HolidaysRefused, match="in it or en"):
        HolidaySetting("MT", "de")
    many = tuple(date(2026, 1, 1) + timedelta(days=day) for day in range(101))
    assert HolidaySetting("MT", taken_away=many[:-1]).taken_away
    with pytest.raises(HolidaysRefused, match="at most 100 days"):
        HolidaySetting("MT", taken_away=many)


def test_the_library_is_loaded_where_a_year_is_first_asked_for() -> None:
    """It brings all countries with it, which neither a start nor the gateway, which imports no registry, pays."""
    script = (
        "import sys, registry.calendars.holidays as h\n"
        "print('holidays' in sys.modules)\n"
        "h.holidays_of(2026, h.HolidaySetting('MT'))\n"
        "print('holidays' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "True"]


def test_a_day_begins_with_the_zone_of_the_site() -> None:
    (first, *_) = closures_of(2026, NATIONAL, ZoneInfo("Atlantic/Azores"))
    assert utc(first.start_ms) == "01-01 01:00"
