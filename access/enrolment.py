"""Age, and which programmes it fits: reckoned in local time at the moment of enrolment, and not again (domain, age).

A birthday begins at its local midnight. Whoever was born on 29 February comes of an age on 1 March of a year without
that day: until February is over the day has not come. No Italian law says so for ages in as many words. Art. 2 of the
civil code sets majority at the completion of the eighteenth year; its art. 2963, on terms, lets a month that lacks the
day end with its last day, which is the same moment; registry offices keep to 1 March. It also keeps a minor's rules a
day longer rather than shorter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from access.hours import day_start_ms, local

MAJORITY_YEARS = 18
"""Civil code, art. 2."""


@dataclass(frozen=True, slots=True)
class Ages:
    """The ages that a programme takes, both included: ``age_max`` 30 lasts until the 31st birthday; None: no limit."""

    programme: str
    age_min: int | None = None
    age_max: int | None = None


@dataclass(frozen=True, slots=True)
class Matching:
    """The programmes that take a person of this age, in the order in which they were asked about; at least one."""

    age: int
    programmes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoMatchingProgramme:
    """None of the programmes takes a person of this age; nobody guesses the nearest. Below 0: not yet born."""

    age: int


def birthday(birth: date, years: int) -> date:
    """The day on which somebody comes of that many years."""
    year = birth.year + years
    if (birth.month, birth.day) != (2, 29):
        return birth.replace(year=year)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return date(year, 2, 29) if leap else date(year, 3, 1)


def age_on(birth: date, day: date) -> int:
    """Completed years on a local date; below 0 before birth."""
    years = day.year - birth.year
    return years if birthday(birth, years) <= day else years - 1


def age_at(birth: date, at_ms: int, zone: ZoneInfo) -> int:
    """Completed years at a moment, by the calendar of ``zone``."""
    return age_on(birth, local(at_ms, zone).date())


def fits(ages: Ages, age: int) -> bool:
    """Whether a programme takes somebody of this age."""
    return max(0, ages.age_min or 0) <= age and (ages.age_max is None or age <= ages.age_max)


def matching(
    programmes: Iterable[Ages], birth: date, enrolled_ms: int, zone: ZoneInfo
) -> Matching | NoMatchingProgramme:
    """Which programmes a person can be enrolled in at that moment. Who is enrolled stays so, however old they grow."""
    age = age_at(birth, enrolled_ms, zone)
    found = tuple(ages.programme for ages in programmes if fits(ages, age))
    return Matching(age, found) if found else NoMatchingProgramme(age)


def adult_from_ms(birth: date, zone: ZoneInfo) -> int:
    """The moment from which on a person is no minor: the local midnight that begins their 18th birthday."""
    return day_start_ms(birthday(birth, MAJORITY_YEARS), zone)


def is_minor(birth: date, at_ms: int, zone: ZoneInfo) -> bool:
    """Whether a person is under 18 at a moment."""
    return at_ms < adult_from_ms(birth, zone)
