"""All sites at one glance, and each of them on a page of its own."""

from functools import partial

from fastapi import APIRouter, Response

from registry.guard import looks
from registry.guard.areas import Area, Verb
from registry.guard.authority import COMMON, at
from registry.guard.looking import look_on
from registry.names import Id
from registry.web.asked import Asked, Looking
from registry.web.sites import files as site_rows
from registry.web.sites import rows as sites_rows
from registry.web.sites.live import CARD, Ours, clock
from registry.web.sites.rows import SITES


def routes() -> APIRouter:
    """The pages; ``?still`` stops one there."""
    router = APIRouter()

    @router.get(SITES)
    def every(asked: Looking, live: Ours) -> Response:
        """The sites that the viewer is shown."""
        reach = sites_rows.reach_of(asked.viewer)
        asked.need(not sites_rows.nothing_shown(reach))
        parts = live.all_sites(asked.t, asked.viewer)
        with asked.reading() as connection:
            names = site_rows.names_of(connection)
        shown = [
            (site, names.get(site, site))
            for site in (name.removeprefix(CARD) for name in parts if name.startswith(CARD))
        ]
        makes = asked.viewer.may(Area.CENTRE, Verb.WRITE, COMMON)
        return asked.page("sites.html", parts=parts, sites=shown, makes=makes, stopped=_moment(asked))

    @router.get(f"{SITES}/{{site}}")
    def one(asked: Looking, site: Id, live: Ours) -> Response:
        """One of them: how it stands, and what is to be decided of it."""
        site_rows.need(asked.viewer, site)
        parts = live.one_site(asked.t, asked.viewer, site)
        shared = asked.face.shared
        looker = (asked.viewer.account, asked.viewer.authority.person)
        show = partial(site_rows.decisions, viewer=asked.viewer, site=site, at_ms=asked.at_ms)
        decided = look_on(shared.database, looker, looks.CONFLICTS, show, asked.at_ms)
        with asked.reading() as connection:
            row = site_rows.row_of(connection, site)
        may = {area: asked.viewer.may(area, Verb.WRITE, at(site)) for area in _WRITTEN}
        shown = {area: asked.viewer.may(area, Verb.READ, at(site)) for area in _SHOWN}
        stopped = _moment(asked)
        return asked.page("site.html", parts=parts, site=row, decided=decided, may=may, shown=shown, stopped=stopped)

    return router


_WRITTEN = (Area.LOG, Area.PRESENCE, Area.GATEWAYS, Area.SITES)
_SHOWN = (Area.GATEWAYS, Area.LIVE, Area.PRESENCE, Area.BADGES, Area.CLOSURES)


def _moment(asked: Asked) -> str:
    """When the page was stopped; "" where it goes on."""
    return clock(asked.t, asked.at_ms) if "still" in asked.request.query_params else ""
