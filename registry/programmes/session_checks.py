"""What must hold of a session before it is planned."""

from sqlalchemy import Connection, select

from access.attendance import SessionState
from access.records import LONGEST_BOOKING_MS
from registry import store
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.programmes import groups, programmes
from registry.programmes.session import Session
from registry.reasons import why
from registry.tables import core as t

HOLDERS = frozenset({"trainer", "mentor", "operator", "coordinator"})
"""Roles that may hold a session."""
MOST_BREAKS = 20


def check(edit: Edit, site: str, session: Session) -> None:
    """The session's times, place, groups, module and trainers fit one another. Raises Problem."""
    _check_times(session, edit.at_ms)
    store.one(edit.connection, t.programme, t.programme.c.id == session.programme, "programme")
    _check_module(edit.connection, session)
    _check_groups(edit.connection, session)
    _check_place(edit.connection, site, session)
    _check_trainers(edit.connection, site, session)


def _check_times(session: Session, at_ms: int) -> None:
    if not 0 < session.end_ms - session.start_ms <= LONGEST_BOOKING_MS:
        raise Problem(
            Kind.INVALID,
            why("session.span", "a session ends after it starts, and at most 7 days later; correct its times."),
        )
    inside = all(session.start_ms <= one.start_ms < one.end_ms <= session.end_ms for one in session.breaks)
    if not inside or len(session.breaks) > MOST_BREAKS:
        raise Problem(Kind.INVALID, f"breaks lie within the session, at most {MOST_BREAKS}; correct them.")
    if session.state is SessionState.DELIVERED and at_ms < session.start_ms:
        raise Problem(Kind.INVALID, "a session is delivered once it has begun; say so then.")
    if (session.state is SessionState.CANCELLED) != bool(session.why):
        raise Problem(Kind.INVALID, "a cancelled session says why, and no other does.")


def _check_module(connection: Connection, session: Session) -> None:
    if session.module is None:
        return
    row = store.one(connection, t.module, t.module.c.id == session.module, "module")
    if row.programme != session.programme:
        raise Problem(
            Kind.INVALID, why("module.programme", "this module is of another programme; name one of this programme.")
        )


def _check_groups(connection: Connection, session: Session) -> None:
    if not session.groups:
        raise Problem(Kind.INVALID, why("session.groups", "a session is for somebody; name its cohorts or teams."))
    found = groups.groups_of(connection, session.groups)
    for group in session.groups:
        if group not in found:
            raise Problem(
                Kind.NOT_FOUND,
                why(
                    "group.unknown",
                    "there is no cohort or team {group}; list them to see which there are.",
                    group=group,
                ),
            )
        if found[group].programme != session.programme:
            raise Problem(
                Kind.INVALID,
                why("group.programme", "{group} is of another programme; plan a session of that one.", group=group),
            )


def _check_place(connection: Connection, site: str, session: Session) -> None:
    if session.off_site:
        if session.zone or session.resource is not None:
            raise Problem(
                Kind.INVALID,
                why(
                    "session.off_site_zone",
                    "an off-site session has a place, and no zone or resource; leave those out.",
                ),
            )
        return
    if session.resource is not None:
        c = t.resource.c
        row = store.one(connection, t.resource, (c.site == site) & (c.id == session.resource), "resource")
        if row.zone != session.zone:
            raise Problem(
                Kind.INVALID,
                why("session.zone", "{resource} lies in zone {zone}; write that zone.", resource=row.id, zone=row.zone),
            )
    if session.zone not in programmes.zones_of(connection, [session.programme])[session.programme].get(site, []):
        detail = why(
            "session.zone_closed",
            "the programme's participants may not enter this zone of the site; add it to the programme first.",
        )
        raise Problem(Kind.INVALID, detail)


def _check_trainers(connection: Connection, site: str, session: Session) -> None:
    c = t.role.c
    here = c.site.is_(None) | (c.site == site)
    then = (c.from_ms <= session.start_ms) & (c.until_ms.is_(None) | (c.until_ms >= session.end_ms))
    held = select(c.person).where(c.person.in_(session.trainers), c.role.in_(HOLDERS), here, then)
    able = set(connection.execute(held).scalars())
    for person in session.trainers:
        if person not in able:
            raise Problem(
                Kind.INVALID,
                why(
                    "session.trainer",
                    "{person} is no trainer or mentor at this site then; give them that role first.",
                    person=person,
                ),
            )
