"""Ages at their boundaries, in local time; which programmes take whom; until when somebody is a minor."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.enrolment import (
    Ages,
    Matching,
    NoMatchingProgramme,
    adult_from_ms,
    age_at,
    age_on,
    birthday,
    fits,
    is_minor,
    matching,
)
from tests.support.core_site import ROME, rome

JUNIOR, SENIOR = Ages("junior", age_max=19), Ages("senior", 21, 30)
ANYBODY = Ages("lab")
REACHED = dict.fromkeys(("leap birth", "on the birthday", "the day before"), 0)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        ("2006-05-20", "2026-05-19", 19),
        ("2006-05-20", "2026-05-20", 20),
        ("2006-05-20", "2027-05-19", 20),
        ("2006-05-20", "2006-05-20", 0),
        ("2006-05-20", "2006-05-19", -1),
        ("2006-12-31", "2026-12-31", 20),
        ("2007-01-01", "2026-12-31", 19),
        # Born on a leap day: on 1 March of a common year, on the day itself of a leap year.
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2028-02-28", 19),
        ("2008-02-29", "2028-02-29", 20),
        # Nothing changes for their neighbours.
        ("2008-02-28", "2026-02-28", 18),
        ("2008-03-01", "2026-03-01", 18),
        # 2100 is no leap year, 2400 is one.
        ("2080-02-29", "2100-02-28", 19),
        ("2080-02-29", "2100-03-01", 20),
        ("2380-02-29", "2400-02-29", 20),
        # The oldest and the youngest that calendars hold.
        ("1900-03-01", "2026-03-01", 126),
    ],
)
def test_an_age_changes_on_the_birthday(birth: str, day: str, age: int) -> None:
    assert age_on(date.fromisoformat(birth), date.fromisoformat(day)) == age


@pytest.mark.parametrize(
    ("moment", "age"),
    [("2026-05-19 23:59:59.999", 19), ("2026-05-20 00:00", 20), ("2026-05-20 01:59", 20)],
)
def test_a_birthday_begins_at_local_midnight(moment: str, age: int) -> None:
    assert age_at(date(2006, 5, 20), rome(moment), ROME) == age


def test_a_birthday_is_the_enrolling_place_s_own() -> None:
    midnight = rome("2026-05-20 00:00")
    assert age_at(date(2006, 5, 20), midnight, ZoneInfo("Atlantic/Azores")) == 19


@pytest.mark.parametrize(
    ("birth", "programmes"),
    [
        ("2010-06-01", ("junior", "lab")),
        # The day before the 20th birthday, and the birthday.
        ("2006-06-02", ("junior", "lab")),
        ("2006-06-01", ("lab",)),
        # The day before the 21st birthday, and the birthday.
        ("2005-06-02", ("lab",)),
        ("2005-06-01", ("senior", "lab")),
        # Until the 31st birthday.
        ("1995-06-02", ("senior", "lab")),
        ("1995-06-01", ("lab",)),
    ],
)
def test_a_programme_takes_its_ages_both_included(birth: str, programmes: tuple[str, ...]) -> None:
    found = matching([JUNIOR, SENIOR, ANYBODY], date.fromisoformat(birth), rome("2026-06-01 09:00"), ROME)
    assert isinstance(found, Matching)
    assert found.programmes == programmes


@pytest.mark.parametrize(("birth", "age"), [("2006-06-01", 20), ("2005-06-02", 20), ("1995-06-01", 31)])
def test_who_falls_between_programmes_matches_none(birth: str, age: int) -> None:
    found = matching([JUNIOR, SENIOR], date.fromisoformat(birth), rome("2026-06-01 09:00"), ROME)
    assert found == NoMatchingProgramme(age)


def test_the_last_moment_of_an_age_still_counts() -> None:
    birth = date(1995, 6, 2)
    assert matching([SENIOR], birth, rome("2026-06-01 23:59:59.999"), ROME) == Matching(30, ("senior",))
    assert matching([SENIOR], birth, rome("2026-06-02 00:00"), ROME) == NoMatchingProgramme(31)


def test_no_programme_takes_the_unborn_and_none_at_all_matches_nobody() -> None:
    assert matching([ANYBODY, JUNIOR], date(2027, 1, 1), rome("2026-06-01 09:00"), ROME) == NoMatchingProgramme(-1)
    assert matching([], date(2000, 1, 1), rome("2026-06-01 09:00"), ROME) == NoMatchingProgramme(26)
    assert fits(Ages("p", age_min=0, age_max=0), 0)
    assert not fits(Ages("p", age_min=-5), -1)


@pytest.mark.parametrize(
    ("birth", "moment"),
    [
        ("2008-06-01", "2026-06-01 00:00"),
        ("2008-02-29", "2026-03-01 00:00"),
        ("2010-02-28", "2028-02-28 00:00"),
        ("2010-03-29", "2028-03-29 00:00"),
        # The clocks change on the birthday itself: its midnight is before they do.
        ("2008-03-29", "2026-03-29 00:00"),
        ("2008-10-25", "2026-10-25 00:00"),
    ],
)
def test_a_minor_is_of_age_from_the_midnight_of_their_eighteenth_birthday(birth: str, moment: str) -> None:
    born, of_age_ms = date.fromisoformat(birth), rome(moment)
    assert adult_from_ms(born, ROME) == of_age_ms
    assert is_minor(born, of_age_ms - 1, ROME)
    assert not is_minor(born, of_age_ms, ROME)


def test_where_clocks_skip_midnight_a_birthday_begins_after_the_skip() -> None:
    beirut = ZoneInfo("Asia/Beirut")
    of_age_ms = adult_from_ms(date(2008, 3, 29), beirut)
    assert age_at(date(2008, 3, 29), of_age_ms, beirut) == 18
    assert age_at(date(2008, 3, 29), of_age_ms - 1, beirut) == 17


days = st.dates(date(1940, 1, 1), date(2090, 12, 31))
leaps = st.sampled_from([date(year, 2, 29) for year in range(1940, 2090, 4)])


@given(st.one_of(days, leaps), st.integers(0, 100), st.integers(-2, 2))
def test_an_age_is_the_birthdays_that_have_come(birth: date, years: int, off: int) -> None:
    day = birthday(birth, years) + timedelta(off)
    to_come = (day.month, day.day) < (birth.month, birth.day)
    assert age_on(birth, day) == day.year - birth.year - to_come == years - (off < 0)
    REACHED["leap birth"] += (birth.month, birth.day) == (2, 29)
    REACHED["on the birthday"] += off == 0
    REACHED["the day before"] += off == -1


@given(st.one_of(days, leaps), st.integers(-40 * 3_600_000, 40 * 3_600_000))
def test_a_minor_is_who_is_under_eighteen(birth: date, off_ms: int) -> None:
    at_ms = adult_from_ms(birth, ROME) + off_ms
    assert is_minor(birth, at_ms, ROME) == (age_at(birth, at_ms, ROME) < 18)


def test_the_births_reached_every_case() -> None:
    if not all(REACHED.values()):
        test_an_age_is_the_birthdays_that_have_come()
    assert all(REACHED.values()), REACHED
