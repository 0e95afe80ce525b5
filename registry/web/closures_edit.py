"""Closing a site, or a part of it: what that refuses is shown before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from access.clock import DAY_MS
from access.records import Closure
from registry import calendars, identity, live, previews, rehearsed, sites
from registry.areas import Area, Verb
from registry.foreseen import Foreseen, foresee
from registry.previews import Lost
from registry.problems import Problem
from registry.sites import Site
from registry.web import closures_rows
from registry.web.asked import Asked, Looking, Sending
from registry.web.closures_rows import CLOSURES
from registry.web.face import Face
from registry.web.forms import NAME, WHOLE, Form
from registry.web.reaching import check_site, sites_where
from registry.web.trail import Did

NEW = f"{CLOSURES}-new"
FIELDS = ("start", "end", "why", "resource", "audience")
AHEAD_DAYS, SHOWN = 366, 50
Text = Annotated[str, Query(max_length=120)]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a closure would refuse, as the page tells it: how much in all, and whom, the first of them."""

    counts: dict[str, int]
    lost: Sequence[tuple[Lost, str]]
    more: bool
    unjudged: bool
    within: int


def routes(face: Face) -> APIRouter:
    """The form of a new closure, and the step that shows what it does."""
    del face
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
    """What it would refuse within a year. Raises Problem where it cannot be saved."""
    shown = sites_where(asked, Area.DECISIONS)
    until_ms = asked.at_ms + AHEAD_DAYS * DAY_MS
    seen: Foreseen = foresee(asked.face.shared, rehearsed.close(site.id, closure), shown, asked.at_ms, until_ms)
    first = seen.lost[:SHOWN]
    with asked.reading() as connection:
        names = live.names_of(connection, sorted({lost.person for lost in first}))
        within = calendars.refused(connection, site.id, closure)
    told = [(lost, names.get(lost.person, "")) for lost in first]
    return Ahead(dict(previews.counted(seen.lost)), told, len(seen.lost) > SHOWN, bool(seen.unjudged), within)


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
