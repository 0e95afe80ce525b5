"""The list of programmes, and each of them on a page of its own."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from registry import store
from registry.api.paging import Cursor
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.programmes import programmes
from registry.tables import core as t
from registry.web.asked import Asked, Looking
from registry.web.participant.shown import places
from registry.web.programmes import rows as programmes_rows
from registry.web.programmes.rows import PROGRAMMES
from registry.web.reaching import is_open, sites_where
from registry.web.sites import closures_rows

Words = Annotated[str, Query(max_length=120)]


def routes() -> APIRouter:
    """The pages of programmes that are there."""
    router = APIRouter()

    @router.get(PROGRAMMES)
    def listed(asked: Looking, q: Words = "", after: Cursor = None) -> Response:
        """List the programmes."""
        check_staff(asked)
        with asked.reading() as connection:
            found = programmes_rows.found(connection, after, q.strip())
        return asked.page("programmes.html", listed=found, writes=may_write(asked))

    @router.get(f"{PROGRAMMES}/{{programme}}")
    def one(asked: Looking, programme: Id) -> Response:
        """Show one programme: whom it takes, what it trains and opens, and its cohorts."""
        check_staff(asked)
        sites = sites_where(asked, Area.COHORTS)
        with asked.reading() as connection:
            row = store.one(connection, t.programme, t.programme.c.id == programme, "programme")
            zones = programmes.zones_of(connection, [programme])[programme]
            there = closures_rows.sites_of(connection, None)
            named = places(connection, [site.id for site in there])
            held = {site: [named.resource(site, zone) for zone in some] for site, some in zones.items()}
            return asked.page(
                "programme.html",
                programme=row,
                modules=programmes_rows.modules_of(connection, programme),
                cohorts=programmes_rows.cohorts_of(connection, sites, programme),
                zones=[(site.id, site.name, held.get(site.id, [])) for site in there],
                writes=may_write(asked),
                adds=is_open(asked.viewer, Area.COHORTS, Verb.WRITE),
            )

    return router


def check_staff(asked: Asked) -> None:
    """Programmes are shown to staff; a participant's are on their own pages. Raises NotYours."""
    asked.need(asked.viewer.is_staff and is_open(asked.viewer, Area.PROGRAMMES) and is_open(asked.viewer, Area.COHORTS))


def may_write(asked: Asked) -> bool:
    """Whether whoever looks may change programmes."""
    return is_open(asked.viewer, Area.PROGRAMMES, Verb.WRITE)
