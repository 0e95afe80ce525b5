"""Enrolments, and what concerns one participant: their guardians' authorisations and their transfers."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import exists, true

from registry import identity
from registry.api.desk import Desk, reads, writes
from registry.api.kept import Kept, dropped, plain
from registry.api.paging import Cursor, Limit
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area
from registry.guard.authority import Of
from registry.names import Id
from registry.people import enrolments, guardians, transfers
from registry.people.known_at import known_at
from registry.shapes.programmes import EnrolmentBody, GuardianBody, NewEnrolment, TransferBody
from registry.shapes.shown import PageOf
from registry.shapes.shown_programmes import EnrolmentShown, GuardianShown, TransferShown
from registry.tables import core as t

router = APIRouter(prefix="/api/v1", tags=["programmes"])
_ENROLMENTS = Kept(
    t.enrolment,
    "enrolment",
    plain("id", "person", "programme", "cohort", "age", "enrolled_ms", "from_ms", "until_ms", "state"),
)
_GUARDIANS = Kept(t.guardian, "authorisation", plain("id", "person", "from_ms", "until_ms", "zones", lists=["zones"]))
_TRANSFERS = Kept(t.transfer, "transfer", plain("id", "person", "from_site", "to_site", "start_ms", "end_ms"))
OfPerson = Annotated[Id | None, Query(description="Of this person alone.")]
OfProgramme = Annotated[Id | None, Query(description="Of this programme alone.")]
AtSite = Annotated[Id | None, Query(description="To or from this site alone.")]
OfCohort = Annotated[Id | None, Query(description="Of this cohort alone.")]


@router.get("/enrolments", response_model=PageOf[EnrolmentShown])
def list_enrolments(
    desk: Annotated[Desk, reads(Area.COHORTS, whose.ROWS)],
    person: OfPerson = None,
    programme: OfProgramme = None,
    cohort: OfCohort = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List who is, was or will be enrolled."""
    e = t.enrolment.c
    where: Any = true()
    if desk.sites is not None:
        theirs = t.cohort.c.id == e.cohort, desk.here(t.cohort.c.site)
        where = exists().where(*theirs) | (e.cohort.is_(None) & known_at(e.person, desk.sites))
    for column, wanted in ((e.person, person), (e.programme, programme), (e.cohort, cohort)):
        where = where if wanted is None else where & (column == wanted)
    return _ENROLMENTS.listed(desk, where, cursor, limit)


@router.post("/enrolments", status_code=201, response_model=EnrolmentShown)
def enrol(desk: Annotated[Desk, writes(Area.COHORTS, whose.BODY)], body: NewEnrolment) -> Response:
    """Enrol a person, in the one programme that takes their age where none is named; 409 where none does, and where no
    seat is left.
    """
    ident = identity.new_id()
    with desk.reading() as connection:
        desk.check(whose.person(connection, body.person), "person", Area.PEOPLE)
        desk.check(whose.enrolled(connection, body.person, body.cohort), "cohort")
    wanted = enrolments.Wanted(body.person, body.programme or "", body.cohort, body.from_ms, body.until_ms)
    here = t.enrolment.c.id == ident

    def do(edit: Edit) -> None:
        enrolments.enrol(edit, ident, wanted)
        _check_homeless(desk, edit, ident)

    return _ENROLMENTS.added(desk, here, do)


def _check_homeless(desk: Desk, edit: Edit, enrolment: str) -> None:
    """Who is in no cohort is let in wherever the programme is, so whoever asks may write at each. Raises Problem."""
    sites = enrolments.let_in(edit.connection, enrolment)
    if sites:
        desk.check(Of(sites, each=True), "place in the programme at all its sites")


@router.get("/enrolments/{enrolment}", response_model=EnrolmentShown)
def read_enrolment(desk: Annotated[Desk, reads(Area.COHORTS, whose.ENROLMENT)], enrolment: Id) -> Response:
    """Give one enrolment."""
    return _ENROLMENTS.read(desk, t.enrolment.c.id == enrolment)


@router.put("/enrolments/{enrolment}", response_model=EnrolmentShown)
def change_enrolment(
    desk: Annotated[Desk, writes(Area.COHORTS, whose.ENROLMENT)], enrolment: Id, body: EnrolmentBody
) -> Response:
    """Change an enrolment's cohort, dates or state; the age stays that of the enrolment."""
    wanted = enrolments.Change(**body.model_dump())
    if body.cohort is not None:
        with desk.reading() as connection:
            desk.check(whose.cohort(connection, body.cohort), "cohort")
    here = t.enrolment.c.id == enrolment

    def do(edit: Edit, row: object) -> None:
        del row
        enrolments.change(edit, enrolment, wanted)
        _check_homeless(desk, edit, enrolment)

    return _ENROLMENTS.changed(desk, here, do)


