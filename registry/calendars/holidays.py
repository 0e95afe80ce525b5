"""The public holidays of a place in Italy, and the closures that they make of a site.

The days come from the ``holidays`` library: the national ones, and the patron's day of the province's capital (Matera
2 July, Milan 7 December). The patron's day is each municipality's own, so a site adds and takes away days. The library
brings all countries with it, which takes a tenth of a second, so it is loaded where a year is first asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from access.records import Closure
from registry.recurrence.wall import moment

FIRST_YEAR, LAST_YEAR = 1970, 2199
MOST_OWN_DAYS = 100
LANGUAGES = {"it": "it_IT", "en": "en_US"}
"""Our languages, as the library calls them."""


class HolidaysRefused(ValueError):
    """A year or a setting that is not accepted; its text is one clear sentence."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """A local day on which a place rests, and what for."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class HolidaySetting:
    """Which days are holidays at a site: those of a province of Italy (``MT``, ``MI``; none: the national ones alone),
    with the site's own days added and those on which it opens all the same taken away. Raises HolidaysRefused.
    """

    province: str = ""
    language: str = "it"
    added: tuple[Holiday, ...] = ()
    taken_away: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise HolidaysRefused("holidays are named in it or en; choose one.")
        if len(self.added) + len(self.taken_away) > MOST_OWN_DAYS:
            raise HolidaysRefused(f"a site adds and takes away at most {MOST_OWN_DAYS} days; drop those of past years.")


def holidays_of(year: int, setting: HolidaySetting) -> tuple[Holiday, ...]:
    """The holidays of a year in order, one a day; a day that the site adds bears the site's name for it.

    Raises HolidaysRefused for a year outside 1970 to 2199, and for a province that the library does not know.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise HolidaysRefused(f"holidays are known from {FIRST_YEAR} to {LAST_YEAR}; ask for such a year.")
    days = dict(_public(year, setting.province, LANGUAGES[setting.language]))
    days |= {own.day: own.name for own in setting.added if own.day.year == year}
    return tuple(Holiday(day, days[day]) for day in sorted(days) if day not in setting.taken_away)


def closures_of(year: int, setting: HolidaySetting, zone: ZoneInfo) -> tuple[Closure, ...]:
    """The holidays of a year as closures of a site, each from its local midnight to the next.

    The id of one says its day alone, so that writing those of a year again changes names and adds no second closure.
    """
    return tuple(
        Closure(
            id=f"holiday-{one.day:%Y-%m-%d}",
            start_ms=_midnight(one.day, zone),
            end_ms=_midnight(one.day + timedelta(days=1), zone),
            why=one.name,
        )
        for one in holidays_of(year, setting)
    )


def provinces() -> frozenset[str]:
    """The provinces that a setting may name."""
    from holidays.countries.italy import Italy  # noqa: PLC0415  costly: see above

    return frozenset(Italy.subdivisions)


@lru_cache(maxsize=64)
def _public(year: int, province: str, language: str) -> tuple[tuple[date, str], ...]:
    """The library's days of a year; it joins the names of two that fall on one day. Raises HolidaysRefused."""
    from holidays.countries.italy import Italy  # noqa: PLC0415  the same

    if province and province not in provinces():
        raise HolidaysRefused("no holidays are known of that province of Italy; write its letters, such as MT or MI.")
    days: Mapping[date, str] = Italy(  # type: ignore[no-untyped-call]  # the library types its base alone
        subdiv=province or None, years=year, expand=False, language=language
    )
    return tuple(days.items())


def _midnight(day: date, zone: ZoneInfo) -> int:
    return moment(datetime.combine(day, time()), zone)
