"""Sessions of a site: planned, changed, delivered or cancelled."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import ColumnElement, Connection

from access.attendance import SessionState
from access.spans import Span
from registry import identity
from registry.api.desk import Desk, reads, writes
from registry.api.kept import Kept, dropped
from registry.api.paging import Cursor, Limit
from registry.edit import Edit
from registry.guard import whose
from registry.guard.areas import Area
from registry.names import LAST_MS, Id
from registry.programmes import sessions
from registry.programmes.session import Session
from registry.shapes.sessions import NewSession, SessionBody, SessionShown
from registry.shapes.shown import PageOf
from registry.sites import sites
from registry.tables import core as t

router = APIRouter(prefix="/api/v1/sites/{site}", tags=["sessions"])
From = Annotated[int, Query(ge=0, le=LAST_MS, description="Those that end after this moment.")]
Until = Annotated[int, Query(ge=0, le=LAST_MS, description="Those that start before this moment.")]
_PLAIN = ("programme", "module", "title", "zone", "resource", "off_site", "place", "start_ms", "end_ms", "why")


def _shape(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    found = zip(rows, sessions.sessions_of(connection, rows), strict=True)
    return [
        {
            "id": row.id,
            **{name: getattr(session, name) for name in _PLAIN},
            "breaks": [{"start_ms": one.start_ms, "end_ms": one.end_ms} for one in session.breaks],
            "groups": list(session.groups),
            "trainers": list(session.trainers),
            "state": str(session.state),
        }
        for row, session in found
    ]


_SESSIONS = Kept(t.session, "session", _shape)


def _here(site: str, session: str) -> ColumnElement[bool]:
    return (t.session.c.site == site) & (t.session.c.id == session)


def _meant(body: NewSession, state: str = "planned", why: str = "") -> Session:
    said = body.model_dump(include={name for name in _PLAIN if name != "why"})
    breaks = tuple(Span(one.start_ms, one.end_ms) for one in body.breaks)
    groups, trainers = tuple(sorted(set(body.groups))), tuple(sorted(set(body.trainers)))
    return Session(**said, groups=groups, trainers=trainers, breaks=breaks, state=SessionState(state), why=why)


@router.get("/sessions", response_model=PageOf[SessionShown])
def list_sessions(
    desk: Annotated[Desk, reads(Area.SESSIONS, whose.SITE)],
    site: Id,
    from_ms: From = 0,
    until_ms: Until = LAST_MS,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List a site's sessions, by start."""
    s = t.session.c
    with desk.reading() as connection:
        sites.site(connection, site)
    within = (s.site == site) & (s.end_ms > from_ms) & (s.start_ms < until_ms)
    return _SESSIONS.listed(desk, within, cursor, limit, [s.start_ms, s.id])


@router.post("/sessions", status_code=201, response_model=SessionShown)
def plan_session(desk: Annotated[Desk, writes(Area.SESSIONS, whose.SITE)], site: Id, body: NewSession) -> Response:
    """Plan a session; 409 with the spans that are taken where its resource is."""
    ident = identity.new_id()

    def do(edit: Edit) -> None:
        sites.site(edit.connection, site)
        desk.check_groups(edit.connection, body.groups)
        sessions.add(edit, site, ident, _meant(body))

    return _SESSIONS.added(desk, _here(site, ident), do)


@router.get("/sessions/{session}", response_model=SessionShown)
def read_session(desk: Annotated[Desk, reads(Area.SESSIONS, whose.SESSION)], site: Id, session: Id) -> Response:
    """Give one session."""
    return _SESSIONS.read(desk, _here(site, session))


@router.put("/sessions/{session}", response_model=SessionShown)
def change_session(
    desk: Annotated[Desk, writes(Area.SESSIONS, whose.SESSION)], site: Id, session: Id, body: SessionBody
) -> Response:
    """Change a session: move it, cancel it with a reason, or say that it was delivered."""
    meant = _meant(body, body.state, body.why)

    def do(edit: Edit, row: Any) -> None:  # noqa: ANN401 -- a row of the session table
        before = sessions.sessions_of(edit.connection, [row])[0]
        desk.check_groups(edit.connection, sorted(set(body.groups) - set(before.groups)))
        sessions.change(edit, site, session, meant)

    return _SESSIONS.changed(desk, _here(site, session), do)


@router.delete("/sessions/{session}", status_code=204)
def drop_session(desk: Annotated[Desk, writes(Area.SESSIONS, whose.SESSION)], site: Id, session: Id) -> Response:
    """Take a session back as if it had never been planned; one that will not be held is cancelled instead."""
    return dropped(desk, lambda edit: sessions.drop(edit, site, session))
