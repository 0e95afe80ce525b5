"""Service hours of Digital Angels: two ledgers, targets, and how each stands."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response
from sqlalchemy import select

from access.service import Entry, Given, Ledger, Target, by_month, standing, time_given
from access.spans import Span
from registry import identity, store
from registry.api.answers import Answer
from registry.api.desk import Desk, created, reads, writes
from registry.api.paging import Cursor, Limit, paged
from registry.attendance import service_hours
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area
from registry.names import LAST_MS, Id, Zone, readable
from registry.problems import Kind, Problem
from registry.shapes.attendance import NewService, ServiceShown, ServiceTotals, TargetBody, VoidBody
from registry.shapes.shown import PageOf
from registry.tables import core as t

router = APIRouter(prefix="/api/v1", tags=["service"])
Ms = Annotated[int, Query(ge=0, le=LAST_MS)]


def _entry(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the entries
    return {name: getattr(row, name) for name in ServiceShown.model_fields}


@router.get("/people/{person}/service", response_model=PageOf[ServiceShown])
def list_service(
    desk: Annotated[Desk, reads(Area.SERVICE, whose.PERSON)], person: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List a person's entries of both ledgers, by start; the void ones too."""
    c = t.service_entry.c
    with desk.reading() as connection:
        store.one(connection, t.person, t.person.c.id == person, "person")
        query = select(t.service_entry).where(c.person == person)
        return paged(connection, query, [c.start_ms, c.id], cursor, limit, _entry)


@router.post("/people/{person}/service", status_code=201, response_model=ServiceShown)
def add_service(desk: Annotated[Desk, writes(Area.SERVICE, whose.PERSON)], person: Id, body: NewService) -> Response:
    """Write hours into a ledger; 409 with the entry that overlaps, in whichever ledger it is."""
    try:
        note = readable(body.note)
    except ValueError as error:
        raise Problem(Kind.INVALID, f"note: {error}.") from None
    ident = identity.new_id()

    def do(edit: Edit) -> Answer:
        entry = Entry(ident, person, Ledger(body.ledger), body.start_ms, body.end_ms, note)
        service_hours.add(edit, entry, desk.operator, body.site)
        here = t.service_entry.c.id == ident
        return created(_entry(store.one(edit.connection, t.service_entry, here, "entry")), 1)

    return desk.edit(do)


@router.get("/service/{entry}", response_model=ServiceShown)
def read_service(desk: Annotated[Desk, reads(Area.SERVICE, whose.SERVICE)], entry: Id) -> Response:
    """Give one entry."""
    with desk.reading() as connection:
        row = store.one(connection, t.service_entry, t.service_entry.c.id == entry, "entry")
    return desk.show(_entry(row), row.revision)


@router.post("/service/{entry}/void", response_model=ServiceShown)
def void_service(desk: Annotated[Desk, writes(Area.SERVICE, whose.SERVICE)], entry: Id, body: VoidBody) -> Response:
    """Take an entry out of its ledger, with a reason; it stays to be seen."""
    here = t.service_entry.c.id == entry

    def do(edit: Edit) -> Answer:
        row = store.one(edit.connection, t.service_entry, here, "entry")
        desk.check_match(row.revision)
        service_hours.void(edit, row, body.reason, desk.operator)
        return Answer(200, _entry(store.one(edit.connection, t.service_entry, here, "entry")), row.revision + 1)

    return desk.edit(do)


@router.get("/people/{person}/service-totals", response_model=ServiceTotals)
def service_totals(
    desk: Annotated[Desk, reads(Area.SERVICE, whose.PERSON)],
    person: Id,
    from_ms: Ms = 0,
    to_ms: Ms = LAST_MS,
    timezone: Zone = "Europe/Rome",
) -> dict[str, Any]:
    """Sum up what a person gave in a span, by month of local time, and against their target."""
    with desk.reading() as connection:
        store.one(connection, t.person, t.person.c.id == person, "person")
        target, _ = service_hours.target_of(connection, person)
        found = service_hours.entries(connection, person, Span(from_ms, to_ms))
    clipped = [Entry(one.id, person, one.ledger, max(one.start_ms, from_ms), min(one.end_ms, to_ms)) for one in found]
    given = time_given(clipped, Span(from_ms, to_ms))
    months = [
        {"year": year, "month": month, **_given(part)}
        for (year, month), part in by_month(clipped, ZoneInfo(timezone)).items()
    ]
    return {"given": _given(given), "months": months, **_against(given, target)}


def _given(given: Given) -> dict[str, int]:
    return {"team_minutes": given.team_minutes, "citizen_minutes": given.citizen_minutes}


def _against(given: Given, target: Target | None) -> dict[str, int | None]:
    stands = standing(given, target or Target(0))
    known = target is not None
    return {
        "team_basis_points": stands.team_basis_points,
        "target_minutes": target.minutes if target is not None else None,
        "missing_team_minutes": stands.missing_team_minutes if known else None,
        "missing_citizen_minutes": stands.missing_citizen_minutes if known else None,
    }


@router.get("/people/{person}/service-target", response_model=TargetBody)
def read_target(desk: Annotated[Desk, reads(Area.SERVICE, whose.PERSON)], person: Id) -> Response:
    """Give what a person owes."""
    with desk.reading() as connection:
        store.one(connection, t.person, t.person.c.id == person, "person")
        target, revision = service_hours.target_of(connection, person)
    if target is None:
        raise Problem(Kind.NOT_FOUND, "nobody has set a target for this person; PUT one here.")
    return desk.show({"minutes": target.minutes, "team_percent": target.team_percent}, revision)


@router.put("/people/{person}/service-target", response_model=TargetBody)
def write_target(desk: Annotated[Desk, writes(Area.ROLES, whose.PERSON)], person: Id, body: TargetBody) -> Response:
    """Say what a person owes; it goes with their role, so that nobody says it of themselves."""

    def do(edit: Edit) -> Answer:
        target, revision = service_hours.target_of(edit.connection, person)
        if target is not None:
            desk.check_match(revision)
        made = service_hours.set_target(edit, person, Target(body.minutes, body.team_percent))
        return Answer(200, body.model_dump(), made)

    return desk.edit(do)
