"""Closing a site, or a part of it: what that refuses is shown before it is saved."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from access.records import Closure
from registry import identity
from registry.calendars import calendars
from registry.guard.areas import Area, Verb
from registry.judging import rehearsed
from registry.problems import Problem
from registry.sites import sites
from registry.sites.sites import Site
from registry.web.ahead import Ahead, look_ahead
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import NAME, WHOLE, Form
from registry.web.reaching import check_site, sites_where
from registry.web.sites import closures_rows
from registry.web.sites.closures_rows import CLOSURES
from registry.web.trail import Did

NEW = f"{CLOSURES}-new"
FIELDS = ("start", "end", "why", "resource", "audience")
Text = Annotated[str, Query(max_length=120)]


def routes() -> APIRouter:
    """The form of a new closure, and the step that shows what it does."""
    router = APIRouter()

    @router.get(NEW)
    def new(
        asked: Looking,
        site: Text = "",
        start: Text = "",
        end: Text = "",
        why: Text = "",
        resource: Text = "",
        audience: Text = "",
    ) -> Response:
        """The form; first the choice of a site, where it is not the only one."""
        shown = sites_where(asked, Area.CLOSURES, Verb.WRITE)
        with asked.reading() as connection:
            there = closures_rows.sites_of(connection, shown)
        if not site and len(there) != 1:
            return asked.page("closure_site.html", sites=there)
        typed = dict(zip(FIELDS, (start, end, why, resource, audience), strict=True))
        return _form(asked, _site(asked, site or there[0].id), Form(asked.t, typed))

    @router.post(NEW)
    def close(asked: Sending) -> Response:
        """Show what it refuses, and close where that was seen and confirmed. 422 with the form where it cannot be."""
        site, form = _site(asked, asked.fields.get("site", "")), Form(asked.t, asked.fields)
        closure = _read(form, site)
        if form.wrong:
            return _form(asked, site, form)
        try:
            if not form.ticked("confirmed"):
                return _form(asked, site, form, _ahead(asked, site, closure))
            with asked.editing() as edit:
                calendars.add_closure(edit, site.id, closure)
                asked.note(edit.connection, Did.CLOSURE_ADDED, closure.why, site=site.id)
        except Problem as problem:
            form.refused(problem)
            return _form(asked, site, form)
        return asked.see(f"{CLOSURES}?site={site.id}", "success", asked.t("closures.added", site=site.name))

    return router


def _site(asked: Asked, ident: str) -> Site:
    """A site that the viewer may close. Raises NotYours or Problem."""
    check_site(asked, ident, Area.CLOSURES, Verb.WRITE)
    with asked.reading() as connection:
        return sites.site(connection, ident)


def _read(form: Form, site: Site) -> Closure:
    zone = ZoneInfo(site.timezone)
    start_ms, end_ms = form.moment("start", zone), form.moment("end", zone)
    if not form.wrong and end_ms <= start_ms:
        form.refuse("end", "wrong.before")
    why = form.needed("why", NAME)
    resource, audience = form.value("resource"), form.value("audience")
    if resource and audience:
        form.refuse("audience", "wrong.one_or_other")
    return Closure(identity.new_id(), start_ms, end_ms, why, audience, resource)


def _ahead(asked: Asked, site: Site, closure: Closure) -> Ahead:
    """What it would refuse. Raises Problem where it cannot be saved."""
    with asked.reading() as connection:
        within = calendars.refused(connection, site.id, closure)
    return look_ahead(asked, rehearsed.close(site.id, closure), within)


def _form(asked: Asked, site: Site, form: Form, ahead: Ahead | None = None) -> Response:
    with asked.reading() as connection:
        parts = closures_rows.resources_of(connection, site.id)
        audiences = closures_rows.audiences_of(connection)
    resources = [("", asked.t("closures.whole_site")), *((row.id, row.name) for row in parts)]
    groups = [("", asked.t("closures.everyone")), *((name, name) for name in audiences)]
    return asked.page(
        "closure_edit.html",
        status=422 if form.wrong else 200,
        site=site,
        form=form,
        whole=form.says(WHOLE),
        fields=FIELDS,
        ahead=ahead,
        resources=resources,
        audiences=groups,
    )
