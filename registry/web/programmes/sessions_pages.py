"""A site's sessions by week, each of them with who is expected; delivered, planned again, or cancelled."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from access.attendance import SessionState
from access.hours import local
from registry import store
from registry.edit import Edit
from registry.guard import asked as decided
from registry.guard import whose
from registry.guard.areas import Area, Verb
from registry.guard.authority import at
from registry.names import Id
from registry.problems import Problem
from registry.programmes import sessions
from registry.programmes.session import Session
from registry.sites import sites
from registry.tables import core as t
from registry.web.ahead import look_ahead
from registry.web.asked import Asked, Looking, Sending
from registry.web.bookings import shown as bookings_shown
from registry.web.confirmed import Step, confirm
from registry.web.forms import NAME, Form
from registry.web.participant import times
from registry.web.programmes import sessions_rows
from registry.web.programmes.sessions_rows import SESSIONS, Planned
from registry.web.reaching import is_open, sites_where
from registry.web.sites import closures_rows
from registry.web.trail import Did

ONE = f"{SESSIONS}/{{site}}/{{session}}"
Choice = Annotated[str, Query(max_length=32)]


def routes() -> APIRouter:
    """The pages of sessions that are there."""
    router = APIRouter()

    @router.get(SESSIONS)
    def listed(
        asked: Looking, site: Choice = "", day: Choice = "", programme: Choice = "", mine: Choice = ""
    ) -> Response:
        """Show a week of one of the viewer's sites; whoever only holds sessions begins with their own."""
        asked.need(asked.viewer.is_staff)
        allowed = sites_where(asked, Area.SESSIONS)
        with asked.reading() as connection:
            there = [(row.id, row.name) for row in closures_rows.sites_of(connection, allowed)]
        if not there:
            return asked.page("no_site.html", title="sessions.title")
        chosen = site or there[0][0]
        decided.check(asked.viewer.authority, Area.SESSIONS, Verb.READ, at(chosen), "site")
        holds = not is_open(asked.viewer, Area.SESSIONS, Verb.WRITE) and bool(asked.viewer.person)
        return _week(asked, there, chosen, day, programme, mine or ("1" if holds else "0"))

    @router.get(ONE)
    def one(asked: Looking, site: Id, session: Id) -> Response:
        """Show one session, and who is expected."""
        found = planned(asked, site, session, Verb.READ)
        with asked.reading() as connection:
            expected = sessions_rows.expected(connection, site, session)
            known = sites.site(connection, site)
        writes = asked.viewer.may(Area.SESSIONS, Verb.WRITE, _of(asked, site, session))
        day = local(found.session.start_ms, ZoneInfo(known.timezone)).date().isoformat()
        return asked.page(
            "session.html",
            one=found,
            site=known,
            expected=expected if writes or is_open(asked.viewer, Area.PEOPLE) else None,
            count=len(expected),
            named=is_open(asked.viewer, Area.PEOPLE),
            writes=writes,
            back=f"{SESSIONS}?{urlencode({'site': site, 'day': day})}",
            begun=found.session.start_ms <= asked.at_ms,
        )

    _more(router)
    return router


def _more(router: APIRouter) -> None:
    """The steps that change what became of a session."""

    @router.post(f"{ONE}/deliver")
    def deliver(asked: Sending, site: Id, session: Id) -> Response:
        """Say that it was held; what was attended of it counts from now on."""
        return _turn(asked, site, session, SessionState.DELIVERED, Did.SESSION_DELIVERED)

    @router.post(f"{ONE}/plan")
    def plan(asked: Sending, site: Id, session: Id) -> Response:
        """Take back that it was held or cancelled: it is planned again."""
        return _turn(asked, site, session, SessionState.PLANNED, Did.SESSION_CHANGED)

    @router.get(f"{ONE}/cancel")
    def asking(asked: Looking, site: Id, session: Id) -> Response:
        """Ask why it is not held."""
        return _cancel_form(asked, planned(asked, site, session), Form(asked.t))

    @router.post(f"{ONE}/cancel")
    def cancel(asked: Sending, site: Id, session: Id) -> Response:
        """Cancel it with a reason, after a look at what that refuses; it leaves what attendance is counted of."""
        found, form = planned(asked, site, session), Form(asked.t, asked.fields)
        why = form.needed("reason", NAME)
        if form.wrong:
            return _cancel_form(asked, found, form)
        wanted = replace(found.session, state=SessionState.CANCELLED, why=why)
        if form.ticked("confirmed"):
            return _save(asked, found, wanted, Did.SESSION_CANCELLED, why)
        step = Step(
            asked.t("sessions.cancel_title", title=found.session.title),
            f"{found.path}/cancel",
            asked.t("sessions.cancel"),
            found.path,
            ((asked.t("form.reason"), why),),
        )
        return confirm(
            asked, step, look_ahead(asked, lambda edit: sessions.change(edit, site, session, wanted), site=site)
        )


