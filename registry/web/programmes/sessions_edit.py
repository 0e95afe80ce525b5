"""Planning a session and changing one: what, for whom, when, where, by whom; what a change refuses is shown before."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from access.hours import local, unix_ms
from access.records import LONGEST_BOOKING_MS
from access.spans import Span
from registry import identity, store
from registry.guard.areas import Area, Verb
from registry.judging.rehearsed import Doing
from registry.problems import Kind, Problem
from registry.programmes import sessions
from registry.programmes.session import Session
from registry.sites import sites
from registry.sites.sites import Site
from registry.tables import core as t
from registry.web.ahead import look_ahead
from registry.web.asked import Asked, Looking, Sending
from registry.web.bookings import refused as bookings_refused
from registry.web.confirmed import Step, confirm
from registry.web.forms import NAME, WHOLE, Form, shown_moment
from registry.web.programmes import sessions_rows
from registry.web.programmes.sessions_pages import planned, save
from registry.web.programmes.sessions_rows import CHOICES_SHOWN, SESSIONS, Planned
from registry.web.reaching import check_site, sites_where
from registry.web.sites import closures_rows, opening_rows
from registry.web.trail import Did

EDIT = f"{SESSIONS}-edit"
Ident = Annotated[str, Query(max_length=32)]


def routes() -> APIRouter:
    """The form of a session."""
    router = APIRouter()

    @router.get(EDIT)
    def form(asked: Looking, site: Ident = "", session: Ident = "", programme: Ident = "", day: Ident = "") -> Response:
        """The form of a session as it is, or of a new one; first its site and programme, where they are not known."""
        if session:
            found = planned(asked, site, session)
            return _form(asked, _site(asked, site), found.session.programme, Form(asked.t, _typed(asked, found)))
        if not site or not programme:
            return _which(asked, site, day)
        check_site(asked, site, Area.SESSIONS, Verb.WRITE)
        start = {"start": f"{day}T09:00", "end": f"{day}T11:00"} if day else {}
        return _form(asked, _site(asked, site), programme, Form(asked.t, {"programme": programme, **start}))

    @router.post(EDIT)
    def send(asked: Sending) -> Response:
        """Plan it, or change it after a look at what that refuses. 409 or 422 with the form where it cannot be."""
        form, ident = Form(asked.t, asked.fields), asked.fields.get("session", "")
        site, found = _site(asked, form.value("site")), None
        if ident:
            found = planned(asked, site.id, ident)
        else:
            check_site(asked, site.id, Area.SESSIONS, Verb.WRITE)
        programme = form.value("programme") if found is None else found.session.programme
        wanted = _read(asked, form, site, programme, None if found is None else found.session)
        if form.wrong:
            return _form(asked, site, programme, form, 422)
        try:
            return _save(asked, site, found, wanted)
        except Problem as problem:
            if problem.kind is Kind.NOT_FOUND:
                raise
            bookings_refused.refuse(form, problem, {}, ZoneInfo(site.timezone))
            return _form(asked, site, programme, form, problem.kind.status)

    return router


def _site(asked: Asked, ident: str) -> Site:
    asked.need(asked.viewer.is_staff)
    with asked.reading() as connection:
        return sites.site(connection, ident)


def _which(asked: Asked, site: str, day: str) -> Response:
    allowed = sites_where(asked, Area.SESSIONS, Verb.WRITE)
    with asked.reading() as connection:
        there = [row for row in closures_rows.sites_of(connection, allowed) if not site or row.id == site]
        p = t.programme.c
        programmes = [(row.id, row.name) for row in connection.execute(t.programme.select().order_by(p.name, p.id))]
    return asked.page("session_which.html", sites=[(row.id, row.name) for row in there], programmes=programmes, day=day)


def _save(asked: Asked, site: Site, found: Planned | None, wanted: Session) -> Response:
    """Plan it; change it where that is confirmed, else show what it refuses. Raises Problem."""
    if found is None:
        ident = identity.new_id()
        with asked.editing() as edit:
            sessions.add(edit, site.id, ident, wanted)
            asked.note(edit.connection, Did.SESSION_PLANNED, ident, site=site.id)
        return asked.see(f"{SESSIONS}/{site.id}/{ident}", "success", asked.t("sessions.done.added"))
    if asked.fields.get("confirmed") != "1":
        step = Step(asked.t("sessions.ahead_title", title=wanted.title), EDIT, asked.t("form.save"), found.path)
        return confirm(asked, step, look_ahead(asked, _change(site.id, found.id, wanted), site=site.id))
    with asked.editing() as edit:
        save(asked, edit, found, wanted, Did.SESSION_CHANGED)
    return asked.see(found.path, "success", asked.t("sessions.done.changed"))


def _change(site: str, ident: str, wanted: Session) -> Doing:
    return lambda edit: sessions.change(edit, site, ident, wanted)


def _typed(asked: Asked, found: Planned) -> dict[str, str]:
    one = found.session
    zone = ZoneInfo(_site(asked, found.site).timezone)
    breaks = ", ".join(f"{local(x.start_ms, zone):%H:%M}-{local(x.end_ms, zone):%H:%M}" for x in one.breaks)
    return {
        "session": found.id,
        "programme": one.programme,
        "title": one.title,
        "module": one.module or "",
        "start": shown_moment(one.start_ms, zone),
        "end": shown_moment(one.end_ms, zone),
        "where": "" if one.off_site else f"{one.zone}/{one.resource or ''}",
        "off_site": "1" if one.off_site else "",
        "place": one.place,
        "breaks": breaks,
        **{f"group-{group}": "1" for group in one.groups},
        **{f"trainer-{person}": "1" for person in one.trainers},
    }


def _ticked(form: Form, prefix: str) -> tuple[str, ...]:
    return tuple(
        sorted(name.removeprefix(prefix) for name in form.typed if name.startswith(prefix) and form.ticked(name))
    )


def _read(asked: Asked, form: Form, site: Site, programme: str, kept: Session | None) -> Session:
    """What the form says of a session."""
    zone = ZoneInfo(site.timezone)
    with asked.reading() as connection:
        places = [value for value, _ in sessions_rows.places_for(connection, site.id, programme)]
        modules = [value for value, _ in sessions_rows.modules_for(connection, programme)]
        known = {value for value, _ in sessions_rows.groups_for(connection, site.id, programme)}
    title = form.needed("title", NAME)
    start_ms, end_ms = form.moment("start", zone), form.moment("end", zone)
    if not form.wrong and not start_ms < end_ms <= start_ms + LONGEST_BOOKING_MS:
        form.refuse("end", "bookings.wrong.order" if end_ms <= start_ms else "bookings.wrong.long")
    off_site = form.ticked("off_site")
    where = "/" if off_site else form.one_of("where", places)
    room, _, resource = where.partition("/")
    module = form.one_of("module", ["", *modules])
    groups = tuple(group for group in _ticked(form, "group-") if group in known or (kept and group in kept.groups))
    if not groups:
        form.refuse("groups", "sessions.wrong.groups")
    place = (form.needed("place", NAME) if off_site else form.given("place", NAME)) or ""
    meant = Session(programme, title, start_ms, end_ms, groups, room, resource or None, module or None, off_site, place)
    meant = replace(meant, trainers=_ticked(form, "trainer-"), breaks=_breaks(form, meant, zone))
    return meant if kept is None else replace(meant, state=kept.state, why=kept.why)


def _breaks(form: Form, session: Session, zone: ZoneInfo) -> tuple[Span, ...]:
    """The breaks as they are written, on the day on which the session begins."""
    spans = opening_rows.spans_of(form.value("breaks"))
    if spans is None:
        form.refuse("breaks", "opening.wrong.range")
        return ()
    day = local(session.start_ms, zone).date()

    def moment(minute: int) -> int:
        return unix_ms(datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone))

    found = tuple(Span(moment(first), moment(min(last, 1_439))) for first, last in spans)
    if not form.wrong and any(one.start_ms < session.start_ms or one.end_ms > session.end_ms for one in found):
        form.refuse("breaks", "sessions.wrong.breaks")
    return found


def _form(asked: Asked, site: Site, programme: str, form: Form, status: int = 200) -> Response:
    with asked.reading() as connection:
        row = store.one(connection, t.programme, t.programme.c.id == programme, "programme")
        places = sessions_rows.places_for(connection, site.id, programme)
        modules = sessions_rows.modules_for(connection, programme)
        groups = sessions_rows.groups_for(connection, site.id, programme)
        trainers = sessions_rows.trainers_at(connection, site.id, asked.at_ms)
    return asked.page(
        "session_edit.html",
        status=status,
        site=site,
        programme=row,
        form=form,
        whole=form.says(WHOLE),
        places=[("", asked.t("sessions.choose_place")), *places],
        modules=[("", asked.t("sessions.no_module")), *modules],
        groups=_offered(form, "group-", groups),
        trainers=_offered(form, "trainer-", trainers),
    )


def _offered(form: Form, prefix: str, choices: list[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    """Those that are chosen, and others up to as many as a form can hold: name of the box, words, whether ticked."""
    ticked = [(prefix + ident, name, True) for ident, name in choices if form.ticked(prefix + ident)]
    rest = [(prefix + ident, name, False) for ident, name in choices if not form.ticked(prefix + ident)]
    chosen = {*ticked, *rest[: max(CHOICES_SHOWN - len(ticked), 0)]}
    return [one for one in (*ticked, *rest) if one in chosen]
