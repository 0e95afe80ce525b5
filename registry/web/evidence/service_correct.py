"""Corrections at the Digital Angels' desk, which stand beside what they correct; and what an angel owes."""

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Row, Table

from access.service import Target
from registry import identity, store
from registry.attendance import desk_visits, service_hours
from registry.attendance.desk_visits import Visit
from registry.attendance.service_month import places_of, zone_of
from registry.edit import Edit
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.problems import Problem
from registry.tables import core as t
from registry.web.asked import Asked, Looking, Sending
from registry.web.evidence.service_shown import SERVICE, check, kinds, ledgers, minutes_of
from registry.web.evidence.service_write import entry_in, kind_in, minutes_in, site_in
from registry.web.forms import NAME, WHOLE, Form, shown_moment
from registry.web.trail import Did

HOURS, VISIT = f"{SERVICE}/{{person}}/hours/{{entry}}", f"{SERVICE}/{{person}}/visits/{{visit}}"
TARGET = f"{SERVICE}/{{person}}/target"
MOST_HOURS = 10_000
Doing = Callable[[Edit], object]
Void = Callable[[Edit, Row[Any], str, str], object]
"""Takes an entry out: which, why, and who."""
Reading = Callable[[Form, Row[Any], str], Doing]
"""What is made of an entry by a form, for a reason."""
Shown = Callable[[Asked, Row[Any], Form], Response]


def routes() -> APIRouter:
    """The forms of corrections, and of what is owed."""
    router = APIRouter()

    _of_hours(router)
    _of_visits(router)
    _of_targets(router)
    return router


def _of_hours(router: APIRouter) -> None:
    @router.get(HOURS)
    def hours(asked: Looking, person: Id, entry: Id) -> Response:
        """The form that corrects hours, as they are."""
        row, zone = _row(asked, person, t.service_entry, entry), zone_of(_places(asked, person))
        typed = {"start": shown_moment(row.start_ms, zone), "end": shown_moment(row.end_ms, zone)}
        return _hours(
            asked, row, Form(asked.t, {**typed, "ledger": row.ledger, "note": row.note, "site": row.site or ""})
        )

    @router.post(HOURS)
    def correct_hours(asked: Sending, person: Id, entry: Id) -> Response:
        """Correct hours, or take them out. 422 with the form where that cannot be."""

        def read(form: Form, row: Row[Any], reason: str) -> Doing:
            places = _places(asked, person)
            made, site = entry_in(form, person, zone_of(places)), site_in(form, places)
            return lambda edit: service_hours.correct(edit, row, made, reason, asked.viewer.account, site)

        return _corrected(asked, _row(asked, person, t.service_entry, entry), service_hours.void, read, _hours)


def _of_visits(router: APIRouter) -> None:
    @router.get(VISIT)
    def visit(asked: Looking, person: Id, visit: Id) -> Response:
        """The form that corrects a visit, as it is."""
        row, zone = _row(asked, person, t.desk_visit, visit), zone_of(_places(asked, person))
        typed = {"kind": row.kind, "minutes": str(row.minutes), "start": shown_moment(row.start_ms, zone)}
        return _visit(asked, row, Form(asked.t, {**typed, "site": row.site}))

    @router.post(VISIT)
    def correct_visit(asked: Sending, person: Id, visit: Id) -> Response:
        """Correct a visit, or take it out. 422 with the form where that cannot be."""

        def read(form: Form, row: Row[Any], reason: str) -> Doing:
            places = _places(asked, person)
            site, start_ms = site_in(form, places), form.moment("start", zone_of(places))
            made = Visit(identity.new_id(), site, person, kind_in(form), minutes_in(form), start_ms)
            return lambda edit: desk_visits.correct(edit, row, made, reason, asked.viewer.account)

        return _corrected(asked, _row(asked, person, t.desk_visit, visit), desk_visits.void, read, _visit)


