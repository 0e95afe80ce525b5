"""Opening an attendance register: of a session, or of a programme's sessions between two days."""

from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response
from sqlalchemy import Connection, select

from registry import identity
from registry.api.registers import salt
from registry.calendars.local_dates import dates_span
from registry.guard import asked as decided
from registry.guard import whose
from registry.guard.areas import Area, Verb
from registry.guard.authority import at
from registry.problems import Problem
from registry.registers import keeping
from registry.registers.scopes import Course, Scope
from registry.sites import sites
from registry.tables import core as t
from registry.web.asked import Asked, Looking, Sending
from registry.web.evidence import registers_rows
from registry.web.evidence.registers_edit import path_of
from registry.web.evidence.registers_pages import signer_of
from registry.web.evidence.registers_rows import REGISTERS
from registry.web.forms import DAY, WHOLE, Form
from registry.web.trail import Did

NEW = f"{REGISTERS}-new"


def routes() -> APIRouter:
    """The forms of a new register."""
    router = APIRouter()

    @router.get(NEW)
    def new(asked: Looking) -> Response:
        """What can be registered: sessions that are over, and programmes."""
        return _form(asked, Form(asked.t))

    @router.post(NEW)
    def begin(asked: Sending) -> Response:
        """Open a register, read from the logs."""
        registers_rows.shown_to(asked)
        form = Form(asked.t, asked.fields)
        try:
            scope = _session(asked, form) if form.value("of") == "session" else _course(asked, form)
        except Problem as problem:
            form.refused(problem)
            return _form(asked, form)
        if scope is None:
            return _form(asked, form)
        return asked.see(path_of(scope), "success", asked.t("registers.opened"))

    return router


def _session(asked: Asked, form: Form) -> Scope | None:
    """The register of the session that the form chooses. Raises Problem."""
    site, _, session = form.value("session").partition("/")
    if not session:
        form.refuse("session", "wrong.choice")
        return None
    with asked.editing() as edit:
        of = None
        if whose.REGISTER.find is not None:
            of = whose.REGISTER.find(edit.connection, {"site": site, "session": session})
        decided.check(asked.viewer.authority, Area.ATTENDANCE, Verb.WRITE, of, "session")
        scope = keeping.open_session(edit, identity.new_id(), site, session, signer_of(asked).author, salt)
        asked.note(edit.connection, Did.REGISTER_OPENED, scope.id, site=site)
    return scope


def _course(asked: Asked, form: Form) -> Scope | None:
    """The register of the programme that the form chooses. Raises Problem."""
    site, _, programme = form.value("programme").partition("/")
    first, last = form.needed("first", DAY), form.needed("last", DAY)
    if not programme:
        form.refuse("programme", "wrong.choice")
    if form.wrong:
        return None
    with asked.editing() as edit:
        decided.check(asked.viewer.authority, Area.ATTENDANCE, Verb.WRITE, at(site), "site")
        zone = ZoneInfo(sites.site(edit.connection, site).timezone)
        from_ms, until_ms = dates_span(first, last, zone)
        course = Course(programme, form.value("cohort") or None, from_ms, until_ms or from_ms)
        scope = keeping.open_course(edit, identity.new_id(), site, course, signer_of(asked).author, salt)
        asked.note(edit.connection, Did.REGISTER_OPENED, scope.id, site=site)
    return scope


def _form(asked: Asked, form: Form) -> Response:
    shown = registers_rows.shown_to(asked)
    with asked.reading() as connection:
        sessions = registers_rows.without(connection, asked, asked.at_ms)
        courses = _courses(connection, shown)
        cohorts = [("", asked.t("registers.every_cohort")), *_cohorts(connection, shown)]
    status = 422 if form.wrong else 200
    said = {"sessions": sessions, "courses": courses, "cohorts": cohorts, "whole": form.says(WHOLE)}
    return asked.page("register_new.html", status=status, form=form, **said)


def _courses(connection: Connection, shown: frozenset[str] | None) -> list[tuple[str, str]]:
    """The programmes with sessions at these sites, each with its site."""
    s, p, where = t.session.c, t.programme.c, t.site.c
    query = select(s.site, s.programme, where.name, p.name.label("programme_name")).distinct()
    query = query.join(t.site, where.id == s.site).join(t.programme, p.id == s.programme)
    if shown is not None:
        query = query.where(s.site.in_(shown))
    rows = connection.execute(query.order_by(where.name, p.name, s.site, s.programme))
    return [(f"{row.site}/{row.programme}", f"{row.name}: {row.programme_name}") for row in rows]


def _cohorts(connection: Connection, shown: frozenset[str] | None) -> list[tuple[str, Any]]:
    query = select(t.cohort.c.id, t.cohort.c.name)
    if shown is not None:
        query = query.where(t.cohort.c.site.in_(shown))
    return [(row.id, row.name) for row in connection.execute(query.order_by(t.cohort.c.name, t.cohort.c.id))]
