"""The list of badges, and taking one out of force."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from registry import store
from registry.api.paging import Cursor
from registry.guard.areas import Area, Verb
from registry.judging import rehearsed
from registry.names import Id
from registry.people import badges
from registry.tables import core as t
from registry.web.ahead import look_ahead
from registry.web.asked import Asked, Looking, Sending
from registry.web.badges import rows as badges_rows
from registry.web.badges.rows import BADGES, STATES
from registry.web.forms import NAME, Form
from registry.web.people.pages import Choice, Words
from registry.web.people.rows import PEOPLE
from registry.web.reaching import check_person, is_open, sites_where
from registry.web.trail import Did


def routes() -> APIRouter:
    """The pages of badges."""
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
        return _asking(asked, row, name, Form(asked.t))

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
            return _asking(asked, row, name, form)
        return asked.see(f"{PEOPLE}/{row.person}", "success", asked.t("badges.revoked", name=name))

    return router


def _asking(asked: Asked, row: Any, name: str, form: Form) -> Response:  # noqa: ANN401 -- a row of the badge table
    """The question, with what it would refuse."""
    ahead = look_ahead(asked, rehearsed.lose(row.id))
    status = 422 if form.wrong else 200
    return asked.page("badge_revoke.html", status=status, badge=row, name=name, form=form, ahead=ahead)


def _badge(asked: Asked, connection: Connection, badge: str) -> tuple[Any, str]:
    """A badge that the viewer may revoke, and its person's name. Raises NotYours or Problem."""
    asked.need(is_open(asked.viewer, Area.BADGES, Verb.WRITE))
    row = store.one(connection, t.badge, t.badge.c.id == badge, "badge")
    check_person(asked, connection, row.person, Area.BADGES, Verb.WRITE)
    return row, store.one(connection, t.person, t.person.c.id == row.person, "person").name
