"""Cohorts, their teams, and who is in them when."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy import select

from registry import store
from registry.api.answers import Answer
from registry.api.desk import Desk, created, reads, writes
from registry.api.kept import Kept, dropped, plain
from registry.api.paging import Cursor, Limit, by_name, paged
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area
from registry.guard.authority import at
from registry.names import LAST_MS, Id
from registry.programmes import cohorts, teams
from registry.shapes.programmes import CohortBody, MemberEnd, NewCohort, NewMember, NewTeam, TeamBody
from registry.shapes.shown import PageOf
from registry.shapes.shown_programmes import CohortShown, MemberShown, TeamShown
from registry.tables import core as t

router = APIRouter(prefix="/api/v1", tags=["programmes"])
_COHORTS = Kept(t.cohort, "cohort", plain("id", "programme", "site", "name", "start_date", "end_date", "seats"))
_TEAMS = Kept(t.team, "team", plain("id", "cohort", "name"))
OfProgramme = Annotated[Id | None, Query(description="Of this programme alone.")]
OfCohort = Annotated[Id | None, Query(description="Of this cohort alone.")]
Since = Annotated[int, Path(ge=0, le=LAST_MS)]


@router.get("/cohorts", response_model=PageOf[CohortShown])
def list_cohorts(
    desk: Annotated[Desk, reads(Area.COHORTS, whose.ROWS)],
    programme: OfProgramme = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the cohorts."""
    here = desk.here(t.cohort.c.site)
    here = here if programme is None else here & (t.cohort.c.programme == programme)
    return _COHORTS.listed(desk, here, cursor, limit)


@router.post("/cohorts", status_code=201, response_model=CohortShown)
def add_cohort(desk: Annotated[Desk, writes(Area.COHORTS, whose.BODY)], body: NewCohort) -> Response:
    """Make a cohort of a programme at a site."""
    desk.check(at(body.site), "site")
    meant = cohorts.Cohort(body.name, body.start_date, body.end_date, body.seats)
    here = t.cohort.c.id == body.id
    return _COHORTS.added(desk, here, lambda edit: cohorts.add(edit, body.id, body.programme, body.site, meant))


@router.get("/cohorts/{cohort}", response_model=CohortShown)
def read_cohort(desk: Annotated[Desk, reads(Area.COHORTS, whose.COHORT)], cohort: Id) -> Response:
    """Give one cohort."""
    return _COHORTS.read(desk, t.cohort.c.id == cohort)


@router.put("/cohorts/{cohort}", response_model=CohortShown)
def change_cohort(desk: Annotated[Desk, writes(Area.COHORTS, whose.COHORT)], cohort: Id, body: CohortBody) -> Response:
    """Change a cohort's name, days and seats."""
    meant = cohorts.Cohort(**body.model_dump())
    return _COHORTS.changed(desk, t.cohort.c.id == cohort, lambda edit, _: cohorts.change(edit, cohort, meant))


@router.delete("/cohorts/{cohort}", status_code=204)
def drop_cohort(desk: Annotated[Desk, writes(Area.COHORTS, whose.COHORT)], cohort: Id) -> Response:
    """Take a cohort away that nobody was ever in."""
    return dropped(desk, lambda edit: cohorts.drop(edit, cohort))


@router.get("/teams", response_model=PageOf[TeamShown])
def list_teams(
    desk: Annotated[Desk, reads(Area.COHORTS, whose.ROWS)],
    cohort: OfCohort = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the teams."""
    here = t.team.c.cohort.in_(select(t.cohort.c.id).where(desk.here(t.cohort.c.site)))
    return _TEAMS.listed(desk, here if cohort is None else here & (t.team.c.cohort == cohort), cursor, limit)


@router.post("/teams", status_code=201, response_model=TeamShown)
def add_team(desk: Annotated[Desk, writes(Area.COHORTS, whose.BODY)], body: NewTeam) -> Response:
    """Make a team of a cohort."""
    with desk.reading() as connection:
        desk.check(whose.cohort(connection, body.cohort), "cohort")
    here = t.team.c.id == body.id
    return _TEAMS.added(desk, here, lambda edit: teams.add(edit, body.id, body.cohort, body.name))


@router.get("/teams/{team}", response_model=TeamShown)
def read_team(desk: Annotated[Desk, reads(Area.COHORTS, whose.TEAM)], team: Id) -> Response:
    """Give one team."""
    return _TEAMS.read(desk, t.team.c.id == team)


@router.put("/teams/{team}", response_model=TeamShown)
def change_team(desk: Annotated[Desk, writes(Area.COHORTS, whose.TEAM)], team: Id, body: TeamBody) -> Response:
    """Change a team's name."""
    return _TEAMS.changed(desk, t.team.c.id == team, lambda edit, _: teams.change(edit, team, body.name))


@router.delete("/teams/{team}", status_code=204)
def drop_team(desk: Annotated[Desk, writes(Area.COHORTS, whose.TEAM)], team: Id) -> Response:
    """Take a team away that nothing was ever booked or planned for."""
    return dropped(desk, lambda edit: teams.drop(edit, team))


@router.get("/teams/{team}/members", response_model=PageOf[MemberShown])
def list_members(
    desk: Annotated[Desk, reads(Area.COHORTS, whose.TEAM)], team: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List who is, was or will be in a team, and when."""
    m = t.member.c
    with desk.reading() as connection:
        store.one(connection, t.team, t.team.c.id == team, "team")
        query = select(m.team, m.person, m.from_ms, m.until_ms).where(m.team == team)
        return paged(connection, query, [m.person, m.from_ms], cursor, limit, by_name)


@router.post("/teams/{team}/members", status_code=201, response_model=MemberShown)
def add_member(desk: Annotated[Desk, writes(Area.COHORTS, whose.TEAM)], team: Id, body: NewMember) -> Response:
    """Put a participant of the team's cohort into it."""

    def do(edit: Edit) -> Answer:
        teams.join(edit, team, body.person, body.from_ms, body.until_ms)
        return created({"team": team, **body.model_dump()})

    return desk.edit(do)


@router.put("/teams/{team}/members/{person}/{from_ms}", response_model=MemberShown)
def change_member(
    desk: Annotated[Desk, writes(Area.COHORTS, whose.TEAM)], team: Id, person: Id, from_ms: Since, body: MemberEnd
) -> Response:
    """Say when a time in a team that began at ``from_ms`` ends."""

    def do(edit: Edit) -> Answer:
        teams.stay_until(edit, team, person, from_ms, body.until_ms)
        return Answer(200, {"team": team, "person": person, "from_ms": from_ms, "until_ms": body.until_ms})

    return desk.edit(do)


@router.delete("/teams/{team}/members/{person}/{from_ms}", status_code=204)
def drop_member(
    desk: Annotated[Desk, writes(Area.COHORTS, whose.TEAM)], team: Id, person: Id, from_ms: Since
) -> Response:
    """Take a time in a team that began at ``from_ms`` back, as if it had never been."""
    return dropped(desk, lambda edit: teams.leave(edit, team, person, from_ms))
