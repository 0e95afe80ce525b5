"""A cohort on a page of its own, with its people and teams; adding one, changing one, taking away an empty one."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from registry import identity, store
from registry.edit import Edit
from registry.guard import asked as decided
from registry.guard import whose
from registry.guard.areas import Area, Verb
from registry.names import Id
from registry.problems import Problem
from registry.programmes import cohorts
from registry.programmes.cohorts import Cohort
from registry.sites import sites
from registry.tables import core as t
from registry.web import dropping
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import DAY, NAME, WHOLE, Form
from registry.web.programmes import rows as programmes_rows
from registry.web.programmes.edit import MOST_SEATS
from registry.web.programmes.rows import COHORTS, PROGRAMMES
from registry.web.reaching import check_site, is_open, sites_where
from registry.web.sites import closures_rows
from registry.web.trail import Did

EDIT = f"{COHORTS}-edit"
Ident = Annotated[str, Query(max_length=32)]


def routes() -> APIRouter:
    """The pages of a cohort."""
    router = APIRouter()

    @router.get(f"{COHORTS}/{{cohort}}")
    def one(asked: Looking, cohort: Id) -> Response:
        """Show who is in it, and in which team."""
        row = cohort_of(asked, cohort, Verb.READ)
        with asked.reading() as connection:
            return asked.page(
                "cohort.html",
                cohort=row,
                site=sites.site(connection, row.site),
                programme=store.one(connection, t.programme, t.programme.c.id == row.programme, "programme"),
                people=programmes_rows.people_of(connection, cohort),
                teams=programmes_rows.teams_of(connection, cohort, asked.at_ms),
                writes=_writes(asked, connection, cohort),
                named=is_open(asked.viewer, Area.PEOPLE),
            )

    @router.get(EDIT)
    def form(asked: Looking, programme: Ident = "", cohort: Ident = "") -> Response:
        """The form of a cohort as it is, or of a new one."""
        if cohort:
            row = cohort_of(asked, cohort)
            shown = {"cohort": row.id, "programme": row.programme, "site": row.site, "name": row.name}
            shown |= {"start": row.start_date or "", "end": row.end_date or "", "revision": str(row.revision)}
            return _form(asked, Form(asked.t, {**shown, "seats": "" if row.seats is None else str(row.seats)}))
        return _form(asked, Form(asked.t, {"programme": programme}))

    @router.post(EDIT)
    def save(asked: Sending) -> Response:
        """Make it at a site of the viewer's, or change it. 409, 412 or 422 with the form where it cannot be."""
        return _save(asked, Form(asked.t, asked.fields), asked.fields.get("cohort", ""))

    @router.post(f"{EDIT}/drop")
    def drop(asked: Sending) -> Response:
        """Take away a cohort that nobody was ever in."""
        row = cohort_of(asked, asked.fields.get("cohort", ""))

        def do(edit: Edit) -> None:
            cohorts.drop(edit, row.id)
            asked.note(edit.connection, Did.COHORT_DROPPED, row.id, site=row.site)

        return dropping.drop(asked, f"{EDIT}?cohort={row.id}", do, f"{PROGRAMMES}/{row.programme}")

    return router


def _save(asked: Asked, form: Form, ident: str) -> Response:
    row = cohort_of(asked, ident) if ident else None
    wanted, site = _read(form), ""
    if row is None:
        site = form.one_of("site", [one for one, _ in _sites(asked)])
    stale = row is not None and not form.wrong and form.stale(row.revision)
    if form.wrong:
        return _form(asked, form, 412 if stale else 422)
    if row is None:
        check_site(asked, site, Area.COHORTS, Verb.WRITE)
    try:
        with asked.editing() as edit:
            if row is not None:
                cohorts.change(edit, ident, wanted)
            else:
                ident = identity.new_id()
                cohorts.add(edit, ident, form.value("programme"), site, wanted)
            kind = Did.COHORT_ADDED if row is None else Did.COHORT_CHANGED
            asked.note(edit.connection, kind, ident, site=site or (row.site if row is not None else None))
    except Problem as problem:
        form.refused(problem)
        return _form(asked, form, problem.kind.status)
    return asked.see(f"{COHORTS}/{ident}", "success", asked.t("cohorts.saved", name=wanted.name))


def cohort_of(asked: Asked, cohort: str, verb: Verb = Verb.WRITE) -> Any:  # noqa: ANN401 -- a row of the cohort table
    """A cohort that the viewer may read or write as staff. Raises NotYours or Problem."""
    asked.need(asked.viewer.is_staff and is_open(asked.viewer, Area.COHORTS, verb))
    with asked.reading() as connection:
        decided.check(asked.viewer.authority, Area.COHORTS, verb, whose.cohort(connection, cohort), "cohort")
        return store.one(connection, t.cohort, t.cohort.c.id == cohort, "cohort")


def _writes(asked: Asked, connection: Connection, cohort: str) -> bool:
    open_to = is_open(asked.viewer, Area.COHORTS, Verb.WRITE)
    return open_to and asked.viewer.may(Area.COHORTS, Verb.WRITE, whose.cohort(connection, cohort))


def _sites(asked: Asked) -> list[tuple[str, str]]:
    allowed = sites_where(asked, Area.COHORTS, Verb.WRITE)
    with asked.reading() as connection:
        return [(row.id, row.name) for row in closures_rows.sites_of(connection, allowed)]


def _read(form: Form) -> Cohort:
    start, end = form.given("start", DAY), form.given("end", DAY)
    if start is not None and end is not None and end < start:
        form.refuse("end", "wrong.before")
    return Cohort(form.needed("name", NAME), start, end, form.figure("seats", 1, MOST_SEATS))


def _form(asked: Asked, form: Form, status: int = 200) -> Response:
    with asked.reading() as connection:
        row = store.one(connection, t.programme, t.programme.c.id == form.value("programme"), "programme")
    return asked.page(
        "cohort_edit.html", status=status, programme=row, form=form, whole=form.says(WHOLE), sites=_sites(asked)
    )
