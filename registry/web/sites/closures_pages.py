"""The list of closures, and taking one back."""

from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from registry import store
from registry.api.paging import Cursor
from registry.calendars import calendars
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.sites import sites
from registry.tables import core as t
from registry.web.asked import Looking, Sending
from registry.web.forms import shown_moment
from registry.web.reaching import check_site, is_open, sites_where
from registry.web.sites import closures_rows
from registry.web.sites.closures_rows import CLOSURES
from registry.web.trail import Did

Choice = Annotated[str, Query(max_length=32)]
ONE = f"{CLOSURES}/{{site}}/{{closure}}"


def routes() -> APIRouter:
    """The pages of closures that are there."""
    router = APIRouter()

    @router.get(CLOSURES)
    def listed(asked: Looking, site: Choice = "", past: Choice = "", after: Cursor = None) -> Response:
        """List the closures of the viewer's sites, those to come first."""
        shown = sites_where(asked, Area.CLOSURES)
        writes = is_open(asked.viewer, Area.CLOSURES, Verb.WRITE)
        with asked.reading() as connection:
            found = closures_rows.found(connection, shown, after, asked.at_ms, site=site, past=past == "1")
            there = closures_rows.sites_of(connection, shown)
        choices = [("", asked.t("closures.every_site")), *((row.id, row.name) for row in there)]
        return asked.page("closures.html", listed=found, choices=choices, writes=writes)

    @router.get(f"{ONE}/drop")
    def asking(asked: Looking, site: Id, closure: Id) -> Response:
        """Ask whether a closure is to be taken back."""
        check_site(asked, site, Area.CLOSURES, Verb.WRITE)
        with asked.reading() as connection:
            row = store.one(connection, t.closure, calendars.here(t.closure, site, closure), "closure")
            known = sites.site(connection, site)
        return asked.page("closure_drop.html", closure=row, site=known)

    @router.post(f"{ONE}/drop")
    def drop(asked: Sending, site: Id, closure: Id) -> Response:
        """Take a closure back, and show it in the form: saved there, it is undone."""
        check_site(asked, site, Area.CLOSURES, Verb.WRITE)
        with asked.editing() as edit:
            row = store.one(edit.connection, t.closure, calendars.here(t.closure, site, closure), "closure")
            zone = ZoneInfo(sites.site(edit.connection, site).timezone)
            calendars.drop(edit, site, "closure", closure)
            asked.note(edit.connection, Did.CLOSURE_DROPPED, row.why, site=site)
        return asked.see(f"{CLOSURES}-new?{_again(row, zone)}", "success", asked.t("closures.dropped"))

    return router


def _again(row: Any, zone: ZoneInfo) -> str:  # noqa: ANN401 -- a row of the closure table
    """A closure as the address of its form."""
    shown = {"start": shown_moment(row.start_ms, zone), "end": shown_moment(row.end_ms, zone), "why": row.why}
    return urlencode({"site": row.site, **shown, "resource": row.resource, "audience": row.audience})
