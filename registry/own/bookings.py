"""What is one's own of bookings and of waiting lists: a person's, and those of their teams and cohorts, at every site.

Whatever is somebody else's is answered as what is not there.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select, union_all

from access.records import BookingKind
from registry.bookings import waiting
from registry.bookings.rows import Line
from registry.database import Database
from registry.guard.areas import Verb
from registry.guard.authority import Authority, Of, is_own
from registry.problems import Kind, Problem
from registry.tables import core as t

MOST = 200
"""So many bookings are shown at once, the earliest first."""


def settled(database: Database, own: Authority, now_ms: int) -> None:
    """Take back what has run out by a moment at the sites that admit somebody: what comes before each look."""
    for site in sorted({site for held in own.held for site in held.sites or ()}):
        waiting.settle_now(database, site, now_ms)


def _theirs(columns: Any, own: Authority) -> ColumnElement[bool]:  # noqa: ANN401 -- columns with a person and a group
    return or_(columns.person == own.person, columns.group_id.in_(sorted(own.teams | own.cohorts)))


def ending_after(connection: Connection, own: Authority, since_ms: int) -> list[dict[str, Any]]:
    """One's bookings that end after a moment, whatever became of them, by start; sessions are not among them."""
    b = t.booking.c
    wanted = (b.end_ms > since_ms) & (b.kind == str(BookingKind.DESK)) & _theirs(b, own)
    rows = connection.execute(select(t.booking).where(wanted).order_by(b.start_ms, b.site, b.id).limit(MOST))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 -- SQLAlchemy's public name


def one(connection: Connection, own: Authority, site: str, ident: str, verb: Verb = Verb.READ) -> dict[str, Any]:
    """One of one's own bookings. Raises Problem, the same for somebody else's and for none."""
    b = t.booking.c
    rows = connection.execute(select(t.booking).where(b.site == site, b.id == ident, b.kind == str(BookingKind.DESK)))
    for row in rows:
        line = dict(row._mapping)  # noqa: SLF001 -- SQLAlchemy's public name
        if is_own(own, verb, of(line)):
            return line
    raise Problem(Kind.NOT_FOUND, "there is no such booking of yours; list them to see which there are.")


def of(line: Line) -> Of:
    """Whose a booking, or a place in line, is."""
    persons, groups = ((line["person"],), ()) if line["person"] else ((), (line["group_id"],))
    return Of(frozenset({line["site"]}), frozenset(persons), frozenset(groups))


def in_line(connection: Connection, own: Authority, now_ms: int) -> list[Row[Any]]:
    """What one waits for, and what one is offered."""
    w = t.waiting.c
    wanted = (w.end_ms > now_ms) & w.state.in_(("waiting", "offered")) & _theirs(w, own)
    return list(connection.execute(select(t.waiting).where(wanted).order_by(w.start_ms, w.site, w.id).limit(MOST)))


def turn(connection: Connection, own: Authority, site: str, ident: str) -> Row[Any]:
    """One of one's own places in line, to be left or taken. Raises Problem, the same for somebody else's."""
    w = t.waiting.c
    for row in connection.execute(select(t.waiting).where(w.site == site, w.id == ident)):
        if is_own(own, Verb.WRITE, of(dict(row._mapping))):  # noqa: SLF001 -- SQLAlchemy's public name
            return row
    raise Problem(Kind.NOT_FOUND, "you do not wait for this; list your bookings to see what you wait for.")


def group_names(connection: Connection, idents: Iterable[str]) -> dict[str, str]:
    """The names of teams and cohorts."""
    wanted = sorted(set(idents))
    if not wanted:
        return {}
    both = union_all(*(select(g.c.id, g.c.name).where(g.c.id.in_(wanted)) for g in (t.cohort, t.team)))
    return {row.id: row.name for row in connection.execute(both).all()}
