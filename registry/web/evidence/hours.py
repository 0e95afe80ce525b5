"""Hours against the threshold: a programme's people, who can no longer reach it, and certificates of attendance."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, select

from access.hours import local
from registry import store
from registry.attendance import attendance
from registry.attendance.hours import hours_of, hours_of_person
from registry.guard import looks
from registry.guard.areas import Area, Verb
from registry.guard.authority import Sites
from registry.names import Id
from registry.people.enrolments import HOME_ZONE
from registry.problems import Kind, Problem
from registry.registers import issued
from registry.registers.issued import Issue
from registry.tables import core as t
from registry.web.asked import Looking, Sending
from registry.web.evidence.certificates import CERTIFICATES
from registry.web.reaching import check_person, sites_where
from registry.web.trail import Did

HOURS = "/hours"
Choice = Annotated[str, Query(max_length=32)]


def routes() -> APIRouter:
    """The page of hours, and its certificates."""
    router = APIRouter()

    @router.get(HOURS)
    def hours(asked: Looking, programme: Choice = "", cohort: Choice = "") -> Response:
        """Show how far everybody of a programme is; that they were looked at is noted."""
        sites = sites_where(asked, Area.ATTENDANCE)
        with asked.face.shared.database.write() as connection:
            programmes, cohorts = _programmes(connection), _cohorts(connection, sites)
            chosen = programme or (programmes[0][0] if programmes else "")
            if chosen:
                store.one(connection, t.programme, t.programme.c.id == chosen, "programme")
            rows = hours_of(connection, chosen, cohort or None, sites, asked.at_ms) if chosen else []
            others = {row.person for row in rows} - {asked.viewer.person}
            looks.note(connection, asked.viewer.account, others, looks.ATTENDANCE, asked.at_ms)
        said: dict[str, Any] = {"programmes": programmes, "cohorts": [("", asked.t("hours.every_cohort")), *cohorts]}
        lost = [row for row in rows if row.lost]
        return asked.page("hours.html", rows=rows, lost=lost, programme=chosen, cohort=cohort, **said)

    @router.post(f"{HOURS}/{{programme}}/{{person}}/certificate")
    def certify(asked: Sending, programme: Id, person: Id) -> Response:
        """Issue a person's certificate of attendance, and lead to it; what says the same is issued once."""
        sites_where(asked, Area.ATTENDANCE)
        with asked.editing() as edit:
            check_person(asked, edit.connection, person, Area.ATTENDANCE, Verb.WRITE)
            row = issued.issue(edit, _issue(edit.connection, programme, person, asked.at_ms), asked.viewer.account)
            looks.note(
                edit.connection, asked.viewer.account, {person} - {asked.viewer.person}, looks.ATTENDANCE, asked.at_ms
            )
            asked.note(edit.connection, Did.CERTIFIED, f"{programme} {issued.number_of(row)}", person=person)
        number = issued.number_of(row)
        told = asked.t("certificates.issued", number=number)
        return asked.see(f"{CERTIFICATES}?last={row.site}/{number}", "success", told)

    return router


def _issue(connection: Connection, programme: str, person: str, at_ms: int) -> Issue:
    """What a certificate says. Raises Problem where nothing was delivered to this person."""
    known = store.one(connection, t.programme, t.programme.c.id == programme, "programme")
    name = store.one(connection, t.person, t.person.c.id == person, "person").name
    register = attendance.of_person(connection, person, at_ms)
    _, total, percent = hours_of_person(connection, programme, register)
    if not total.delivered_minutes:
        raise Problem(Kind.OUT_OF_TURN, "nothing of this programme was delivered to this person yet.")
    site = next(sitting.site for sitting, _ in register.rows if sitting.programme == programme)
    zone = connection.execute(select(t.site.c.timezone).where(t.site.c.id == site)).scalar_one()
    year = local(at_ms, ZoneInfo(zone or HOME_ZONE)).year
    minutes = (total.delivered_minutes, total.recognised_minutes)
    return Issue(site, year, person, name, programme, known.name, *minutes, percent)


def _programmes(connection: Connection) -> list[tuple[str, str]]:
    p = t.programme.c
    return [(row.id, row.name) for row in connection.execute(select(p.id, p.name).order_by(p.name, p.id))]


def _cohorts(connection: Connection, sites: Sites) -> list[tuple[str, str]]:
    c = t.cohort.c
    query = select(c.id, c.name).order_by(c.name, c.id)
    query = query if sites is None else query.where(c.site.in_(sites))
    return [(row.id, row.name) for row in connection.execute(query)]
