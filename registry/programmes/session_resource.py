"""What a session uses is booked: a row of the kind *session*, under the session's own id, beside everybody's bookings.

So the database itself refuses that a session and a booking overlap on one desk or room, whichever comes first.
"""

from typing import Any

from sqlalchemy import Row, delete
from sqlalchemy.exc import IntegrityError

from access.records import BookingKind
from access.spans import Span
from registry.bookings import conflicts, waiting
from registry.bookings import rows as booking_rows
from registry.bookings import rules as booking_rules
from registry.edit import Edit
from registry.programmes.session import Session
from registry.tables import core as t


def hold(edit: Edit, site: str, ident: str, session: Session) -> None:
    """Book what a session uses, move that booking or give it up. Raises Problem, with the spans that are taken."""
    found = booking_rows.found(edit.connection, site, [ident])
    if session.resource is None or not session.opens_doors:
        _give_up(edit, site, found)
        return
    resource = booking_rules.resource_of(edit.connection, site, session.resource)
    span = Span(session.start_ms, session.end_ms)
    _check_free(edit, site, ident, resource, span)
    draft = booking_rows.Draft(
        ident, resource, "", min(session.groups), session.start_ms, session.end_ms, BookingKind.SESSION
    )
    try:
        if found:
            kept = {name: found[0][name] for name in ("checked_in_ms", "confirmed_by", "made_ms", "revision")}
            booking_rows.rewrite(edit, [{**booking_rows.columns(draft, edit.at_ms, ""), **kept}])
        else:
            booking_rows.add(edit, [draft], "")
    except IntegrityError:
        raise conflicts.conflict([span]) from None
    waiting.freed(edit, site, found)


def _check_free(edit: Edit, site: str, ident: str, resource: Row[Any], span: Span) -> None:
    wanted = conflicts.blocked(resource, span.start_ms, span.end_ms)
    blocks = conflicts.blocks_of(edit.connection, site, wanted.span, [resource.id], [ident])
    taken = conflicts.in_the_way(resource, blocks.get(resource.id, ()), wanted)
    if taken:
        raise conflicts.conflict(taken)


def _give_up(edit: Edit, site: str, found: list[dict[str, Any]]) -> None:
    live = [line for line in found if line["state"] in booking_rows.LIVE]
    booking_rows.change(edit, live, state="cancelled", exclusive=False)
    waiting.freed(edit, site, live)


def forget(edit: Edit, site: str, ident: str) -> None:
    """Give up what a session used, and keep no row of it."""
    _give_up(edit, site, booking_rows.found(edit.connection, site, [ident]))
    edit.connection.execute(delete(t.booking).where(t.booking.c.site == site, t.booking.c.id == ident))
