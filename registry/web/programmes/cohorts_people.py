"""Who comes into a cohort, many at once, and who leaves it: what leaving refuses is shown before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from sqlalchemy import Row

from registry import identity, store
from registry.downlink import admission
from registry.edit import Edit
from registry.guard.areas import Area, Verb
from registry.judging import rehearsed
from registry.names import Id
from registry.people import enrolments
from registry.problems import Kind, Problem
from registry.sites import live
from registry.tables import core as t
from registry.web.ahead import look_ahead
from registry.web.asked import Asked, Looking, Sending
from registry.web.confirmed import Step, confirm
from registry.web.forms import NAME, Form
from registry.web.listing import ROWS
from registry.web.people import rows as people_rows
from registry.web.programmes import rows as programmes_rows
from registry.web.programmes.cohorts import cohort_of
from registry.web.programmes.rows import COHORTS
from registry.web.reaching import check_person, sites_where
from registry.web.trail import Did

ENROL = f"{COHORTS}-enrol"
Words = Annotated[str, Query(max_length=120)]
WHY = {Kind.NO_PROGRAMME: "age", Kind.EXISTS: "already", Kind.FULL: "full"}
"""The kinds of refusal that have a sentence of their own."""


class Refused(Exception):
    """Some cannot be enrolled, so nobody was: why, by person."""

    def __init__(self, why: dict[str, Problem]) -> None:
        super().__init__()
        self.why = why


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody who was chosen; ``why`` they cannot be enrolled, "" where that is not known yet."""

    id: str
    name: str
    why: str = ""


def routes() -> APIRouter:
    """The steps into a cohort and out of it."""
    router = APIRouter()

    @router.get(ENROL)
    def choose(
        asked: Looking,
        cohort: Annotated[str, Query(max_length=32)] = "",
        q: Words = "",
        one: Annotated[list[str] | None, Query(max_length=ROWS)] = None,
    ) -> Response:
        """Find people by name and tick them; then list whom it concerns, before anybody is enrolled."""
        if cohort:
            cohort_of(asked, cohort)
        if one:
            return _listing(asked, cohort, _people(asked, one), Form(asked.t, {"cohort": cohort}))
        sites = sites_where(asked, Area.PEOPLE)
        with asked.reading() as connection:
            found = people_rows.found(connection, sites, None, asked.at_ms, words=q.strip(), state="", sort="name")
        return asked.page("cohort_search.html", cohort=cohort, q=q.strip(), found=found if q.strip() else None)

    @router.post(ENROL)
    def enrol(asked: Sending) -> Response:
        """Enrol all of them, wholly or not at all; who cannot be is told with why. 409 or 422 with the list."""
        form = Form(asked.t, asked.fields)
        rows = _people(asked, form.value("people").split()[:ROWS])
        cohort = form.one_of("cohort", [ident for ident, _ in _cohorts(asked)])
        if form.wrong or not rows:
            return _listing(asked, cohort, rows, form, 422)
        row = cohort_of(asked, cohort)
        try:
            with asked.editing() as edit:
                _enrol(asked, edit, row, [person.id for person in rows])
        except Refused as refused:
            return _listing(asked, cohort, rows, form, 409, refused.why)
        said = asked.t.number("cohorts.enrolled", len(rows), name=row.name)
        return asked.see(f"{COHORTS}/{cohort}", "success", said)

    _more(router)
    return router


