"""A site's bookings by day and by week, and each of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from access.hours import local
from access.retention import DESK
from registry.bookings import bookings, waiting
from registry.guard.areas import Area, Verb
from registry.guard.authority import at
from registry.names import Id
from registry.own import places
from registry.sites import sites
from registry.tables.bookings import STATES as ALL_STATES
from registry.web.asked import Asked, Looking
from registry.web.bookings import rows as bookings_rows
from registry.web.bookings import shown as bookings_shown
from registry.web.bookings.rows import BOOKINGS, MOST, STATES, Filter
from registry.web.participant import times
from registry.web.reaching import check_site, sites_where
from registry.web.sites import closures_rows

Text = Annotated[str, Query(max_length=120)]
Choice = Annotated[str, Query(max_length=32)]
ONE = f"{BOOKINGS}/{{site}}/{{booking}}"


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at, as the address names it."""

    site: str
    day: date
    week: bool
    resource: str
    state: str
    q: str

    def path(self, **other: str) -> str:
        """The address of this view, or of another one like it."""
        span = "week" if self.week else "day"
        asked = {"site": self.site, "day": self.day.isoformat(), "span": span, "resource": self.resource}
        asked |= {"state": self.state, "q": self.q, **other}
        return f"{BOOKINGS}?{urlencode({name: value for name, value in asked.items() if value})}"

    @property
    def filtered(self) -> bool:
        """Whether a filter hides bookings."""
        return bool(self.resource or self.state or self.q)


def routes() -> APIRouter:
    """The pages of bookings that are there."""
    router = APIRouter()

    @router.get(BOOKINGS)
    def listed(
        asked: Looking,
        site: Choice = "",
        day: Choice = "",
        span: Choice = "",
        resource: Choice = "",
        state: Choice = "",
        q: Text = "",
    ) -> Response:
        """Show a day or a week of one of the viewer's sites."""
        allowed = sites_where(asked, Area.BOOKINGS)
        with asked.reading() as connection:
            there = closures_rows.sites_of(connection, allowed)
        if not there:
            return asked.page("no_site.html", title="bookings.title")
        chosen = site or there[0].id
        check_site(asked, chosen, Area.BOOKINGS)
        with asked.reading() as connection:
            zone = ZoneInfo(sites.site(connection, chosen).timezone)
        today = local(asked.at_ms, zone).date()
        found = times.read_day(day) or today
        narrowed = state if state in STATES else ""
        view = View(chosen, max(found, date(1971, 1, 1)), span == "week", resource, narrowed, q.strip())
        return _shown(asked, view, zone, [(row.id, row.name) for row in there])

    @router.get(ONE)
    def one(asked: Looking, site: Id, booking: Id) -> Response:
        """Show one booking, and what can be done with it."""
        return page(asked, site, booking)

    return router


def _shown(asked: Asked, view: View, zone: ZoneInfo, choices: list[tuple[str, str]]) -> Response:
    waiting.settle_now(asked.face.shared.database, view.site, asked.at_ms)
    days = bookings_shown.days_of(view.day, week=view.week)
    within = bookings_shown.within(days, zone)
    with asked.reading() as connection:
        resources = bookings_rows.resources_of(connection, view.site)
        wanted = Filter(view.site, within, view.resource, view.state, view.q)
        lines = bookings_rows.found(connection, wanted)
        held = bookings_shown.held(connection, asked.t, lines, asked.at_ms)
        pending = bookings_shown.held(
            connection, asked.t, bookings_rows.pending(connection, view.site, asked.at_ms), asked.at_ms
        )
        waits = len(bookings_rows.in_line(connection, view.site, asked.at_ms))
    table = bookings_shown.by_day(held, days, zone)
    kept = [row for row in bookings_shown.rows_of(resources, held) if not view.filtered or row.id in table]
    step = timedelta(7 if view.week else 1)
    today = local(asked.at_ms, zone).date()
    return asked.page(
        "bookings.html",
        view=view,
        choices=choices,
        site_name=dict(choices)[view.site],
        days=[(one, asked.t.day(one)) for one in days],
        heading=asked.t.date(days[0]) if not view.week else f"{asked.t.day(days[0])} – {asked.t.day(days[-1])}",
        rows=kept,
        forgets=bool(view.resource) and within.start_ms < asked.at_ms - DESK.period_ms,
        empty=not resources,
        resource_choices=[("", asked.t("bookings.every_resource")), *((row.id, row.name) for row in resources)],
        states=[("", asked.t("bookings.any_state")), *((one, asked.t(f"bookings.filter.{one}")) for one in STATES)],
        table=table,
        count=len(held),
        most=len(held) == MOST,
        drawn=None if view.week or not held else bookings_shown.drawing(held, kept, view.day, asked.at_ms, zone),
        pending=pending,
        writes=asked.viewer.may(Area.BOOKINGS, Verb.WRITE, at(view.site)),
        waits=waits,
        before=(view.day - step).isoformat(),
        after=(view.day + step).isoformat(),
        today=today.isoformat(),
    )


def page(asked: Asked, site: str, ident: str) -> Response:
    """A booking's page. Raises NotYours or Problem."""
    check_site(asked, site, Area.BOOKINGS)
    waiting.settle_now(asked.face.shared.database, site, asked.at_ms)
    with asked.reading() as connection:
        line = bookings.line_of(connection, site, ident, ALL_STATES)
        (one,) = bookings_shown.held(connection, asked.t, [line], asked.at_ms)
        ahead = bookings_shown.held(
            connection, asked.t, bookings_rows.of_series(connection, line, asked.at_ms), asked.at_ms
        )
        live = line["state"] in {"booked", "pending"} and line["end_ms"] > asked.at_ms and not one.is_session
        longer = places.longer(connection, line, asked.at_ms) if live else []
        zone = ZoneInfo(sites.site(connection, site).timezone)
    writes = asked.viewer.may(Area.BOOKINGS, Verb.WRITE, at(site))
    may = {
        "approve": live and line["state"] == "pending",
        "move": live,
        "longer": longer,
        "end": live and line["state"] == "booked" and line["start_ms"] <= asked.at_ms,
        "cancel": live and line["checked_in_ms"] is None,
        "again": line["state"] == "cancelled" and line["end_ms"] > asked.at_ms and not one.is_session,
    }
    day = local(line["start_ms"], zone).date().isoformat()
    back = f"{BOOKINGS}?{urlencode({'site': site, 'day': day})}"
    return asked.page("booking.html", one=one, may=may if writes else {}, series=ahead, back=back)