def _of(asked: Asked, site: str, session: str) -> Any:  # noqa: ANN401 -- whose it is, or None
    find = whose.SESSION.find
    with asked.reading() as connection:
        return None if find is None else find(connection, {"site": site, "session": session})


def planned(asked: Asked, site: str, session: str, verb: Verb = Verb.WRITE) -> Planned:
    """A session that the viewer may read or write as staff, or as who holds it. Raises NotYours or Problem."""
    asked.need(asked.viewer.is_staff)
    decided.check(asked.viewer.authority, Area.SESSIONS, verb, _of(asked, site, session), "session")
    here = (t.session.c.site == site) & (t.session.c.id == session)
    with asked.reading() as connection:
        row = store.one(connection, t.session, here, "session")
        return sessions_rows.named(connection, [row])[0]


def _week(asked: Asked, there: list[tuple[str, str]], site: str, day: str, programme: str, mine: str) -> Response:
    with asked.reading() as connection:
        zone = ZoneInfo(sites.site(connection, site).timezone)
        chosen = max(times.read_day(day) or local(asked.at_ms, zone).date(), date(1971, 1, 10))
        days = bookings_shown.days_of(chosen, week=True)
        trainer = (asked.viewer.person or "") if mine == "1" else ""
        found = sessions_rows.found(connection, site, bookings_shown.within(days, zone), programme, trainer)
        p = t.programme.c
        named = [(row.id, row.name) for row in connection.execute(t.programme.select().order_by(p.name, p.id))]
    by_day = {one: [row for row in found if local(row.session.start_ms, zone).date() == one] for one in days}
    by_day[days[0]] = [row for row in found if local(row.session.start_ms, zone).date() < days[0]] + by_day[days[0]]

    def path(other: date) -> str:
        return f"{SESSIONS}?{urlencode({'site': site, 'day': other, 'programme': programme, 'mine': mine})}"

    return asked.page(
        "sessions.html",
        site=site,
        site_name=dict(there)[site],
        choices=there,
        programmes=[("", asked.t("sessions.every_programme")), *named],
        programme=programme,
        mine=mine,
        is_person=bool(asked.viewer.person),
        day=chosen.isoformat(),
        heading=f"{asked.t.day(days[0])} – {asked.t.day(days[-1])}",
        days=[(asked.t.date(one), rows) for one, rows in by_day.items() if rows],
        count=len(found),
        zone=zone,
        hours=lambda one: f"{asked.t.hour(local(one.start_ms, zone))}–{asked.t.hour(local(one.end_ms, zone))}",
        before=path(chosen - timedelta(7)),
        after=path(chosen + timedelta(7)),
        now=path(local(asked.at_ms, zone).date()),
        writes=asked.viewer.may(Area.SESSIONS, Verb.WRITE, at(site)),
    )


def _turn(asked: Asked, site: str, session: str, state: SessionState, did: Did) -> Response:
    found = planned(asked, site, session)
    return _save(asked, found, replace(found.session, state=state, why=""), did, "")


def _save(asked: Asked, found: Planned, wanted: Session, did: Did, why: str) -> Response:
    try:
        with asked.editing() as edit:
            save(asked, edit, found, wanted, did, why)
    except Problem as problem:
        return asked.see(found.path, "danger", f"{asked.t('wrong.refused')} {problem}")
    return asked.see(found.path, "success", asked.t(f"sessions.done.{wanted.state}"))


def save(asked: Asked, edit: Edit, found: Planned, wanted: Session, did: Did, why: str = "") -> None:
    """Change a session, and note it. Raises Problem."""
    sessions.change(edit, found.site, found.id, wanted)
    asked.note(edit.connection, did, f"{found.id}: {why}" if why else found.id, site=found.site)


def _cancel_form(asked: Asked, found: Planned, form: Form) -> Response:
    return asked.page("session_cancel.html", status=422 if form.wrong else 200, one=found, form=form)
