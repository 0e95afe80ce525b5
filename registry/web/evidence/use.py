"""How a site's space is used, for coordinators: desks by week, who does not come, how full it is and will be."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from pages.languages import Words
from registry.guard.areas import Area
from registry.reports import forecast, usage
from registry.reports.forecast import Foretold, Hour
from registry.reports.usage import COLUMNS, Desks
from registry.sites import sites
from registry.web.asked import Asked, Looking
from registry.web.reaching import check_site, sites_where
from registry.web.sites import closures_rows

USE = "/use"
Choice = Annotated[str, Query(max_length=32)]
FIRST_HOUR, LAST_HOUR = 8, 19
"""Drawn even where nobody was there."""
BAR_WIDTH = 700


def routes() -> APIRouter:
    """The page of a site's space."""
    router = APIRouter()

    @router.get(USE)
    def use(asked: Looking, site: Choice = "") -> Response:
        """Show one site; the first, where none is chosen."""
        shown = sites_where(asked, Area.BOOKINGS)
        with asked.reading() as connection:
            there = closures_rows.sites_of(connection, shown)
        if not there:
            return asked.page("use.html", choices=[], site=None)
        chosen = site or there[0].id
        check_site(asked, chosen, Area.BOOKINGS)
        return asked.page("use.html", choices=[(row.id, row.name) for row in there], **_said(asked, chosen))

    return router


def _said(asked: Asked, ident: str) -> dict[str, Any]:
    """What the page shows of a site."""
    with asked.reading() as connection:
        site = sites.site(connection, ident)
        zone = ZoneInfo(site.timezone)
        desks = usage.desks(connection, ident, asked.at_ms, zone)
        no_shows = usage.no_shows(connection, ident, asked.at_ms, zone)
        weeks = usage.weeks(connection, ident, asked.at_ms, zone)
    hours = forecast.foretold(weeks[1:])
    return {
        "site": site,
        "chosen": ident,
        "desks": desks,
        "bars": _bars(desks),
        "columns": COLUMNS,
        "no_shows": no_shows,
        "hours": hours,
        "drawn": _drawn(asked.t, hours),
        "peak": forecast.peak(hours),
        "before": forecast.peak(forecast.foretold(weeks[:-1])),
        "was": forecast.was(weeks[-1]),
        "weeks": forecast.WEEKS,
        "weekday": weekday,
    }


def weekday(words: Words, number: int) -> str:
    """The name of a weekday, Monday being 0."""
    return str(words.locale.days["stand-alone"]["wide"][number])


def _bars(desks: list[Desks]) -> list[tuple[int, int]]:
    """How long each week's bars are drawn: booked, and of that used."""
    most = max((week.booked or 0 for week in desks), default=0) or 1
    return [((week.booked or 0) * BAR_WIDTH // most, (week.used or 0) * BAR_WIDTH // most) for week in desks]


def _drawn(words: Words, hours: dict[Hour, Foretold]) -> dict[str, Any]:
    """The heat map: its hours, and for each weekday what stands in each of them, and how dark."""
    there = [hour for _, hour in hours]
    columns = range(min([FIRST_HOUR, *there]), max([LAST_HOUR, *there]) + 1)
    most = max((one.middle for one in hours.values()), default=0)
    rows = [(weekday(words, day), [_cell(hours.get((day, hour)), most) for hour in columns]) for day in range(7)]
    return {"columns": columns, "rows": rows}


def _cell(one: Foretold | None, most: int) -> tuple[int, Foretold | None]:
    return (0, None) if one is None else (forecast.level(one, most), one)
