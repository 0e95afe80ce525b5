"""Sessions of programmes: planned, delivered or cancelled; for cohorts and teams, held by trainers, here or elsewhere.

A site is told of one booking of the kind *session* for each group and each trainer, in the session's zone; an off-site
or a cancelled session opens no door. What a session uses is booked in the same edit, so the database lets no booking
overlap it, nor it a booking.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from access.attendance import SessionState
from registry import store
from registry.attendance import training_told
from registry.downlink import admission
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.programmes import session_resource
from registry.programmes.session import Session, breaks_of, records, session_values
from registry.programmes.session_checks import check
from registry.tables import core as t


def add(edit: Edit, site: str, ident: str, session: Session) -> None:
    """Plan a session at a known site, and tell it. Raises Problem, with the spans that are taken where it conflicts."""
    check(edit, site, session)
    _refuse_booked(edit.connection, site, ident)
    values = {"site": site, "id": ident, "revision": 1, **session_values(session)}
    store.add(edit.connection, t.session, values, "session")
    _set_people(edit.connection, site, ident, session)
    _tell(edit, site, ident, None, session)


def _refuse_booked(connection: Connection, site: str, ident: str) -> None:
    """A session's id is no booking's: the two are one record to a site."""
    b = t.booking.c
    if store.count(connection, t.booking, (b.site == site) & (b.id == ident)):
        raise Problem(Kind.EXISTS, "a booking has this id already; choose another.")


def change(edit: Edit, site: str, ident: str, session: Session) -> None:
    """Change a known session in all of it, and tell the site. Raises Problem."""
    before = session_of(edit.connection, site, ident)
    check(edit, site, session)
    store.change(edit.connection, t.session, _here(site, ident), session_values(session))
    _set_people(edit.connection, site, ident, session)
    _tell(edit, site, ident, before, session)
    if SessionState.DELIVERED in {before.state, session.state}:
        training_told.tell_session(edit, site, ident)


def drop(edit: Edit, site: str, ident: str) -> None:
    """Take a session back as if it had never been planned; one that will not be held is cancelled. Raises Problem."""
    before = session_of(edit.connection, site, ident)
    if before.state is SessionState.DELIVERED:
        raise Problem(Kind.IN_USE, "this session was delivered; its attendance stays.")
    for table in (t.session_group, t.session_trainer):
        edit.connection.execute(delete(table).where(table.c.site == site, table.c.session == ident))
    edit.connection.execute(delete(t.session).where(_here(site, ident)))
    session_resource.forget(edit, site, ident)
    for record in records(ident, before):
        edit.withdraw(site, "booking", record)
    admission.publish(edit, site, before.trainers)


def _tell(edit: Edit, site: str, ident: str, before: Session | None, after: Session) -> None:
    session_resource.hold(edit, site, ident, after)
    told = records(ident, after)
    for gone in (records(ident, before) if before is not None else {}).keys() - told.keys():
        edit.withdraw(site, "booking", gone)
    for record in told.values():
        edit.publish(site, record)
    # A trainer's zones are those of the sessions they are to hold.
    admission.publish(edit, site, sorted({*after.trainers, *(before.trainers if before is not None else ())}))


def _here(site: str, ident: str) -> Any:  # noqa: ANN401 -- a condition of SQLAlchemy's
    return (t.session.c.site == site) & (t.session.c.id == ident)


def _set_people(connection: Connection, site: str, ident: str, session: Session) -> None:
    one = {"site": site, "session": ident}
    for table, column, names in (
        (t.session_group, "group_id", session.groups),
        (t.session_trainer, "person", session.trainers),
    ):
        connection.execute(delete(table).where(table.c.site == site, table.c.session == ident))
        if names:
            connection.execute(insert(table), [one | {column: name} for name in names])


def session_of(connection: Connection, site: str, ident: str) -> Session:
    """A session. Raises Problem."""
    row = store.one(connection, t.session, _here(site, ident), "session")
    return sessions_of(connection, [row])[0]


def sessions_of(connection: Connection, rows: Sequence[Row[Any]]) -> list[Session]:
    """Sessions by their rows, with their groups and trainers, in two queries a site."""
    people: dict[tuple[str, str, str], list[str]] = {}
    for site in {row.site for row in rows}:
        idents = [row.id for row in rows if row.site == site]
        for name, table, column in (
            ("groups", t.session_group, t.session_group.c.group_id),
            ("trainers", t.session_trainer, t.session_trainer.c.person),
        ):
            found = select(table.c.session, column).where(table.c.site == site, table.c.session.in_(idents))
            for session, who in connection.execute(found.order_by(column)):
                people.setdefault((site, session, name), []).append(who)
    return [_session(row, people) for row in rows]


def _session(row: Row[Any], people: dict[tuple[str, str, str], list[str]]) -> Session:
    names = ("programme", "title", "start_ms", "end_ms", "zone", "resource", "module", "off_site", "place", "why")
    return Session(
        **{name: getattr(row, name) for name in names},
        groups=tuple(people.get((row.site, row.id, "groups"), ())),
        trainers=tuple(people.get((row.site, row.id, "trainers"), ())),
        breaks=breaks_of(row.breaks),
        state=SessionState(row.state),
    )
