"""What is done with several people at once: they are listed first, and it is done, or undone, by one more step."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Row, select

from registry import badges, people, whose
from registry import tables as t
from registry.areas import Area, Verb
from registry.edit import Edit
from registry.web.asked import Asked, Looking, Sending
from registry.web.face import Face, NotYours
from registry.web.forms import NAME, Form
from registry.web.listing import ROWS
from registry.web.people_edit import profile_of
from registry.web.people_rows import PEOPLE, of_ids
from registry.web.reaching import sites_where
from registry.web.trail import Did

CHOSEN = "/people-chosen"
AREAS = {"suspend": Area.PEOPLE, "lift": Area.PEOPLE, "revoke": Area.BADGES}
UNDOES = {"suspend": "lift", "lift": "suspend"}
"""What can be done, and what undoes it: a badge is revoked for good, so that needs a reason."""


def routes(face: Face) -> APIRouter:
    """The page that lists whom it concerns, and the step that does it."""
    del face
    router = APIRouter()

    @router.get(CHOSEN)
    def chosen(
        asked: Looking,
        do: Annotated[str, Query(max_length=20)] = "",
        one: Annotated[list[str] | None, Query(max_length=ROWS)] = None,
    ) -> Response:
        """List whom it concerns, before anything is done."""
        return _listing(asked, do, one or [], Form(asked.t))

    @router.post(CHOSEN)
    def done(asked: Sending) -> Response:
        """Do it with all of them, wholly or not at all."""
        do, form = asked.fields.get("do", ""), Form(asked.t, asked.fields)
        idents = asked.fields.get("people", "").split()[:ROWS]
        reason = form.needed("reason", NAME) if do == "revoke" else ""
        if form.wrong:
            return _listing(asked, do, idents, form)
        with asked.editing() as edit:
            rows = _may(asked, edit, do, idents)
            for row in rows:
                _do(asked, edit, do, row, reason)
        if do == "revoke":
            return asked.see(PEOPLE, "success", asked.t.number("chosen.revoke_done", len(rows)))
        if len(rows) == 1:
            path = f"{PEOPLE}/{rows[0].id}"
        else:
            path = f"{CHOSEN}?do={UNDOES[do]}" + "".join(f"&one={row.id}" for row in rows)
        return asked.see(path, "success", asked.t.number(f"chosen.{do}_done", len(rows)))

    return router


def _listing(asked: Asked, do: str, idents: Sequence[str], form: Form) -> Response:
    sites = sites_where(asked, AREAS.get(do, Area.PEOPLE), Verb.WRITE)
    with asked.reading() as connection:
        rows = of_ids(connection, idents, sites) if do in AREAS else []
        counted = {row.id: len(_in_force(connection, row.id)) for row in rows}
    status = 422 if form.wrong else 200
    return asked.page("people_chosen.html", status=status, do=do, rows=rows, badges=counted, form=form)


def _in_force(connection: Any, person: str) -> Sequence[str]:  # noqa: ANN401 -- a connection, or an edit's
    b = t.badge.c
    query = select(b.id).where(b.person == person, b.revoked.is_(False))
    return list(connection.execute(query.order_by(b.id)).scalars())


def _may(asked: Asked, edit: Edit, do: str, idents: Sequence[str]) -> Sequence[Row[Any]]:
    """Those it concerns; nobody is left out in silence. Raises NotYours."""
    if do not in AREAS:
        raise NotYours
    rows = of_ids(edit.connection, idents, sites_where(asked, AREAS[do], Verb.WRITE))
    allowed = (asked.viewer.may(AREAS[do], Verb.WRITE, whose.person(edit.connection, row.id)) for row in rows)
    asked.need(len(rows) == len(set(idents)) and all(allowed))
    return rows


def _do(asked: Asked, edit: Edit, do: str, row: Row[Any], reason: str) -> None:
    if do == "revoke":
        for badge in _in_force(edit.connection, row.id):
            badges.revoke(edit, badge)
            asked.note(edit.connection, Did.BADGE_REVOKED, f"{badge}: {reason}", person=row.id)
        return
    suspended = do == "suspend"
    if row.suspended != suspended:
        people.change_person(edit, row.id, replace(profile_of(row), suspended=suspended))
        asked.note(edit.connection, Did.PERSON_SUSPENDED if suspended else Did.PERSON_LIFTED, person=row.id)
