"""Saying what staff make of two stays of a person that cannot both be true."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from registry.attendance import conflicts
from registry.guard import asked as decided
from registry.guard import looks, whose
from registry.guard.areas import Area, Verb
from registry.guard.looking import look_on
from registry.names import Id
from registry.sites import live
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import NAME, WHOLE, Form
from registry.web.reaching import is_open
from registry.web.sites import files as site_rows
from registry.web.sites.rows import SITES
from registry.web.trail import Did

ONE = f"{SITES}/{{site}}/conflicts/{{conflict}}"


def routes() -> APIRouter:
    """The form and what it does."""
    router = APIRouter()

    @router.get(ONE)
    def asking(asked: Looking, site: Id, conflict: Id) -> Response:
        """The two stays, and the question; the look is noted."""
        return _form(asked, site, conflict, Form(asked.t))

    @router.post(ONE)
    def resolve(asked: Sending, site: Id, conflict: Id) -> Response:
        """Keep what staff make of it. 422 with the form where nothing is said, 412 where somebody has said so."""
        form = Form(asked.t, asked.fields)
        note = form.needed("note", NAME)
        with asked.editing() as edit:
            row = _found(asked, edit.connection, site, conflict)
            stale = form.stale(row.revision)
            if not form.wrong:
                conflicts.resolve(edit, conflict, asked.viewer.account, note)
                asked.note(edit.connection, Did.CONFLICT_RESOLVED, note, person=row.person, site=site)
        if form.wrong:
            return _form(asked, site, conflict, form, 412 if stale else 422)
        return asked.see(f"{SITES}/{site}", "success", asked.t("site.conflict_done"))

    return router


def _found(asked: Asked, connection: Connection, site: str, conflict: str) -> Any:  # noqa: ANN401 -- a row of the conflict table
    """A conflict of a site that the viewer may resolve. Raises NotYours or Problem."""
    asked.need(is_open(asked.viewer, Area.PRESENCE, Verb.WRITE))
    of = whose.CONFLICT.find(connection, {"conflict": conflict}) if whose.CONFLICT.find else None
    here = of if of is not None and site in of.sites else None
    decided.check(asked.viewer.authority, Area.PRESENCE, Verb.WRITE, here, "conflict")
    return conflicts.one(connection, conflict)


def _form(asked: Asked, site: str, conflict: str, form: Form, status: int = 200) -> Response:
    def show(connection: Connection, named: set[str]) -> dict[str, object]:
        row = _found(asked, connection, site, conflict)
        named.add(row.person)
        names = live.names_of(connection, [row.person])
        sites = site_rows.names_of(connection)
        return {"conflict": row, "name": names.get(row.person, row.person), "sites": sites}

    looker = (asked.viewer.account, asked.viewer.authority.person)
    told = look_on(asked.face.shared.database, looker, looks.CONFLICTS, show, asked.at_ms)
    return asked.page("site_conflict.html", status=status, site=site, form=form, whole=form.says(WHOLE), **told)
