"""A calendar brought in at a page: closures of a site, or sessions there; what each event would do is told first."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response
from sqlalchemy import select

from registry import identity
from registry.edit import Edit
from registry.exchange import closures as exchange_ical
from registry.exchange import ical_sessions
from registry.exchange import out as exchange_out
from registry.exchange.bringing_in import Bring, Context, Does, perform, rehearse
from registry.exchange.ical_sessions import Meant
from registry.guard.areas import Area, Verb
from registry.guard.authority import Sites, at
from registry.ical.incoming import CalendarRead, read_calendar
from registry.ical.lines import CalendarRefused
from registry.problems import Problem
from registry.reasons import reason_of
from registry.sites import sites
from registry.sites.sites import Site
from registry.tables import core as t
from registry.web.asked import Asked, Looking
from registry.web.forms import Form
from registry.web.imports.told import told
from registry.web.people import held
from registry.web.reaching import check_site, sites_where
from registry.web.reasons import phrased
from registry.web.sites import closures_rows
from registry.web.trail import Did
from registry.web.uploads import FILE_BYTES, Upload, Uploading

CALENDAR = "/imports/calendar"
INTO = ("closures", "sessions")
MOST_GROUPS = 20
Choices = Sequence[tuple[str, str]]


def routes() -> APIRouter:
    """The page of calendars, and its steps."""
    router = APIRouter()

    @router.get(CALENDAR)
    def choose(asked: Looking, site: Annotated[str, Query(max_length=32)] = "") -> Response:
        """The form; first the choice of a site, where it is not the only one."""
        with asked.reading() as connection:
            there = closures_rows.sites_of(connection, sites_where(asked, Area.EXCHANGE, Verb.WRITE))
        if not site and len(there) != 1:
            return asked.page("imports_site.html", sites=there)
        return _form(asked, _site(asked, site or there[0].id), Form(asked.t))

    @router.post(CALENDAR)
    def bring(upload: Uploading) -> Response:
        """Say what each event would do; do it where that was seen and confirmed. 422 where it cannot be."""
        asked, form = upload.asked, Form(upload.asked.t, upload.asked.fields)
        site = _site(asked, form.value("site"))
        into = form.one_of("into", INTO)
        meant = _meant(asked, site, form) if into == "sessions" else None
        found = _read(upload, site, form)
        if found is None or form.wrong:
            return _form(asked, site, form)
        if not form.ticked("confirmed"):
            with asked.editing() as edit:
                report = rehearse(edit, into, _bring(asked, edit, site, meant, found)).body or {}
            return told(upload, report, CALENDAR, form.typed)
        try:
            with asked.editing() as edit:
                report = perform(edit, into, _bring(asked, edit, site, meant, found)).body or {}
                counts = ", ".join(f"{does} {number}" for does, number in report["counts"].items() if number)
                asked.note(edit.connection, Did.FILE_BROUGHT_IN, f"calendar, {into}: {counts}", site=site.id)
        except Problem as problem:
            if "rows" not in problem.members:
                raise
            return told(upload, problem.members, CALENDAR, form.typed)
        done = report["counts"]
        said = asked.t("imports.done", made=done[Does.CREATE], changed=done[Does.CHANGE] + done[Does.DROP])
        return asked.see("/imports", "success", said)

    return router


def _site(asked: Asked, ident: str) -> Site:
    check_site(asked, ident, Area.EXCHANGE, Verb.WRITE)
    with asked.reading() as connection:
        return sites.site(connection, ident)


def _read(upload: Upload, site: Site, form: Form) -> CalendarRead | None:
    """The calendar's events from now on; what cannot be read is refused in the form."""
    if upload.data is None:
        form.wrong["file"] = upload.asked.t("imports.no_file", kib=FILE_BYTES // 1024)
        return None
    at_ms = upload.asked.at_ms
    try:
        return read_calendar(upload.data, ZoneInfo(site.timezone), at_ms, at_ms + exchange_ical.AHEAD_MS)
    except CalendarRefused as refused:
        t, reason = upload.asked.t, reason_of(refused, "event.other")
        form.wrong["file"] = f"{t('imports.no_calendar')} {phrased(t, reason.key, reason.values)}"
        return None


def _meant(asked: Asked, site: Site, form: Form) -> Meant:
    """What the events of sessions are."""
    programme = form.one_of("programme", [one for one, _ in _programmes(asked)])
    groups = [one for one, _ in _groups(asked, site) if form.ticked(f"group-{one}")]
    if not programme:
        form.refuse("programme", "wrong.choice")
    if not 0 < len(groups) <= MOST_GROUPS:
        form.refuse("groups", "wrong.groups")
    where = form.one_of("where", [one for one, _ in _places(asked, site)])
    return Meant(site.id, programme, tuple(sorted(groups)), where or None)


def _bring(asked: Asked, edit: Edit, site: Site, meant: Meant | None, found: CalendarRead) -> Bring:
    if meant is None:
        return lambda within: exchange_ical.bring_closures(within, site.id, found)
    keys = asked.face.shared.keys.of_all(sites.site_ids(edit.connection))
    context = Context(exchange_out.zones(edit.connection), keys, identity.new_id, asked.viewer.account)
    return lambda within: ical_sessions.bring(within, context, meant, found)


def _programmes(asked: Asked) -> Choices:
    p = t.programme.c
    with asked.reading() as connection:
        rows = connection.execute(select(p.id, p.name).order_by(p.name, p.id)).all()
    return [("", asked.t("imports.no_programme")), *((row.id, row.name) for row in rows)]


def _groups(asked: Asked, site: Site) -> Choices:
    """The cohorts of a site, and their teams, that the viewer may read."""
    c, g, shown = t.cohort.c, t.team.c, _cohorts_shown(asked, site)
    cohorts = select(c.id, c.name, c.name.label("cohort")).where(held.here(c.site, shown))
    teams = (
        select(g.id, g.name, c.name.label("cohort")).join(t.cohort, c.id == g.cohort).where(held.here(c.site, shown))
    )
    with asked.reading() as connection:
        found = [*connection.execute(cohorts), *connection.execute(teams)]
    named = [(row.id, row.name if row.name == row.cohort else f"{row.cohort}, {row.name}") for row in found]
    return sorted(named, key=lambda pair: pair[1].lower())


def _cohorts_shown(asked: Asked, site: Site) -> Sites:
    here = asked.viewer.may(Area.COHORTS, Verb.READ, at(site.id))
    return frozenset({site.id}) if here else frozenset()


def _places(asked: Asked, site: Site) -> Choices:
    with asked.reading() as connection:
        rows = closures_rows.resources_of(connection, site.id)
    return [("", asked.t("imports.off_site")), *((row.id, row.name) for row in rows)]


def _form(asked: Asked, site: Site, form: Form) -> Response:
    said: Mapping[str, Any] = {
        "into": [(one, asked.t(f"imports.kind.{one}")) for one in INTO],
        "programmes": _programmes(asked),
        "groups": _groups(asked, site),
        "places": _places(asked, site),
    }
    status = 422 if form.wrong else 200
    return asked.page("imports_calendar.html", status=status, site=site, form=form, kib=FILE_BYTES // 1024, **said)