def _more(router: APIRouter) -> None:
    """The steps out of a cohort."""

    @router.get(f"{COHORTS}/{{cohort}}/withdraw/{{enrolment}}")
    def leaving(asked: Looking, cohort: Id, enrolment: Id) -> Response:
        """Ask why somebody leaves."""
        return _leaving(asked, cohort, enrolment, Form(asked.t))

    @router.post(f"{COHORTS}/{{cohort}}/withdraw/{{enrolment}}")
    def leave(asked: Sending, cohort: Id, enrolment: Id) -> Response:
        """Withdraw somebody from now on, after a look at what that refuses; their hours stay."""
        form = Form(asked.t, asked.fields)
        reason = form.needed("reason", NAME)
        if form.wrong:
            return _leaving(asked, cohort, enrolment, form)
        cohort_row, row, name = _enrolment(asked, cohort, enrolment)
        if not form.ticked("confirmed"):
            path = f"{COHORTS}/{cohort}"
            title = asked.t("cohorts.leaves", name=name, cohort=cohort_row.name)
            step = Step(
                title,
                f"{path}/withdraw/{enrolment}",
                asked.t("cohorts.withdraw"),
                path,
                tab=asked.t("cohorts.withdraw"),
            )
            return confirm(asked, step, look_ahead(asked, rehearsed.end("enrolment", enrolment, asked.at_ms)))
        with asked.editing() as edit:
            until_ms = max(asked.at_ms, row.from_ms + 1)
            enrolments.change(edit, enrolment, enrolments.Change(cohort, row.from_ms, until_ms, "withdrawn"))
            asked.note(edit.connection, Did.WITHDRAWN, f"{cohort}: {reason}", person=row.person, site=cohort_row.site)
        again = f"{ENROL}?{urlencode({'cohort': cohort, 'one': row.person})}"
        return asked.see(again, "success", asked.t("cohorts.withdrawn", name=name))


def _people(asked: Asked, idents: Sequence[str]) -> Sequence[Row[Any]]:
    sites = sites_where(asked, Area.PEOPLE)
    with asked.reading() as connection:
        return people_rows.of_ids(connection, idents, sites)


def _cohorts(asked: Asked) -> list[tuple[str, str]]:
    sites = sites_where(asked, Area.COHORTS, Verb.WRITE)
    with asked.reading() as connection:
        rows = programmes_rows.cohorts_of(connection, sites)
    return [(row.id, f"{row.programme_name}: {row.name} ({row.site_name})") for row in rows]


def _enrol(asked: Asked, edit: Edit, cohort: Row[Any], people: Sequence[str]) -> None:
    """Enrol them and tell the sites once. Raises Refused where one of them cannot be."""
    why: dict[str, Problem] = {}
    for person in people:
        try:
            check_person(asked, edit.connection, person, Area.PEOPLE)
            enrolments.enrol_untold(edit, identity.new_id(), enrolments.Wanted(person, cohort.programme, cohort.id))
            asked.note(edit.connection, Did.ENROLLED, cohort.id, person=person, site=cohort.site)
        except Problem as problem:
            why[person] = problem
    if why:
        raise Refused(why)
    admission.publish_everywhere(edit, people)


def _said(asked: Asked, problem: Problem | None) -> str:
    if problem is None:
        return ""
    key = WHY.get(problem.kind)
    if key is None:
        return f"{asked.t('cohorts.why.other')} {problem}"
    return asked.t(f"cohorts.why.{key}", age=problem.members.get("age", ""))


def _listing(
    asked: Asked,
    cohort: str,
    rows: Sequence[Row[Any]],
    form: Form,
    status: int = 200,
    why: dict[str, Problem] | None = None,
) -> Response:
    refused = why or {}
    chosen = [Chosen(row.id, row.name, _said(asked, refused.get(row.id))) for row in rows]
    rest = [one.id for one in chosen if one.id not in refused]
    return asked.page(
        "cohort_enrol.html",
        status=status,
        cohort=cohort,
        cohorts=_cohorts(asked),
        form=form,
        chosen=chosen,
        rest=rest,
        refused=len(refused),
    )


def _enrolment(asked: Asked, cohort: str, enrolment: str) -> tuple[Any, Any, str]:
    """The cohort, an active enrolment in it, and whose it is. Raises NotYours or Problem."""
    cohort_row, e = cohort_of(asked, cohort), t.enrolment.c
    with asked.reading() as connection:
        here = (e.id == enrolment) & (e.cohort == cohort) & (e.state == "active")
        row = store.one(connection, t.enrolment, here, "enrolment")
        return cohort_row, row, live.names_of(connection, [row.person]).get(row.person, row.person)


def _leaving(asked: Asked, cohort: str, enrolment: str, form: Form) -> Response:
    cohort_row, row, name = _enrolment(asked, cohort, enrolment)
    status = 422 if form.wrong else 200
    return asked.page("cohort_withdraw.html", status=status, cohort=cohort_row, enrolment=row, name=name, form=form)
