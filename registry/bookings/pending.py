"""What awaits approval, judged again: whether it could still be booked as it is, and if not, why not."""

from collections.abc import Iterable, Mapping

from access.records import BookingKind
from access.spans import Span
from registry.bookings import holders
from registry.bookings import rules as booking_rules
from registry.bookings.rows import Line
from registry.bookings.rules import Asked
from registry.edit import Edit
from registry.problems import Problem


def doubts(edit: Edit, site: str, lines: Iterable[Line]) -> Mapping[str, Problem]:
    """Why those of a site's pending bookings that could not be booked now could not, by id. Quotas were asked when they
    were made, and whoever approves them may exceed one.
    """
    waiting = list(lines)
    if not waiting:
        return {}
    around = Span(min(one["start_ms"] for one in waiting), max(one["end_ms"] for one in waiting))
    house = booking_rules.house_of(edit.connection, site, around)
    found = ((line["id"], _doubt(edit, house, line)) for line in waiting)
    return {ident: problem for ident, problem in found if problem is not None}


def _doubt(edit: Edit, house: booking_rules.House, line: Line) -> Problem | None:
    try:
        holder = holders.holder_of(edit, house.site, line["person"] or "", line["group_id"] or "", line["start_ms"])
        asked = Asked(
            holder,
            booking_rules.resource_of(edit.connection, house.site, line["resource"]),
            (Span(line["start_ms"], line["end_ms"]),),
            BookingKind(line["kind"]),
            line["places"],
            excused=True,
            leaving=(line["id"],),
        )
    except Problem as problem:
        return problem
    return booking_rules.refusals(edit, house, asked)[0]
