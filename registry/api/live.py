"""What happens at the sites: occupancy, overview, the log's events and its alarms."""

import json
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection, select

from registry.api.desk import Desk, reads
from registry.api.paging import Cursor, Limit, paged
from registry.guard import looks, whose
from registry.guard.areas import Area
from registry.guard.looking import looking_on
from registry.names import Id
from registry.shapes.shown import AlarmShown, AllOccupancy, EventShown, OccupancyShown, Overviews, PageOf
from registry.sites import live, sites
from registry.tables import core as t

router = APIRouter(prefix="/api/v1", tags=["live"])


@router.get("/occupancy", response_model=AllOccupancy)
def all_occupancy(desk: Annotated[Desk, reads(Area.LIVE, whose.ROWS)]) -> dict[str, Any]:
    """Give who is where at every site that has ever spoken; the look is noted."""

    def show(connection: Connection, named: set[str]) -> list[dict[str, Any]]:
        found = live.standings(connection, desk.here(t.site.c.id))
        named.update(who for standing in found for who in standing.occupancy.stays)
        return [live.present(connection, standing) for standing in found]

    items: list[dict[str, Any]] = looking_on(desk, looks.PRESENCE, show)
    return {"items": items, "total": sum(item["total"] for item in items)}


@router.get("/sites/{site}/occupancy", response_model=OccupancyShown)
def occupancy(desk: Annotated[Desk, reads(Area.LIVE, whose.SITE)], site: Id) -> dict[str, Any]:
    """Give who is where at one site; nobody, as of never, where it has not spoken yet. The look is noted."""

    def show(connection: Connection, named: set[str]) -> dict[str, Any] | None:
        sites.site(connection, site)
        found = live.standings(connection, t.site.c.id == site)
        named.update(who for standing in found for who in standing.occupancy.stays)
        return live.present(connection, found[0]) if found else None

    shown: dict[str, Any] | None = looking_on(desk, looks.PRESENCE, show)
    if shown is not None:
        return shown
    nobody: dict[str, Any] = {
        "total": 0,
        "estimated": False,
        "as_of_ms": None,
        "seen_ms": None,
        "zones": [],
        "stays": [],
        "visits": [],
    }
    return {"site": site, **nobody}


@router.get("/overview", response_model=Overviews)
def overview(desk: Annotated[Desk, reads(Area.LIVE, whose.ROWS)]) -> dict[str, Any]:
    """Give every speaking site's doors, desks, devices, and how far its log and its replica have come."""
    with desk.reading() as connection:
        return {"items": [live.summary(standing) for standing in live.standings(connection, desk.here(t.site.c.id))]}


def _event(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the event table
    body = None if row.body is None else bytes(row.body).decode("utf-8", "replace")
    return {
        "epoch": row.epoch,
        "seq": row.seq,
        "kind": row.kind,
        "at_ms": row.at_ms,
        "poison": row.poison,
        "body": body if row.poison or body is None else json.loads(body, parse_constant=str),
    }


@router.get("/sites/{site}/events", response_model=PageOf[EventShown])
def events(
    desk: Annotated[Desk, reads(Area.LOG, whose.SITE)], site: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List a site's log in its order, (epoch, seq); an erased body is null, a poison one is its text. The look at whom
    it names is noted.
    """
    e = t.event.c

    def show(connection: Connection, named: set[str]) -> Response:
        def shape(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the event table
            shown = _event(row)
            named.update(_persons(shown["body"]))
            return shown

        sites.site(connection, site)
        query = select(e.epoch, e.seq, e.kind, e.at_ms, e.poison, e.body).where(e.site == site)
        return paged(connection, query, [e.epoch, e.seq], cursor, limit, shape)

    answer: Response = looking_on(desk, f"{looks.EVENTS} {site}", show)
    return answer


def _persons(body: Any) -> Iterator[str]:  # noqa: ANN401 -- JSON
    """Whom a row of a log names."""
    if isinstance(body, dict):
        who = body.get("person")
        if isinstance(who, str):
            yield who
        for value in body.values():
            yield from _persons(value)
    elif isinstance(body, list):
        for value in body:
            yield from _persons(value)


def _alarm(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the alarm table
    return {"kind": row.kind, "epoch": row.epoch, "seq": row.seq, "at_ms": row.at_ms, "what": row.what}


@router.get("/sites/{site}/alarms", response_model=PageOf[AlarmShown])
def alarms(
    desk: Annotated[Desk, reads(Area.LOG, whose.SITE)], site: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List what is wrong with a site's log, by time."""
    a = t.alarm.c
    with desk.reading() as connection:
        sites.site(connection, site)
        query = select(a.at_ms, a.kind, a.epoch, a.seq, a.what).where(a.site == site)
        return paged(connection, query, [a.at_ms, a.kind, a.epoch, a.seq], cursor, limit, _alarm)
