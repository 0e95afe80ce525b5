"""The list of people, and each of them on a page of their own."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from registry import store
from registry.api.paging import Cursor
from registry.guard.areas import Area, Verb
from registry.guard.authority import COMMON, NO_SITE, sites_for
from registry.names import Id
from registry.tables import core as t
from registry.web.asked import Asked, Looking
from registry.web.badges import rows as badges_rows
from registry.web.people import rows as people_rows
from registry.web.people.held import Holding
from registry.web.people.held_pages import KINDS
from registry.web.people.rows import PEOPLE, SORTS, STATES
from registry.web.people.zones import ZoneNames, zone_names
from registry.web.reaching import check_person, is_open, may_write, sites_where

COMING = 10
Words = Annotated[str, Query(max_length=120)]
Choice = Annotated[str, Query(max_length=20)]


def routes() -> APIRouter:
    """The pages of people."""
    router = APIRouter()

    @router.get(PEOPLE)
    def people(asked: Looking, q: Words = "", state: Choice = "", sort: Choice = "", after: Cursor = None) -> Response:
        """List the people of the viewer's sites."""
        sites = sites_where(asked, Area.PEOPLE)
        with asked.reading() as connection:
            found = people_rows.found(connection, sites, after, asked.at_ms, words=q.strip(), state=state, sort=sort)
        states = {row.id: people_rows.state_of(row, asked.at_ms) for row in found.rows}
        choices = [("", asked.t("people.any_state")), *((one, asked.t(f"people.state.{one}")) for one in STATES)]
        sorts = [(one, asked.t(f"people.sort.{one}")) for one in SORTS]
        writes = is_open(asked.viewer, Area.PEOPLE, Verb.WRITE)
        return asked.page("people.html", listed=found, states=states, choices=choices, sorts=sorts, writes=writes)

    @router.get(f"{PEOPLE}/{{person}}")
    def one(asked: Looking, person: Id) -> Response:
        """Show one person: what they may, and by what."""
        sites = sites_where(asked, Area.PEOPLE)
        with asked.reading() as connection:
            check_person(asked, connection, person, Area.PEOPLE)
            row = store.one(connection, t.person, t.person.c.id == person, "person")
            badges, zones = badges_rows.of_person(connection, person), zone_names(connection)
            return asked.page(
                "person.html",
                person=row,
                state=people_rows.state_of(row, asked.at_ms),
                admitted=people_rows.admitted_by(connection, person, sites),
                held=[_held(asked, connection, person, kind, zones) for kind in KINDS],
                bookings=people_rows.coming(connection, person, sites, asked.at_ms, COMING),
                badges=badges,
                badge_states={badge.id: badges_rows.state_of(badge, asked.at_ms) for badge in badges},
                late=badges_rows.late_sites(connection, [person, *(badge.id for badge in badges)], sites),
                writes=may_write(asked, connection, person, Area.PEOPLE),
                books=may_write(asked, connection, person, Area.BOOKINGS),
                holds=asked.viewer.may(Area.RETENTION, Verb.WRITE, COMMON),
                revokes=may_write(asked, connection, person, Area.BADGES),
            )

    return router


def _held(asked: Asked, connection: Connection, person: str, kind: Holding, zones: ZoneNames) -> dict[str, object]:
    """What a person holds of a kind, as far as the viewer sees it, and whether they may give more."""
    shown = sites_for(asked.viewer.authority, kind.area)
    rows = [] if shown == NO_SITE else kind.rows(connection, person, shown, asked.at_ms)
    told = [
        (kind.key(row), kind.says(row, asked.t, zones), kind.span(row), kind.may(asked.viewer, row)) for row in rows
    ]
    return {"name": kind.name, "rows": told, "gives": is_open(asked.viewer, kind.area, Verb.WRITE)}
