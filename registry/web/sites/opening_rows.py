"""When a site opens, as pages say it: the week of each audience, and what of it is closed beside."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from access.clock import DAY_MS
from access.records import DAY_MINUTES, Opening
from pages.languages import Words
from registry import identity
from registry.calendars.calendars import HOLIDAY, opening_of
from registry.tables import core as t
from registry.web.forms import Form

HOURS = "/opening"
AHEAD_MS = 400 * DAY_MS
MOST_A_DAY = 6
_RANGE = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})")


@dataclass(frozen=True, slots=True)
class Week:
    """The weekly hours of an audience ("": of everybody who has none of their own), or of a resource, by weekday from
    Monday.
    """

    audience: str
    days: tuple[tuple[Opening, ...], ...]
    resource: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it has no hours at all."""
        return not any(self.days)


def weeks_of(connection: Connection, site: str) -> list[Week]:
    """The weeks of a site's audiences, everybody's first and always."""
    o = t.opening.c
    of_all = select(t.opening).where(o.site == site, o.resource == "")
    rows = connection.execute(of_all.order_by(o.weekday, o.from_minute, o.id)).all()
    audiences = ["", *sorted({row.audience for row in rows} - {""})]
    return [week_of(audience, (opening_of(row) for row in rows if row.audience == audience)) for audience in audiences]


def own_weeks_of(connection: Connection, site: str) -> list[Week]:
    """The weeks of the resources that have hours of their own, by their names."""
    o, r = t.opening.c, t.resource.c
    query = select(t.opening).join(t.resource, and_(r.site == o.site, r.id == o.resource)).where(o.site == site)
    rows = connection.execute(query.order_by(r.name, r.id, o.weekday, o.from_minute, o.id)).all()
    found: dict[str, list[Opening]] = {}
    for row in rows:
        found.setdefault(row.resource, []).append(opening_of(row))
    return [week_of("", openings, resource) for resource, openings in found.items()]


def week_of(audience: str, openings: Iterable[Opening], resource: str = "") -> Week:
    """Openings by their weekdays."""
    found = tuple(openings)
    return Week(audience, tuple(tuple(one for one in found if one.weekday == day) for day in range(7)), resource)


def closed_ahead(connection: Connection, site: str, now_ms: int) -> Sequence[Row[Any]]:
    """The closures of a site that have not ended and begin within the year, by start, with their resources' names."""
    c, r = t.closure.c, t.resource.c
    query = select(t.closure, r.name.label("resource_name"))
    query = query.outerjoin(t.resource, and_(r.site == c.site, r.id == c.resource))
    there = (c.site == site) & (c.end_ms > now_ms) & (c.start_ms < now_ms + AHEAD_MS)
    return connection.execute(query.where(there).order_by(c.start_ms, c.id)).all()


def is_holiday(closure: Row[Any]) -> bool:
    """Whether a closure is one of the year's holidays."""
    return bool(closure.source == HOLIDAY)


def weekdays(words: Words) -> list[str]:
    """The names of the weekdays from Monday."""
    names = words.locale.days["format"]["wide"]
    return [names[number] for number in range(7)]


def reads(words: Words, day: Iterable[Opening]) -> str:
    """The hours of a day as people read them."""
    return ", ".join(f"{_hour(words, one.from_minute)}–{_hour(words, one.to_minute)}" for one in day)


def _hour(words: Words, minute: int) -> str:
    return "24:00" if minute == DAY_MINUTES else words.hour(time(minute // 60, minute % 60))


def typed(day: Iterable[Opening]) -> str:
    """The hours of a day as the form shows them."""
    return ", ".join(f"{_clock(one.from_minute)}-{_clock(one.to_minute)}" for one in day)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def read(form: Form, audience: str, resource: str = "") -> list[Opening]:
    """The hours that a form says, what is wrong with a day beside it."""
    found: list[Opening] = []
    for weekday in range(7):
        name = f"day{weekday}"
        spans = spans_of(form.value(name))
        if spans is None:
            form.refuse(name, "opening.wrong.range")
        elif len(spans) > MOST_A_DAY or any(last > first for (_, last), (first, _) in pairwise(spans)):
            form.refuse(name, "opening.wrong.overlap")
        else:
            found += [Opening(identity.new_id(), weekday, first, last, audience, resource) for first, last in spans]
    return found


def spans_of(text: str) -> list[tuple[int, int]] | None:
    """The spans of a day in minutes, in order; None where they cannot be read."""
    spans = []
    for part in filter(None, map(str.strip, re.split(r"[,;]", text))):
        match = _RANGE.fullmatch(part)
        if match is None:
            return None
        hours = [int(group) for group in match.groups()]
        first, last = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if hours[1] > 59 or hours[3] > 59 or not first < last <= DAY_MINUTES:
            return None
        spans.append((first, last))
    return sorted(spans)
