"""Giving a person something, changing it and ending it: what it refuses is shown before it is done."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from sqlalchemy import Connection, Row

from registry import identity, store
from registry.guard.areas import Area
from registry.names import Id
from registry.problems import Kind, Problem
from registry.tables import core as t
from registry.web import trail
from registry.web.ahead import Ahead, look_ahead
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import WHOLE, Form
from registry.web.people import held
from registry.web.people.held import Ground, Holding
from registry.web.people.passes import Passes
from registry.web.people.places import Enrolments, Transfers
from registry.web.people.rights import Rights
from registry.web.people.roles import Guardians, Roles
from registry.web.people.rows import PEOPLE
from registry.web.people.zones import zone_names
from registry.web.reaching import check_person, sites_where

KINDS: tuple[Holding, ...] = (Roles(), Rights(), Passes(), Enrolments(), Guardians(), Transfers())
"""In the order in which a person's page tells them."""
OF_NAME = {kind.name: kind for kind in KINDS}
NEW, ONE = f"{PEOPLE}/{{person}}/new/{{kind}}", f"{PEOPLE}/{{person}}/held/{{kind}}/{{key}}"
Key = Annotated[str, Path(max_length=70)]


def routes() -> APIRouter:
    """The forms of what a person holds."""
    router = APIRouter()

    @router.get(NEW)
    def new(asked: Looking, person: Id, kind: Id) -> Response:
        """The form that gives it."""
        of = _kind(kind)
        with asked.reading() as connection:
            ground = _ground(asked, connection, person, of, None)
            return _form(ground, of, None, Form(asked.t, of.typed(ground, None)))

    @router.post(NEW)
    def give(asked: Sending, person: Id, kind: Id) -> Response:
        """Give it. 422 with the form where it cannot be."""
        return _saved(asked, person, _kind(kind), None)

    @router.get(ONE)
    def one(asked: Looking, person: Id, kind: Id, key: Key) -> Response:
        """The form that changes it."""
        of = _kind(kind)
        with asked.reading() as connection:
            row = _row(asked, connection, person, of, key)
            ground = _ground(asked, connection, person, of, row)
            typed = {**of.typed(ground, row), "revision": str(row.revision)}
            return _form(ground, of, row, Form(asked.t, typed))

    @router.post(ONE)
    def change(asked: Sending, person: Id, kind: Id, key: Key) -> Response:
        """Change it; first show what that refuses, where it refuses anything. 422 or 412 with the form."""
        return _saved(asked, person, _kind(kind), key)

    @router.get(f"{ONE}/end")
    def ending(asked: Looking, person: Id, kind: Id, key: Key) -> Response:
        """Ask whether it is to end now, and show what that refuses."""
        of = _kind(kind)
        with asked.reading() as connection:
            row = _row(asked, connection, person, of, key)
            _ground(asked, connection, person, of, row)
            name = store.one(connection, t.person, t.person.c.id == person, "person").name
            says = of.says(row, asked.t, zone_names(connection))
        seen, key = look_ahead(asked, lambda edit: of.end(edit, row)), of.key(row)
        return asked.page("held_end.html", of=of.name, says=says, person=person, name=name, ahead=seen, key=key)

    @router.post(f"{ONE}/end")
    def end(asked: Sending, person: Id, kind: Id, key: Key) -> Response:
        """End it now."""
        of = _kind(kind)
        with asked.editing() as edit:
            row = _row(asked, edit.connection, person, of, key)
            _ground(asked, edit.connection, person, of, row)
            of.end(edit, row)
            asked.note(edit.connection, trail.ended(of.name), of.key(row), person=person, site=of.site(row))
            says = of.says(row, asked.t, zone_names(edit.connection))
        return asked.see(f"{PEOPLE}/{person}", "success", asked.t("held.ended", what=says))

    return router


def _kind(name: str) -> Holding:
    if name not in OF_NAME:
        raise Problem(Kind.NOT_FOUND, "there is no such kind of right.")
    return OF_NAME[name]


def _row(asked: Asked, connection: Connection, person: str, of: Holding, key: str) -> Row[Any]:
    """One of what a person holds, of what the viewer may see. Raises NotYours or Problem."""
    rows = of.rows(connection, person, sites_where(asked, of.area), asked.at_ms)
    found = next((row for row in rows if of.key(row) == key), None)
    if found is None:
        raise Problem(Kind.NOT_FOUND, "they hold no such thing any more; look at their page.")
    return found


def _ground(asked: Asked, connection: Connection, person: str, of: Holding, row: Row[Any] | None) -> Ground:
    """The ground of a form that the viewer may send. Raises NotYours or Problem."""
    check_person(asked, connection, person, Area.PEOPLE)
    ground = held.ground_of(asked, connection, person, of.area)
    of.check(ground, row)
    return ground


def _saved(asked: Asked, person: str, of: Holding, key: str | None) -> Response:
    """Give it, or change the one of a key."""
    form, seen = Form(asked.t, asked.fields), None
    with asked.reading() as connection:
        row = None if key is None else _row(asked, connection, person, of, key)
        ground = _ground(asked, connection, person, of, row)
        stale = row is not None and form.stale(row.revision)
        value = of.read(ground, form, row)
    try:
        if row is not None and not form.wrong and not form.ticked("confirmed"):
            seen = look_ahead(asked, lambda edit: of.change(edit, row, value))
        if not form.wrong and (seen is None or not seen.lost):
            return _done(asked, person, of, row, value)
    except Problem as problem:
        form.refused(problem)
    with asked.reading() as connection:
        return _form(_ground(asked, connection, person, of, row), of, row, form, seen, 412 if stale else 422)


def _done(asked: Asked, person: str, of: Holding, row: Row[Any] | None, value: Any) -> Response:  # noqa: ANN401
    ident = identity.new_id() if row is None else of.key(row)
    with asked.editing() as edit:
        if row is None:
            of.give(edit, ident, value)
        else:
            now = _row(asked, edit.connection, person, of, ident)
            if now.revision != row.revision:
                raise Problem(Kind.CHANGED, "it has changed meanwhile; look at it again.")
            of.change(edit, row, value)
        kind = trail.given(of.name) if row is None else trail.changed(of.name)
        asked.note(edit.connection, kind, ident, person=person, site=of.site(value))
    what = asked.t(f"held.kind.{of.name}")
    said = asked.t("held.given" if row is None else "held.changed", what=what)
    return asked.see(f"{PEOPLE}/{person}", "success", said)


def _form(
    ground: Ground, of: Holding, row: Row[Any] | None, form: Form, ahead: Ahead | None = None, status: int = 422
) -> Response:
    asked, person = ground.asked, ground.person
    name = store.one(ground.connection, t.person, t.person.c.id == person, "person").name
    asks = of.asks(ground, row)
    path = f"{PEOPLE}/{person}/new/{of.name}" if row is None else f"{PEOPLE}/{person}/held/{of.name}/{of.key(row)}"
    return asked.page(
        "held_edit.html",
        status=status if form.wrong else 200,
        of=of.name,
        says="" if row is None else of.says(row, asked.t, zone_names(ground.connection)),
        person=person,
        name=name,
        asks=asks,
        hints={one.name: asked.t.get(f"held.hint.{of.name}.{one.name}", "") for one in asks},
        form=form,
        whole=form.says(WHOLE),
        path_to=path,
        ahead=ahead,
    )
