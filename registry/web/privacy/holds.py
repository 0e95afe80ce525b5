"""Legal holds: what is kept although its time is over, by whose word and why; beginning one, and lifting it."""

from dataclasses import dataclass
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, Row

from access.hours import local
from access.retention import KINDS
from access.retention_words import WHAT
from registry import store
from registry.calendars.local_dates import dates_span
from registry.guard import authors
from registry.guard.areas import Area, Verb
from registry.guard.authority import COMMON
from registry.names import Id
from registry.people.enrolments import HOME_ZONE
from registry.people.known_at import known_among
from registry.problems import Problem
from registry.retention import holds
from registry.retention.holds import Wanted
from registry.sites import live
from registry.tables import core as t
from registry.tables.retention import legal_hold
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import DAY, NAME, WHOLE, Form
from registry.web.reaching import sites_where

HOLDS = "/holds"
NEW = f"{HOLDS}-new"
ZONE = ZoneInfo(HOME_ZONE)
_KINDS = tuple(kind.id for kind in KINDS)


@dataclass(frozen=True, slots=True)
class Shown:
    """A hold in words; whether it holds now, and may be lifted by whoever looks."""

    row: Row[Any]
    what: str
    whose: str
    author: str
    lifted_by: str
    holds: bool


def routes() -> APIRouter:
    """The list of holds, and the steps of one."""
    router = APIRouter()

    @router.get(HOLDS)
    def listed(asked: Looking) -> Response:
        """List every hold there was, the last begun first; of people, those known at the viewer's sites."""
        sites = sites_where(asked, Area.RETENTION)
        with asked.reading() as connection:
            rows = holds.all_of(connection)
            known = known_among(connection, sorted({row.person for row in rows if row.person}), sites)
            shown = _shown(asked, connection, [row for row in rows if row.person is None or row.person in known])
        return asked.page("holds.html", holds=shown, writes=_writes(asked))

    @router.get(NEW)
    def editing(asked: Looking, person: Annotated[str, Query(max_length=32)] = "") -> Response:
        """Ask what is to be held, why, and until when; of everybody, or of one person."""
        asked.need(_writes(asked))
        return _form(asked, Form(asked.t, {"person": person}))

    @router.post(NEW)
    def begin(asked: Sending) -> Response:
        """Hold it from now on. 404 or 422 with the form where it cannot be."""
        asked.need(_writes(asked))
        form = Form(asked.t, asked.fields)
        reason, day = form.needed("reason", NAME), form.needed("until", DAY)
        kind = form.one_of("kind", ("", *_KINDS))
        until_ms = 0 if form.wrong else dates_span(None, day, ZONE)[1] or 0
        if not form.wrong and not asked.at_ms < until_ms <= asked.at_ms + holds.LONGEST_MS:
            form.refuse("until", "holds.wrong.until")
        if form.wrong:
            return _form(asked, form, 422)
        wanted = Wanted(reason, until_ms, kind or None, form.value("person") or None)
        try:
            with asked.editing() as edit:
                holds.begin(edit, wanted, asked.viewer.account)
        except Problem as problem:
            form.refused(problem)
            return _form(asked, form, problem.kind.status)
        return asked.see(HOLDS, "success", asked.t("holds.begun"))

    @router.get(f"{HOLDS}/{{hold}}/lift")
    def asking(asked: Looking, hold: Id) -> Response:
        """Ask whether a hold is to end before its time."""
        asked.need(_writes(asked))
        with asked.reading() as connection:
            row = store.one(connection, legal_hold, legal_hold.c.id == hold, "hold")
            (one,) = _shown(asked, connection, [row])
        return asked.page("hold_lift.html", one=one)

    @router.post(f"{HOLDS}/{{hold}}/lift")
    def lift(asked: Sending, hold: Id) -> Response:
        """End it now: what its time is over for goes at the next purge. 404 where it is none any more."""
        asked.need(_writes(asked))
        with asked.editing() as edit:
            holds.lift(edit, hold, asked.viewer.account)
        return asked.see(HOLDS, "success", asked.t("holds.lifted"))

    return router


def _writes(asked: Asked) -> bool:
    """Whether the viewer may begin and lift holds."""
    return asked.viewer.may(Area.RETENTION, Verb.WRITE, COMMON)


def _shown(asked: Asked, connection: Connection, rows: list[Row[Any]]) -> list[Shown]:
    people = live.names_of(connection, sorted({row.person for row in rows if row.person}))
    names = authors.names_of(connection, {who for row in rows for who in (row.author, row.lifted_by) if who})
    return [
        Shown(
            row,
            _what(asked, row.kind),
            people.get(row.person, row.person) if row.person else asked.t("holds.everybody"),
            names.get(row.author, row.author),
            names.get(row.lifted_by, row.lifted_by),
            row.lifted_ms is None and row.until_ms > asked.at_ms,
        )
        for row in rows
    ]


def _what(asked: Asked, kind: str | None) -> str:
    return asked.t("holds.any_kind") if kind is None else WHAT[kind](asked.t.language)


def _form(asked: Asked, form: Form, status: int = 200) -> Response:
    """The form; whose data is held was chosen before. Raises Problem where there is no such person."""
    person = form.value("person")
    with asked.reading() as connection:
        whose = store.one(connection, t.person, t.person.c.id == person, "person").name if person else ""
    kinds = [("", asked.t("holds.any_kind")), *((one, _what(asked, one)) for one in _KINDS)]
    latest = asked.t.date(local(asked.at_ms + holds.LONGEST_MS, ZONE).date())
    said = {"whose": whose, "kinds": kinds, "whole": form.says(WHOLE), "latest": latest}
    return asked.page("hold_new.html", status=status, form=form, **said)
