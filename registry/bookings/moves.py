"""Putting bookings elsewhere: another span, another resource, one or many of a series at once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.exc import IntegrityError

from access.records import BookingKind
from access.spans import Span
from registry.bookings import conflicts, holders, waiting
from registry.bookings import rows as booking_rows
from registry.bookings import rules as booking_rules
from registry.bookings.rows import Draft
from registry.bookings.rules import Asked, House
from registry.edit import Edit


def move(
    edit: Edit, site: str, before: Sequence[dict[str, Any]], wanted: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Put bookings of one holder, resource and kind where they are wanted, at one resource, all or none. Raises
    Problem.
    """
    first, spans = wanted[0], tuple(Span(line["start_ms"], line["end_ms"]) for line in wanted)
    for span in spans:
        booking_rules.check_span(span)
    around = Span(min(span.start_ms for span in spans), max(span.end_ms for span in spans))
    house = booking_rules.house_of(edit.connection, site, around)
    resource = booking_rules.resource_of(edit.connection, site, first["resource"])
    if not all(map(_is_within, wanted, before)):
        holder = holders.holder_of(edit, site, first["person"] or "", first["group_id"] or "", first["start_ms"])
        asked = Asked(
            holder,
            resource,
            spans,
            BookingKind(first["kind"]),
            first["places"],
            bool(first["excused"]),
            tuple(line["id"] for line in before),
        )
        _check_all(edit, house, asked)
    lines = [_placed(edit, house, resource, old, new) for old, new in zip(before, wanted, strict=True)]
    try:
        after = booking_rows.rewrite(edit, lines)
    except IntegrityError:
        raise conflicts.conflict(spans) from None
    waiting.freed(edit, site, before)
    return after


def _is_within(after: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether a booking only becomes shorter, which no rule can forbid."""
    same = after["resource"] == before["resource"]
    return bool(same and before["start_ms"] <= after["start_ms"] and after["end_ms"] <= before["end_ms"])


def _check_all(edit: Edit, house: House, asked: Asked) -> None:
    if len(asked.spans) == 1:
        booking_rules.check(edit, house, asked)
        return
    refused = booking_rules.refusals(edit, house, asked)
    if any(refused):
        raise booking_rules.together(asked, refused)


def _placed(
    edit: Edit, house: House, resource: Row[Any], before: dict[str, Any], after: dict[str, Any]
) -> dict[str, Any]:
    """A booking's row at a resource and a span, with what follows from them."""
    draft = Draft("", resource, "", "", after["start_ms"], after["end_ms"])
    placed = booking_rows.columns(draft, 0, "")
    release_ms = before["release_ms"]
    if after["start_ms"] != before["start_ms"]:
        kind = BookingKind(after["kind"])
        release_ms = booking_rows.release_ms(
            house.no_show_minutes, kind, after["start_ms"], after["end_ms"], edit.at_ms
        )
    elif release_ms is not None and release_ms >= after["end_ms"]:
        release_ms = None
    again = resource.needs_approval and resource.id != before["resource"]
    return {
        **after,
        **{name: placed[name] for name in ("zone", "blocked_until_ms", "exclusive")},
        "release_ms": release_ms,
        "state": "pending" if again else after["state"],
    }
