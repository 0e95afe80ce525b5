"""Teams of a cohort: adding one, its name, and who is in it, many at once."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from registry import identity, store
from registry.downlink import admission
from registry.edit import Edit
from registry.guard.areas import Verb
from registry.names import Id
from registry.problems import Kind, Problem
from registry.programmes import teams
from registry.tables import core as t
from registry.web import dropping
from registry.web.asked import Asked, Looking, Sending
from registry.web.forms import NAME, Form
from registry.web.listing import ROWS
from registry.web.programmes import rows as programmes_rows
from registry.web.programmes.cohorts import cohort_of
from registry.web.programmes.rows import COHORTS, TEAMS
from registry.web.trail import Did

EDIT = f"{TEAMS}-edit"
ONE = f"{TEAMS}/{{team}}"
Ident = Annotated[str, Query(max_length=32)]


def routes() -> APIRouter:
    """The pages of teams."""
    router = APIRouter()

    @router.get(ONE)
    def one(asked: Looking, team: Id) -> Response:
        """Show who is in it, and who of its cohort could be."""
        row, cohort = _team(asked, team)
        with asked.reading() as connection:
            members = programmes_rows.members_of(connection, team, asked.at_ms)
            others = programmes_rows.may_join(connection, cohort.id, team, asked.at_ms)
        return asked.page("team.html", team=row, cohort=cohort, members=members, others=others, most=ROWS)

    @router.get(EDIT)
    def form(asked: Looking, cohort: Ident = "", team: Ident = "") -> Response:
        """The form of a team as it is, or of a new one."""
        if team:
            row, of = _team(asked, team)
            return _form(asked, of, Form(asked.t, {"team": team, "name": row.name, "revision": str(row.revision)}))
        return _form(asked, cohort_of(asked, cohort), Form(asked.t, {"cohort": cohort}))

    @router.post(EDIT)
    def save(asked: Sending) -> Response:
        """Make it, or change its name. 412 or 422 with the form where it cannot be."""
        return _save(asked, Form(asked.t, asked.fields), asked.fields.get("team", ""))

    @router.post(f"{EDIT}/drop")
    def drop(asked: Sending) -> Response:
        """Take away a team that nothing was ever booked or planned for."""
        row, cohort = _team(asked, asked.fields.get("team", ""))

        def do(edit: Edit) -> None:
            teams.drop(edit, row.id)
            asked.note(edit.connection, Did.TEAM_DROPPED, row.id, site=cohort.site)

        return dropping.drop(asked, f"{EDIT}?team={row.id}", do, f"{COHORTS}/{cohort.id}")

    @router.post(f"{ONE}/join")
    def join(asked: Sending, team: Id) -> Response:
        """Put those who are ticked into it, from now on, wholly or not at all."""
        return _join(asked, team)

    @router.post(f"{ONE}/leave")
    def leave(asked: Sending, team: Id) -> Response:
        """Take somebody out of it from now on; they can be put in again."""
        return _leave(asked, team)

    return router


def _save(asked: Asked, form: Form, ident: str) -> Response:
    row, cohort = _team(asked, ident) if ident else (None, cohort_of(asked, asked.fields.get("cohort", "")))
    name = form.needed("name", NAME)
    stale = row is not None and not form.wrong and form.stale(row.revision)
    if form.wrong:
        return _form(asked, cohort, form, 412 if stale else 422)
    with asked.editing() as edit:
        if ident:
            teams.change(edit, ident, name)
        else:
            ident = identity.new_id()
            teams.add(edit, ident, cohort.id, name)
        kind = Did.TEAM_ADDED if row is None else Did.TEAM_CHANGED
        asked.note(edit.connection, kind, ident, site=cohort.site)
    return asked.see(f"{TEAMS}/{ident}", "success", asked.t("cohorts.saved", name=name))


def _join(asked: Asked, team: str) -> Response:
    _, cohort = _team(asked, team)
    people = [name.removeprefix("one-") for name, on in asked.fields.items() if name.startswith("one-") and on]
    if not people:
        return asked.see(f"{TEAMS}/{team}", "danger", asked.t("teams.nobody"))
    with asked.editing() as edit:
        for person in people:
            teams.join_untold(edit, team, person, edit.at_ms, None)
            asked.note(edit.connection, Did.TEAM_JOINED, team, person=person, site=cohort.site)
        admission.publish_everywhere(edit, people)
    return asked.see(f"{TEAMS}/{team}", "success", asked.t.number("teams.joined", len(people)))


def _leave(asked: Asked, team: str) -> Response:
    _, cohort = _team(asked, team)
    person, since = asked.fields.get("person", ""), asked.fields.get("since", "")
    if not since.isdecimal() or not since.isascii():
        raise Problem(Kind.INVALID, "choose one of the people who are in the team.")
    with asked.editing() as edit:
        if int(since) < edit.at_ms:
            teams.stay_until(edit, team, person, int(since), edit.at_ms)
        else:
            teams.leave(edit, team, person, int(since))
        asked.note(edit.connection, Did.TEAM_LEFT, team, person=person, site=cohort.site)
    return asked.see(f"{TEAMS}/{team}", "success", asked.t("teams.left"))


def _team(asked: Asked, ident: str) -> tuple[Any, Any]:
    """A team that the viewer may write, and its cohort. Raises NotYours or Problem."""
    asked.need(asked.viewer.is_staff)
    with asked.reading() as connection:
        row = store.one(connection, t.team, t.team.c.id == ident, "team")
    return row, cohort_of(asked, row.cohort, Verb.WRITE)


def _form(asked: Asked, cohort: Any, form: Form, status: int = 200) -> Response:  # noqa: ANN401 -- a row of a cohort
    return asked.page("team_edit.html", status=status, cohort=cohort, form=form)