@router.delete("/enrolments/{enrolment}", status_code=204)
def drop_enrolment(desk: Annotated[Desk, writes(Area.COHORTS, whose.ENROLMENT)], enrolment: Id) -> Response:
    """Take an enrolment back as if it had never been; who left is withdrawn instead."""
    return dropped(desk, lambda edit: enrolments.drop(edit, enrolment))


@router.get("/people/{person}/guardians", response_model=PageOf[GuardianShown])
def list_guardians(
    desk: Annotated[Desk, reads(Area.RIGHTS, whose.PERSON)], person: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List the authorisations of a minor's guardians."""
    return _GUARDIANS.listed(desk, t.guardian.c.person == person, cursor, limit)


def _authorised(person: str, body: GuardianBody) -> guardians.Authorisation:
    return guardians.Authorisation(person, body.from_ms, body.until_ms, frozenset(body.zones))


@router.post("/people/{person}/guardians", status_code=201, response_model=GuardianShown)
def add_guardian(desk: Annotated[Desk, writes(Area.RIGHTS, whose.PERSON)], person: Id, body: GuardianBody) -> Response:
    """Note what a minor's guardian has authorised."""
    ident, given = identity.new_id(), _authorised(person, body)
    return _GUARDIANS.added(desk, t.guardian.c.id == ident, lambda edit: guardians.add(edit, ident, given))


@router.get("/guardians/{guardian}", response_model=GuardianShown)
def read_guardian(desk: Annotated[Desk, reads(Area.RIGHTS, whose.GUARDIAN)], guardian: Id) -> Response:
    """Give one authorisation."""
    return _GUARDIANS.read(desk, t.guardian.c.id == guardian)


@router.put("/guardians/{guardian}", response_model=GuardianShown)
def change_guardian(
    desk: Annotated[Desk, writes(Area.RIGHTS, whose.GUARDIAN)], guardian: Id, body: GuardianBody
) -> Response:
    """Change an authorisation."""
    here = t.guardian.c.id == guardian
    return _GUARDIANS.changed(
        desk, here, lambda edit, row: guardians.change(edit, guardian, _authorised(row.person, body))
    )


@router.delete("/guardians/{guardian}", status_code=204)
def drop_guardian(desk: Annotated[Desk, writes(Area.RIGHTS, whose.GUARDIAN)], guardian: Id) -> Response:
    """Take an authorisation back."""
    return dropped(desk, lambda edit: guardians.drop(edit, guardian))


@router.get("/transfers", response_model=PageOf[TransferShown])
def list_all_transfers(
    desk: Annotated[Desk, reads(Area.RIGHTS, whose.ROWS)],
    site: AtSite = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the transfers, those to or from a site where one is named."""
    x = t.transfer.c
    here = desk.here(x.from_site, x.to_site)
    here = here if site is None else here & ((x.from_site == site) | (x.to_site == site))
    return _TRANSFERS.listed(desk, here, cursor, limit)


@router.get("/people/{person}/transfers", response_model=PageOf[TransferShown])
def list_transfers(
    desk: Annotated[Desk, reads(Area.RIGHTS, whose.PERSON)], person: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List the other sites that a person may use, and when."""
    x = t.transfer.c
    return _TRANSFERS.listed(desk, (x.person == person) & desk.here(x.from_site, x.to_site), cursor, limit)


def _between(body: TransferBody) -> Of:
    return Of(frozenset({body.from_site, body.to_site}), each=True)


@router.post("/people/{person}/transfers", status_code=201, response_model=TransferShown)
def add_transfer(desk: Annotated[Desk, writes(Area.RIGHTS, whose.PERSON)], person: Id, body: TransferBody) -> Response:
    """Let a participant of one site use another between dates."""
    desk.check(_between(body), "site")
    ident, meant = identity.new_id(), transfers.Transfer(person, **body.model_dump())
    return _TRANSFERS.added(desk, t.transfer.c.id == ident, lambda edit: transfers.add(edit, ident, meant))


@router.get("/transfers/{transfer}", response_model=TransferShown)
def read_transfer(desk: Annotated[Desk, reads(Area.RIGHTS, whose.TRANSFER)], transfer: Id) -> Response:
    """Give one transfer."""
    return _TRANSFERS.read(desk, t.transfer.c.id == transfer)


@router.put("/transfers/{transfer}", response_model=TransferShown)
def change_transfer(
    desk: Annotated[Desk, writes(Area.RIGHTS, whose.TRANSFER)], transfer: Id, body: TransferBody
) -> Response:
    """Change a transfer."""
    desk.check(_between(body), "site")
    said = body.model_dump()
    here = t.transfer.c.id == transfer
    return _TRANSFERS.changed(
        desk, here, lambda edit, row: transfers.change(edit, transfer, transfers.Transfer(row.person, **said))
    )


@router.delete("/transfers/{transfer}", status_code=204)
def drop_transfer(desk: Annotated[Desk, writes(Area.RIGHTS, whose.TRANSFER)], transfer: Id) -> Response:
    """Take a transfer back."""
    return dropped(desk, lambda edit: transfers.drop(edit, transfer))
