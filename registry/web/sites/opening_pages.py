"""When a site opens: its weeks and its holidays, each changed after a look at what that refuses."""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from access.hours import local
from access.records import Opening
from registry.bookings.rules import resource_of
from registry.calendars import calendars
from registry.calendars.calendars import revision_of
from registry.calendars.holidays import closures_of
from registry.edit import Edit
from registry.guard.areas import Area, Verb
from registry.guard.authority import at
from registry.judging import rehearsed
from registry.problems import Kind, Problem
from registry.sites import sites
from registry.sites.sites import Site
from registry.web.ahead import Ahead, look_ahead
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import AUDIENCE, WHOLE, Form
from registry.web.reaching import check_site, sites_where
from registry.web.sites import closures_rows, opening_rows
from registry.web.sites.opening_rows import HOURS, Week
from registry.web.trail import Did

EDIT, HOLIDAYS = f"{HOURS}-edit", f"{HOURS}-holidays"
DAYS = tuple(f"day{number}" for number in range(7))
YEARS_AHEAD = 2
Ident = Annotated[str, Query(max_length=32)]
Text = Annotated[str, Query(max_length=120)]


def routes() -> APIRouter:
    """The pages of opening hours."""
    router = APIRouter()

    @router.get(HOURS)
    def hours(asked: Looking, site: Ident = "") -> Response:
        """Show the weeks of one of the viewer's sites, and what is closed beside."""
        allowed = sites_where(asked, Area.CLOSURES)
        with asked.reading() as connection:
            there = closures_rows.sites_of(connection, allowed)
        if not there:
            return asked.page("no_site.html", title="opening.title")
        return _shown(asked, _site(asked, site or there[0].id, Verb.READ), [(row.id, row.name) for row in there])

    @router.get(EDIT)
    def editing(asked: Looking, site: Ident, audience: Text = "", resource: Ident = "") -> Response:
        """The form of an audience's week, or of a resource's."""
        found = _site(asked, site)
        whose = _whose(asked, found, audience, resource)
        week = _week(asked, found, whose)
        shown = {name: opening_rows.typed(day) for name, day in zip(DAYS, week.days, strict=True)}
        return _form(asked, found, whose, Form(asked.t, {**shown, "revision": str(_revision(week))}))

    @router.post(EDIT)
    def change(asked: Sending) -> Response:
        """Show what it refuses, and save it where that was seen and confirmed. 412 or 422 with the form."""
        site, form = _site(asked, asked.fields.get("site", "")), Form(asked.t, asked.fields)
        whose = _whose(asked, site, form.given("audience", AUDIENCE) or "", form.value("resource"))
        hours = opening_rows.read(form, whose.audience, whose.resource)
        stale = not form.wrong and form.stale(_revision(_week(asked, site, whose)))
        if form.wrong:
            return _form(asked, site, whose, form, status=412 if stale else 422)
        try:
            if not form.ticked("confirmed"):
                seen = look_ahead(asked, rehearsed.open_at(site.id, whose.audience, hours, whose.resource))
                return _form(asked, site, whose, form, seen, hours)
            with asked.editing() as edit:
                calendars.set_week(edit, site.id, whose.audience, hours, whose.resource)
                asked.note(edit.connection, Did.HOURS_CHANGED, whose.resource or whose.audience, site=site.id)
        except Problem as problem:
            form.refused(problem)
            return _form(asked, site, whose, form, status=problem.kind.status)
        return asked.see(f"{HOURS}?site={site.id}", "success", asked.t("opening.changed", site=site.name))

    _more(router)
    return router


def _more(router: APIRouter) -> None:
    """The steps of a year's holidays."""

    @router.get(HOLIDAYS)
    def holidays(asked: Looking, site: Ident, year: Annotated[int, Query(ge=1970, le=2199)] = 0) -> Response:
        """Show a year's holidays at a site, and what closing on them refuses."""
        found = _site(asked, site)
        chosen = year or _this_year(asked, found)
        return _holidays(asked, found, chosen)

    @router.post(HOLIDAYS)
    def close(asked: Sending) -> Response:
        """Close the site on a year's holidays; those that are closures already stay as they are."""
        site, year = _site(asked, asked.fields.get("site", "")), asked.fields.get("year", "")
        if year not in {str(one) for one in _years(asked, site)}:
            raise Problem(Kind.INVALID, "choose one of the years that are offered.")
        with asked.editing() as edit:
            added = calendars.add_holidays(edit, site.id, int(year))
            asked.note(edit.connection, Did.HOLIDAYS_ADDED, year, site=site.id)
        return asked.see(f"{HOURS}?site={site.id}", "success", asked.t.number("opening.holidays_added", len(added)))