def _of_targets(router: APIRouter) -> None:
    @router.get(TARGET)
    def owes(asked: Looking, person: Id) -> Response:
        """The form of what an angel owes."""
        with asked.reading() as connection:
            check(asked, connection, person, Verb.WRITE, Area.ROLES)
            target, revision = service_hours.target_of(connection, person)
        typed = {"revision": str(revision)}
        if target is not None:
            typed |= {"hours": str(target.minutes // 60), "team": str(target.team_percent)}
        return _target(asked, person, Form(asked.t, {"team": "50", **typed}))

    @router.post(TARGET)
    def owe(asked: Sending, person: Id) -> Response:
        """Say what an angel owes. 422 with the form where it cannot be, 412 where it has changed."""
        form = Form(asked.t, asked.fields)
        for name in ("hours", "team"):
            if not form.value(name):
                form.refuse(name, "wrong.missing")
        whole, team = form.figure("hours", 0, MOST_HOURS), form.figure("team", 0, 100)
        with asked.editing() as edit:
            check(asked, edit.connection, person, Verb.WRITE, Area.ROLES)
            _, revision = service_hours.target_of(edit.connection, person)
            stale = form.stale(revision)
            if not form.wrong:
                service_hours.set_target(edit, person, Target((whole or 0) * 60, team or 0))
                asked.note(edit.connection, Did.SERVICE_OWED, person=person)
        if form.wrong:
            return _target(asked, person, form, 412 if stale else 422)
        return asked.see(f"{SERVICE}/{person}", "success", asked.t("service.owed"))


def _row(asked: Asked, person: str, table: Table, ident: str) -> Row[Any]:
    """What of a person's is to be corrected. Raises NotYours or Problem."""
    with asked.reading() as connection:
        check(asked, connection, person, Verb.WRITE)
        return store.one(connection, table, (table.c.id == ident) & (table.c.person == person), "entry")


def _places(asked: Asked, person: str) -> Sequence[Row[*tuple[Any, ...]]]:
    with asked.reading() as connection:
        return places_of(connection, person)


def _corrected(asked: Asked, row: Row[Any], void: Void, read: Reading, shown: Shown) -> Response:
    """Correct an entry as ``read`` says by its form, or take it out; the form again, as ``shown``, where that cannot
    be: it is wrong, or the registry refuses it.
    """
    form = Form(asked.t, asked.fields)
    reason = form.needed("reason", NAME)
    out = form.ticked("out")
    do = (lambda edit: void(edit, row, reason, asked.viewer.account)) if out else read(form, row, reason)
    if not form.wrong:
        try:
            with asked.editing() as edit:
                check(asked, edit.connection, row.person, Verb.WRITE)
                do(edit)
                asked.note(edit.connection, Did.SERVICE_CORRECTED, person=row.person)
        except Problem as problem:
            form.refused(problem)
    if form.wrong:
        return shown(asked, row, form)
    return asked.see(f"{SERVICE}/{row.person}", "success", asked.t("service.corrected"))


def _hours(asked: Asked, row: Row[Any], form: Form) -> Response:
    return _form(asked, row, form, "service_hours.html", ledgers=ledgers(asked))


def _visit(asked: Asked, row: Row[Any], form: Form) -> Response:
    choices = minutes_of(asked)
    if str(row.minutes) not in dict(choices):
        choices = [(str(row.minutes), asked.t("service.minutes", minutes=row.minutes)), *choices]
    return _form(asked, row, form, "service_visit.html", kinds=kinds(asked), minutes=choices)


def _form(asked: Asked, row: Row[Any], form: Form, template: str, **choices: object) -> Response:
    with asked.reading() as connection:
        sites = [(one.id, one.name) for one in places_of(connection, row.person)]
        name = store.one(connection, t.person, t.person.c.id == row.person, "person").name
    status = 422 if form.wrong else 200
    said = {"row": row, "name": name, "form": form, "whole": form.says(WHOLE), "sites": sites, **choices}
    return asked.page(template, status=status, **said)


def _target(asked: Asked, person: str, form: Form, status: int = 200) -> Response:
    with asked.reading() as connection:
        name = store.one(connection, t.person, t.person.c.id == person, "person").name
    return asked.page("service_target.html", status=status, person=person, name=name, form=form, whole=form.says(WHOLE))
