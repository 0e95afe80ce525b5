"""What is free at a site on a day, and the limits of booking: how far ahead, and how much each person may."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from sqlalchemy import insert, select, update

from access.quota import Quota
from access.spans import Span
from registry import store
from registry.api.answers import Answer
from registry.api.bookings import day_span, settled
from registry.api.desk import Desk, done, reads, writes
from registry.bookings import availability, quotas
from registry.bookings import rules as booking_rules
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area
from registry.names import Id
from registry.shapes.bookings import PolicyBody, QuotaBody
from registry.shapes.shown_bookings import AvailabilityShown
from registry.sites import sites
from registry.tables import core as t

router = APIRouter(prefix="/api/v1", tags=["bookings"])


@router.get("/sites/{site}/availability", response_model=AvailabilityShown)
def read_availability(
    desk: Annotated[Desk, reads(Area.AVAILABILITY, whose.SITE)],
    site: Id,
    day: Annotated[str, Query(max_length=10, description="A date in the site's time zone.")],
    audience: Annotated[str, Query(max_length=32, description="Whose opening hours count; everybody's without.")] = "",
) -> Response:
    """Say how each resource stands throughout one local day; names nobody."""
    settled(desk, site)
    with desk.reading() as connection:
        start_ms, end_ms = day_span(day, sites.site(connection, site).timezone)
        found = availability.availability(connection, site, Span(start_ms, end_ms), audience)
    return JSONResponse({"site": site, "start_ms": start_ms, "end_ms": end_ms, "resources": found})


@router.get("/sites/{site}/booking-policy", response_model=PolicyBody)
def read_policy(desk: Annotated[Desk, reads(Area.AVAILABILITY, whose.SITE)], site: Id) -> Response:
    """How many days ahead can be booked at a site."""
    p = t.booking_policy.c
    with desk.reading() as connection:
        sites.site(connection, site)
        row = connection.execute(select(t.booking_policy).where(p.site == site)).one_or_none()
    days, revision = (booking_rules.HORIZON_DAYS, 0) if row is None else (row.horizon_days, row.revision)
    return desk.show({"horizon_days": days}, revision)


@router.put("/sites/{site}/booking-policy", response_model=PolicyBody)
def change_policy(desk: Annotated[Desk, writes(Area.AVAILABILITY, whose.SITE)], site: Id, body: PolicyBody) -> Response:
    """Say how many days ahead can be booked at a site; bookings that are made stay."""
    p = t.booking_policy.c

    def do(edit: Edit) -> Answer:
        sites.site(edit.connection, site)
        held = edit.connection.execute(select(p.revision).where(p.site == site)).scalar_one_or_none()
        revision = held or 0
        desk.check_match(revision)
        if held is None:
            edit.connection.execute(insert(t.booking_policy).values(site=site, revision=1, **body.model_dump()))
        else:
            changed = update(t.booking_policy).where(p.site == site)
            edit.connection.execute(changed.values(revision=revision + 1, **body.model_dump()))
        return Answer(200, body.model_dump(), revision + 1)

    return desk.edit(do)


@router.get("/people/{person}/quota", response_model=QuotaBody)
def read_quota(desk: Annotated[Desk, reads(Area.RIGHTS, whose.PERSON)], person: Id) -> Response:
    """A person's own limits, beside those of their programmes."""
    with desk.reading() as connection:
        store.one(connection, t.person, t.person.c.id == person, "person")
        own, revision = quotas.own(connection, person)
    return desk.show(_quota(own), revision)


def _quota(quota: Quota) -> dict[str, int | None]:
    return {name: getattr(quota, name) for name in QuotaBody.model_fields}


@router.put("/people/{person}/quota", response_model=QuotaBody)
def change_quota(desk: Annotated[Desk, writes(Area.RIGHTS, whose.PERSON)], person: Id, body: QuotaBody) -> Response:
    """Give a person limits of their own; bookings that are made stay."""

    def do(edit: Edit) -> Answer:
        store.one(edit.connection, t.person, t.person.c.id == person, "person")
        _, revision = quotas.own(edit.connection, person)
        desk.check_match(revision)
        quotas.limit(edit, person, Quota(**body.model_dump()))
        return Answer(200, body.model_dump(), revision + 1)

    return desk.edit(do)


@router.delete("/people/{person}/quota", status_code=204)
def drop_quota(desk: Annotated[Desk, writes(Area.RIGHTS, whose.PERSON)], person: Id) -> Response:
    """Take a person's own limits back."""

    def do(edit: Edit) -> Answer:
        quotas.unlimit(edit, person)
        return done()

    return desk.edit(do)