def _site(asked: Asked, ident: str, verb: Verb = Verb.WRITE) -> Site:
    check_site(asked, ident, Area.CLOSURES, verb)
    with asked.reading() as connection:
        return sites.site(connection, ident)


@dataclass(frozen=True, slots=True)
class _Whose:
    """Whose week is edited: an audience's ("": of everybody), or a resource's; and what that is called."""

    audience: str
    resource: str
    name: str


def _whose(asked: Asked, site: Site, audience: str, resource: str) -> _Whose:
    """Whose week a form is of. Raises Problem where the site has no such resource."""
    if not resource:
        return _Whose(audience, "", audience or asked.t("closures.everyone"))
    with asked.reading() as connection:
        return _Whose("", resource, resource_of(connection, site.id, resource).name)


def _week(asked: Asked, site: Site, whose: _Whose) -> Week:
    with asked.reading() as connection:
        weeks = [*opening_rows.weeks_of(connection, site.id), *opening_rows.own_weeks_of(connection, site.id)]
    same = (week for week in weeks if (week.audience, week.resource) == (whose.audience, whose.resource))
    return next(same, opening_rows.week_of(whose.audience, (), whose.resource))


def _revision(week: Week) -> int:
    """What changes whenever hours of it do."""
    return sum(revision_of(one) for day in week.days for one in day)


def _shown(asked: Asked, site: Site, choices: list[tuple[str, str]]) -> Response:
    with asked.reading() as connection:
        weeks = opening_rows.weeks_of(connection, site.id)
        own = opening_rows.own_weeks_of(connection, site.id)
        resources = closures_rows.resources_of(connection, site.id)
        closed = opening_rows.closed_ahead(connection, site.id, asked.at_ms)
        named = set(closures_rows.audiences_of(connection))
    return asked.page(
        "opening.html",
        site=site,
        choices=choices,
        weekdays=opening_rows.weekdays(asked.t),
        weeks=[(week, [opening_rows.reads(asked.t, day) for day in week.days]) for week in weeks],
        own=[(week, [opening_rows.reads(asked.t, day) for day in week.days]) for week in own],
        resources={row.id: row.name for row in resources},
        others=sorted(named - {week.audience for week in weeks}),
        holidays=[row for row in closed if opening_rows.is_holiday(row)],
        closed=[row for row in closed if not opening_rows.is_holiday(row) and not row.resource],
        of_resources=[row for row in closed if row.resource],
        years=_years(asked, site),
        writes=asked.viewer.may(Area.CLOSURES, Verb.WRITE, at(site.id)),
    )


def _this_year(asked: Asked, site: Site) -> int:
    return local(asked.at_ms, ZoneInfo(site.timezone)).year


def _years(asked: Asked, site: Site) -> list[int]:
    this = _this_year(asked, site)
    return list(range(this, this + YEARS_AHEAD))


def _form(
    asked: Asked,
    site: Site,
    whose: _Whose,
    form: Form,
    ahead: Ahead | None = None,
    hours: list[Opening] | None = None,
    status: int = 200,
) -> Response:
    week = opening_rows.week_of(whose.audience, hours or (), whose.resource)
    return asked.page(
        "opening_edit.html",
        status=status,
        site=site,
        whose=whose,
        form=form,
        whole=form.says(WHOLE),
        fields=list(zip(DAYS, opening_rows.weekdays(asked.t), strict=True)),
        ahead=ahead,
        meant=[opening_rows.reads(asked.t, day) for day in week.days],
        emptied=week.is_empty,
    )


def _holidays(asked: Asked, site: Site, year: int) -> Response:
    """The page of a year's holidays. Raises Problem."""
    missing: set[str] = set()

    def do(edit: Edit) -> None:
        missing.update(closure.id for closure in calendars.add_holidays(edit, site.id, year))

    ahead, zone = look_ahead(asked, do), ZoneInfo(site.timezone)
    days = [
        (asked.t.date(local(one.start_ms, zone).date()), one.why, one.id in missing)
        for one in closures_of(year, site.holidays, zone)
    ]
    return asked.page(
        "opening_holidays.html",
        site=site,
        year=year,
        years=_years(asked, site),
        days=days,
        missing=len(missing),
        ahead=ahead,
    )
