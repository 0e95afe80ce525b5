"""Where people are and were: stays, visits, one person's history, and who looked at it."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import ColumnElement, Connection, select

from registry import store
from registry.api.answers import Answer
from registry.api.desk import Desk, reads, writes
from registry.api.paging import Cursor, Limit, by_name, paged, paged_at_once
from registry.attendance.whereabouts import TRAVEL_MINUTES
from registry.edit import Edit
from registry.guard import authors, looks, whose
from registry.guard.areas import Area
from registry.guard.looking import looked, looking_on
from registry.names import LAST_MS, Id
from registry.shapes.shown import PageOf
from registry.shapes.shown_presence import LookShown, PresencePolicyBody, PresenceShown, StayEnded, VisitShown
from registry.sites import live, sites
from registry.tables import core as t
from registry.uplink.branches import counted

router = APIRouter(prefix="/api/v1", tags=["presence"])
Since = Annotated[int, Query(ge=0, le=LAST_MS, description="What ended before this moment (Unix ms) is left out.")]
Before = Annotated[int, Query(ge=0, le=LAST_MS, description="What began at or after this moment is left out.")]
_S, _V = t.stay.c, t.visit.c
_STAY = (_S.site, _S.epoch, _S.seq, _S.n, _S.person, _S.zone, _S.start_ms, _S.end_ms, _S.how, _S.estimated, _S.trusted)


def _stay(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the stay table
    return {name: value for name, value in by_name(row).items() if name not in {"seq", "n"}}


@router.get("/sites/{site}/stays", response_model=PageOf[StayEnded])
def list_stays(
    desk: Annotated[Desk, reads(Area.PRESENCE, whose.SITE)],
    site: Id,
    from_ms: Since = 0,
    to_ms: Before = LAST_MS,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List a site's stays that touch a span, by start; each person among them is noted as looked at."""

    def show(connection: Connection, named: set[str]) -> Response:
        sites.site(connection, site)
        query = select(*_STAY).where(_S.site == site, _S.start_ms < to_ms, _S.end_ms > from_ms, counted(t.stay))

        def shape(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row of the stay table
            named.add(row.person)
            return _stay(row)

        return paged(connection, query, [_S.start_ms, _S.epoch, _S.seq, _S.n], cursor, limit, shape)

    answer: Response = looked(desk, f"{looks.STAYS} {site}", show)
    return answer


@router.get("/sites/{site}/visits", response_model=PageOf[VisitShown])
def list_visits(
    desk: Annotated[Desk, reads(Area.PRESENCE, whose.SITE)],
    site: Id,
    from_ms: Since = 0,
    to_ms: Before = LAST_MS,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List a site's visits that touch a span, by start."""
    with desk.reading() as connection:
        sites.site(connection, site)
        names = (_V.epoch, _V.id, _V.zone, _V.host, _V.purpose, _V.start_ms, _V.end_ms, _V.ended_by)
        lasts = _V.end_ms.is_(None) | (_V.end_ms > from_ms)
        query = select(*names).where(_V.site == site, _V.start_ms < to_ms, lasts, counted(t.visit, _V.end_seq))
        return paged(connection, query, [_V.start_ms, _V.epoch, _V.id], cursor, limit, by_name)


@router.get("/people/{person}/history", response_model=PageOf[StayEnded])
def history(
    desk: Annotated[Desk, reads(Area.PRESENCE, whose.PERSON)],
    person: Id,
    from_ms: Since = 0,
    to_ms: Before = LAST_MS,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List a person's stays at every site, by start; the look is noted."""

    def show(connection: Connection, named: set[str]) -> Response:
        store.one(connection, t.person, t.person.c.id == person, "person")
        named.add(person)
        query = select(*_STAY).where(
            desk.here(_S.site), _S.person == person, _S.start_ms < to_ms, _S.end_ms > from_ms, counted(t.stay)
        )
        return paged(connection, query, [_S.start_ms, _S.site, _S.epoch, _S.seq, _S.n], cursor, limit, _stay)

    answer: Response = looked(desk, looks.HISTORY, show)
    return answer


@router.get("/people/{person}/presence", response_model=PresenceShown)
def presence(desk: Annotated[Desk, reads(Area.PRESENCE, whose.PERSON)], person: Id) -> dict[str, Any]:
    """Give where a person is now; the look is noted."""

    def show(connection: Connection, named: set[str]) -> Sequence[live.Standing]:
        store.one(connection, t.person, t.person.c.id == person, "person")
        named.add(person)
        return live.standings(connection, desk.here(t.site.c.id))

    standings: Sequence[live.Standing] = looking_on(desk, looks.PRESENCE, show)
    held = [(one.site, one.occupancy.stays[person]) for one in standings if person in one.occupancy.stays]
    here = [
        {
            "site": site,
            "zone": stay.zone,
            "since_ms": stay.since_ms,
            "here_ms": stay.here_ms,
            "estimated": stay.estimated,
        }
        for site, stay in held
    ]
    return {"person": person, "here": here}


@router.get("/people/{person}/looks", response_model=PageOf[LookShown])
def list_looks(
    desk: Annotated[Desk, reads(Area.LOOKS, whose.PERSON)], person: Id, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List who looked at a person's history, and when."""
    c = t.look.c
    with desk.reading() as connection:
        query = select(c.id, c.operator, c.what, c.at_ms).where(c.person == person)

        def shape(rows: Sequence[Any]) -> list[dict[str, Any]]:
            names = authors.names_of(connection, (row.operator for row in rows))
            return [{**by_name(row), "name": names.get(row.operator, "")} for row in rows]

        return paged_at_once(connection, query, [c.at_ms, c.id], cursor, limit, shape)


def _policy(connection: Connection, site: str) -> tuple[dict[str, int], int]:
    """A known site's settings and their revision; 0 before anybody set them."""
    sites.site(connection, site)
    row = connection.execute(select(t.presence_policy).where(t.presence_policy.c.site == site)).one_or_none()
    return (
        ({"travel_minutes": TRAVEL_MINUTES}, 0)
        if row is None
        else ({"travel_minutes": row.travel_minutes}, row.revision)
    )


@router.get("/sites/{site}/presence-policy", response_model=PresencePolicyBody)
def read_policy(desk: Annotated[Desk, reads(Area.PRESENCE, whose.SITE)], site: Id) -> Response:
    """Give a site's settings for presence."""
    with desk.reading() as connection:
        return desk.show(*_policy(connection, site))


@router.put("/sites/{site}/presence-policy", response_model=PresencePolicyBody)
def write_policy(
    desk: Annotated[Desk, writes(Area.PRESENCE, whose.SITE)], site: Id, body: PresencePolicyBody
) -> Response:
    """Change a site's settings for presence."""

    def do(edit: Edit) -> Answer:
        _, revision = _policy(edit.connection, site)
        desk.check_match(revision)
        here: ColumnElement[bool] = t.presence_policy.c.site == site
        if revision:
            store.change(edit.connection, t.presence_policy, here, body.model_dump())
        else:
            values = {"site": site, "revision": 1, **body.model_dump()}
            store.add(edit.connection, t.presence_policy, values, "policy")
        return Answer(200, body.model_dump(), revision + 1)

    return desk.edit(do)
