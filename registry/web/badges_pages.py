"""The list of badges, and taking one out of force."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from registry import badges, store
from registry import tables as t
from registry.areas import Area, Verb
from registry.names import Id
from registry.paging import Cursor
from registry.web import badges_rows
from registry.web.asked import Asked, Looking, Sending
from registry.web.badges_rows import BADGES, STATES
from registry.web.face import Face
from registry.web.forms import NAME, Form
from registry.web.people_pages import Choice, Words
from registry.web.people_rows import PEOPLE
from registry.web.reaching import check_person, is_open, sites_where
from registry.web.trail import Did


def routes(face: Face) -> APIRouter:
    """The pages of badges."""
    del face
    router = APIRouter()

    @router.get(BADGES)
    def listed(asked: Looking, q: Words = "", state: Choice = "", after: Cursor = None) -> Response:
        """List the badges of the people of the viewer's sites."""
        sites = sites_where(asked, Area.BADGES)
        with asked.reading() as connection:
            found = badges_rows.found(connection, sites, after, asked.at_ms, words=q.strip(), state=state)
            concerned = [ident for row in found.rows for ident in (row.id, row.person)]
            late = badges_rows.late_sites(connection, concerned, sites)
        states = {row.id: badges_rows.state_of(row, asked.at_ms) for row in found.rows}
        choices = [("", asked.t("badges.any_state")), *((one, asked.t(f"badges.state.{one}")) for one in STATES)]
        writes = is_open(asked.viewer, Area.BADGES, Verb.WRITE)
        return asked.page("badges.html", listed=found, states=states, late=late, choices=choices, writes=writes)

    @router.get(f"{BADGES}/{{badge}}/revoke")
    def asking(asked: Looking, badge: Id) -> Response:
        """Ask whether, and why, a badge is to be revoked."""
        with asked.reading() as connection:
            row, name = _badge(asked, connection, badge)
        return asked.page("badge_revoke.html", badge=row, name=name, form=Form(asked.t))

    @router.post(f"{BADGES}/{{badge}}/revoke")
    def revoke(asked: Sending, badge: Id) -> Response:
        """Revoke a badge for good, with a reason. 422 with the form where there is none."""
        form = Form(asked.t, asked.fields)
        reason = form.needed("reason", NAME)
        with asked.editing() as edit:
            row, name = _badge(asked, edit.connection, badge)
            if not form.wrong:
                badges.revoke(edit, badge)
                asked.note(edit.connection, Did.BADGE_REVOKED, f"{badge}: {reason}", person=row.person)
        if form.wrong:
            return asked.page("badge_revoke.html", status=422, badge=row, name=name, form=form)
        return asked.see(f"{PEOPLE}/{row.person}", "success", asked.t("badges.revoked", name=name))

    return router


def _badge(asked: Asked, connection: Connection, badge: str) -> tuple[Any, str]:
    """A badge that the viewer may revoke, and its person's name. Raises NotYours or Problem."""
    asked.need(is_open(asked.viewer, Area.BADGES, Verb.WRITE))
    row = store.one(connection, t.badge, t.badge.c.id == badge, "badge")
    check_person(asked, connection, row.person, Area.BADGES, Verb.WRITE)
    return row, store.one(connection, t.person, t.person.c.id == row.person, "person").name
