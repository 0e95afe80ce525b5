"""What is done with several people at once: whom it touches and what it refuses are listed first, and it is done, or
undone, by one more step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, Row, select

from registry.edit import Edit
from registry.exchange.taking_out import people_taken_out
from registry.guard import whose
from registry.guard.areas import Area, Verb
from registry.people import badges, people
from registry.people.people import profile_of
from registry.tables import core as t
from registry.web import trail
from registry.web.ahead import look_ahead
from registry.web.asked import Asked, Looking, Sending
from registry.web.face import NotYours
from registry.web.forms import NAME, Form
from registry.web.listing import ROWS
from registry.web.people.roles import Roles, ends_of
from registry.web.people.rows import PEOPLE, of_ids
from registry.web.people.zones import zone_names
from registry.web.reaching import sites_where
from registry.web.trail import Did

CHOSEN, EXPORT = "/people-chosen", "export"
NEEDS = {
    "suspend": (Area.PEOPLE, Verb.WRITE),
    "lift": (Area.PEOPLE, Verb.WRITE),
    "revoke": (Area.BADGES, Verb.WRITE),
    "end-roles": (Area.ROLES, Verb.WRITE),
    EXPORT: (Area.EXCHANGE, Verb.READ),
}
"""What can be done, and what it needs."""
UNDOES = {"suspend": "lift", "lift": "suspend"}
"""What undoes what: a badge is revoked for good, so that needs a reason; a role is given again."""
TAKES = frozenset({"suspend", "revoke", "end-roles"})
"""What takes something away, which is shown before."""


@dataclass(frozen=True, slots=True)
class Done:
    """A row of the trail: what was done to whom."""

    kind: str
    what: str
    person: str
    site: str | None = None


def routes() -> APIRouter:
    """The page that lists whom it concerns, and the step that does it."""
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
            for one in _do(asked, edit, do, rows, reason):
                asked.note(edit.connection, one.kind, one.what, person=one.person, site=one.site)
        if do == EXPORT:
            sites = sites_where(asked, Area.EXCHANGE)
            return people_taken_out(asked.reading, [row.id for row in rows], sites, asked.at_ms)
        return asked.see(_after(do, rows), "success", asked.t.number(f"chosen.{do}_done", len(rows)))

    return router


def _after(do: str, rows: Sequence[Row[Any]]) -> str:
    """The page that shows what was done, or undoes it."""
    if len(rows) == 1:
        return f"{PEOPLE}/{rows[0].id}"
    return f"{CHOSEN}?do={UNDOES[do]}" + "".join(f"&one={row.id}" for row in rows) if do in UNDOES else PEOPLE


def _listing(asked: Asked, do: str, idents: Sequence[str], form: Form) -> Response:
    sites = sites_where(asked, *NEEDS.get(do, (Area.PEOPLE, Verb.WRITE)))
    with asked.reading() as connection:
        rows = of_ids(connection, idents, sites) if do in NEEDS else []
        beside = _told(asked, connection, do, [row.id for row in rows])
    ahead = None
    if rows and do in TAKES:
        ahead = look_ahead(asked, lambda edit: _rehearsed(asked, edit, do, rows))
    status = 422 if form.wrong else 200
    return asked.page("people_chosen.html", status=status, do=do, rows=rows, beside=beside, form=form, ahead=ahead)


def _told(asked: Asked, connection: Connection, do: str, persons: Sequence[str]) -> Mapping[str, str]:
    """What is said beside the names of those whom it concerns: their badges in force, or the roles that end."""
    if do == "revoke":
        counts = {person: len(held) for person, held in _in_force(connection, persons).items()}
        return {person: asked.t.number("chosen.badges", counts.get(person, 0)) for person in persons}
    if do == "end-roles":
        zones, of = zone_names(connection), Roles()
        said = {one: list[str]() for one in persons}
        for row in ends_of(asked, connection, persons):
            said[row.person].append(of.says(row, asked.t, zones))
        return {person: ", ".join(roles) or asked.t("chosen.no_role") for person, roles in said.items()}
    return {}


def _in_force(connection: Connection, persons: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """These people's badges that are not revoked."""
    b = t.badge.c
    found: dict[str, list[str]] = {}
    query = select(b.person, b.id).where(b.person.in_(persons), b.revoked.is_(False)).order_by(b.person, b.id)
    for person, badge in connection.execute(query):
        found.setdefault(person, []).append(badge)
    return found


def _may(asked: Asked, edit: Edit, do: str, idents: Sequence[str]) -> Sequence[Row[Any]]:
    """Those it concerns; nobody is left out in silence. Raises NotYours."""
    if do not in NEEDS:
        raise NotYours
    rows = of_ids(edit.connection, idents, sites_where(asked, *NEEDS[do]))
    allowed = (asked.viewer.may(*NEEDS[do], whose.person(edit.connection, row.id)) for row in rows)
    asked.need(len(rows) == len(set(idents)) and all(allowed))
    return rows


def _rehearsed(asked: Asked, edit: Edit, do: str, rows: Sequence[Row[Any]]) -> None:
    _do(asked, edit, do, rows, "")


def _do(asked: Asked, edit: Edit, do: str, rows: Sequence[Row[Any]], reason: str) -> Sequence[Done]:
    """Do it, and say what was done. Raises Problem."""
    persons = [row.id for row in rows]
    if do == EXPORT:
        return [Done(Did.FILE_TAKEN_OUT, "people", person) for person in persons]
    if do == "revoke":
        held = _in_force(edit.connection, persons)
        return [_revoked(edit, person, badge, reason) for person, some in held.items() for badge in some]
    if do == "end-roles":
        return [_role_ended(edit, role) for role in ends_of(asked, edit.connection, persons)]
    suspended = do == "suspend"
    kind = Did.PERSON_SUSPENDED if suspended else Did.PERSON_LIFTED
    turned = [row for row in rows if row.suspended != suspended]
    for row in turned:
        people.change_person(edit, row.id, replace(profile_of(row), suspended=suspended))
    return [Done(kind, "", row.id) for row in turned]


def _revoked(edit: Edit, person: str, badge: str, reason: str) -> Done:
    badges.revoke(edit, badge)
    return Done(Did.BADGE_REVOKED, f"{badge}: {reason}", person)


def _role_ended(edit: Edit, role: Row[Any]) -> Done:
    Roles().end(edit, role)
    return Done(trail.ended("role"), role.id, role.person, role.site)
