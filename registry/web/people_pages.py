"""The list of people, and each of them on a page of their own."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from registry import store
from registry import tables as t
from registry.areas import Area, Verb
from registry.names import Id
from registry.paging import Cursor
from registry.web import badges_rows, people_rows
from registry.web.asked import Looking
from registry.web.face import Face
from registry.web.people_rows import PEOPLE, SORTS, STATES
from registry.web.reaching import check_person, is_open, may_write, sites_where

COMING = 10
Words = Annotated[str, Query(max_length=120)]
Choice = Annotated[str, Query(max_length=20)]


def routes(face: Face) -> APIRouter:
    """The pages of people."""
    del face
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
            badges = badges_rows.of_person(connection, person)
            return asked.page(
                "person.html",
                person=row,
                state=people_rows.state_of(row, asked.at_ms),
                admitted=people_rows.admitted_by(connection, person, sites),
                roles=people_rows.roles_of(connection, person, asked.at_ms),
                rights=people_rows.rights_of(connection, person, sites),
                enrolments=people_rows.enrolments_of(connection, person),
                bookings=people_rows.coming(connection, person, sites, asked.at_ms, COMING),
                badges=badges,
                badge_states={badge.id: badges_rows.state_of(badge, asked.at_ms) for badge in badges},
                late=badges_rows.late_sites(connection, [person, *(badge.id for badge in badges)], sites),
                writes=may_write(asked, connection, person, Area.PEOPLE),
                revokes=may_write(asked, connection, person, Area.BADGES),
            )

    return router
