"""What is made of a site's space: desks booked and used by week, who does not come by programme, and how full it is.

It is of whole weeks, Monday to Sunday by the site's clock, so that looking again tomorrow tells nothing new. What is of
fewer than five people is not said, as in reports (ADR 0034).
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, case, func, select

from access.clock import HOUR_MS, MINUTE_MS
from access.disclosure import Cells, Key, partition
from access.hours import day_start_ms, local
from access.spans import Span
from registry.attendance.pieces import ends_counted, everybodys
from registry.reports import forecast
from registry.reports.forecast import WEEKS, Week
from registry.reports.space import HELD
from registry.tables import core as t
from registry.uplink.branches import counted

COLUMNS = ("booked", "used", "empty", "unbooked")


@dataclass(frozen=True, slots=True)
class Desks:
    """A week that begins on ``monday``: minutes booked before, of these used and not used, and used without a booking.
    None: of too few people to be said.
    """

    monday: date
    booked: int | None
    used: int | None
    empty: int | None
    unbooked: int | None


@dataclass(frozen=True, slots=True)
class NoShow:
    """Of a programme's people: bookings, and how many of them nobody came for; None: too few to be said."""

    programme: str
    bookings: int | None
    missed: int | None


def mondays(at_ms: int, zone: ZoneInfo, weeks: int) -> list[date]:
    """The first days of the last whole weeks, the earliest first, and of the week that runs."""
    today = local(at_ms, zone).date()
    this = today - timedelta(today.weekday())
    return [this - timedelta(7 * back) for back in range(weeks, -1, -1)]


def desks(connection: Connection, site: str, at_ms: int, zone: ZoneInfo) -> list[Desks]:
    """Each of the last whole weeks."""
    b, days = t.booking.c, mondays(at_ms, zone, WEEKS)
    starts = [day_start_ms(day, zone) for day in days]
    week = case(*((b.start_ms < after, n) for n, after in enumerate(starts[1:])))
    came = case((b.checked_in_ms.is_not(None) & (b.state != "released"), 1), else_=0)
    whose = func.coalesce(b.person, b.group_id)
    query = select(week, b.walk_in, came, whose, func.sum(b.end_ms - b.start_ms))
    query = query.where(b.site == site, b.kind == "desk", b.state.in_(HELD))
    query = query.where(b.start_ms >= starts[0], b.start_ms < starts[-1]).group_by(week, b.walk_in, came, whose)
    found: dict[int, dict[Key, dict[str, int]]] = defaultdict(
        lambda: {("used",): {}, ("empty",): {}, ("unbooked",): {}}
    )
    for number, walk_in, was_used, holder, length_ms in connection.execute(query).all():
        people = found[number]["unbooked" if walk_in else "used" if was_used else "empty",]
        people[holder] = people.get(holder, 0) + int(length_ms) // MINUTE_MS
    return [_week(day, found[number]) for number, day in enumerate(days[:-1])]


def _week(monday: date, cells: Mapping[Key, Mapping[str, int]]) -> Desks:
    """Walk-ins are a table of their own: nothing that is said sums them and bookings, so that few of them hide none."""
    booked = _said({key: cells[key] for key in (("used",), ("empty",))})
    unbooked = _said({("unbooked",): cells["unbooked",]})
    return Desks(monday, booked(("used",), ("empty",)), booked(("used",)), booked(("empty",)), unbooked(("unbooked",)))


def _said(cells: Mapping[Key, Mapping[str, int]]) -> Callable[..., int | None]:
    """What may be said of some cells of a table together."""
    there: Cells = {key: (frozenset(people),) for key, people in cells.items()}
    sums = {key: sum(people.values()) for key, people in cells.items()}
    cut = partition(there)
    return lambda *keys: cut.sum_of(keys, sums)


def no_shows(connection: Connection, site: str, at_ms: int, zone: ZoneInfo) -> list[NoShow]:
    """Of the bookings of the last whole weeks that could be released, by the programme that their person was in."""
    b, e, days = t.booking.c, t.enrolment.c, mondays(at_ms, zone, WEEKS)
    span = Span(day_start_ms(days[0], zone), day_start_ms(days[-1], zone))
    mine = (e.person == b.person) & (e.from_ms <= b.start_ms) & (e.until_ms.is_(None) | (e.until_ms > b.start_ms))
    missed = case((b.state == "released", 1), else_=0)
    query = select(e.programme, missed, b.person, func.count()).join(t.enrolment, mine)
    query = query.where(
        b.site == site, b.state.in_(HELD), ~b.walk_in, (b.release_ms.is_not(None)) | (b.state == "released")
    )
    query = query.where(b.start_ms >= span.start_ms, b.start_ms < span.end_ms)
    came, not_came = defaultdict[str, dict[str, int]](dict), defaultdict[str, dict[str, int]](dict)
    for programme, was_missed, person, many in connection.execute(query.group_by(e.programme, missed, b.person)).all():
        (not_came if was_missed else came)[programme][person] = many
    p = t.programme.c
    programmes = connection.execute(select(p.id, p.name).order_by(p.name, p.id)).all()
    return [_no_show(row.name, came[row.id], not_came[row.id]) for row in programmes]


def _no_show(name: str, came: Mapping[str, int], not_came: Mapping[str, int]) -> NoShow:
    said = _said({("came",): came, ("missed",): not_came})
    return NoShow(name, said(("came",), ("missed",)), said(("missed",)))


def weeks(connection: Connection, site: str, at_ms: int, zone: ZoneInfo) -> list[Week]:
    """How full each hour of the last whole weeks was, the earliest first: one more than a forecast goes by, so that
    last week's can be held against what was.
    """
    days = mondays(at_ms, zone, WEEKS + 1)
    span = Span(day_start_ms(days[0], zone), day_start_ms(days[-1], zone))
    hours = forecast.most_in_each_hour(*_spans(connection, site, span), HOUR_MS)
    found: Sequence[dict[tuple[int, int], int]] = [{} for _ in days[:-1]]
    for hour, most in hours.items():
        at = local(hour * HOUR_MS, zone)
        number = (at.date() - days[0]).days // 7
        if 0 <= number < len(found):
            key = (at.weekday(), at.hour)
            found[number][key] = max(most, found[number].get(key, 0))
    return list(found)


def _spans(connection: Connection, site: str, within: Span) -> tuple[list[int], list[int]]:
    """When stays, as hours count them, and visits at a site began and ended within a span."""
    v = t.visit.c
    visits = select(v.site, v.start_ms, v.end_ms).where(v.site == site, counted(t.visit, v.end_seq))
    visits = visits.where(v.start_ms < within.end_ms, v.end_ms > within.start_ms)
    stays = ends_counted(connection, everybodys(connection, within))
    starts, ends = list[int](), list[int]()
    for where, start_ms, ended_ms in chain(stays, connection.execute(visits)):
        end_ms = within.end_ms if ended_ms is None else min(ended_ms, within.end_ms)
        if where == site and max(start_ms, within.start_ms) < end_ms:
            starts.append(max(start_ms, within.start_ms))
            ends.append(end_ms)
    return starts, ends
