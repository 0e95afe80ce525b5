"""Who came and who did not, as a site's gateway says it: the registry writes that down and decides nothing of it.

The gateway releases a booking when its time is over, from the time itself; until the site's events tell of that the
registry neither releases the booking nor offers its place, and says that it does not know.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from access.clock import DAY_MS, MINUTE_MS
from access.facts_people import CheckedIn, NoShow
from registry.bookings import rows as booking_rows
from registry.bookings import waiting
from registry.bookings.rows import Line
from registry.edit import Edit
from registry.names import is_id
from registry.tables import core as t

KINDS = frozenset({CheckedIn.KIND, NoShow.KIND})
EARLIEST_MS = DAY_MS
"""Nobody checks in for a booking longer before its start: what says so speaks of another time of it."""
SLACK_MS = 1 * MINUTE_MS
"""So long after a deadline a site's events may still be on their way from the gateway's own clockwork."""
SITE_OFFLINE = "unconfirmed: site offline"


@dataclass(frozen=True, slots=True)
class Came:
    """What the log says of a booking, and when (Unix ms)."""

    fact: CheckedIn | NoShow
    at_ms: int


def apply(edit: Edit, site: str, facts: Iterable[Came]) -> None:
    """Write down who came and who did not, in the order of the log; the line moves on where places became free.

    What speaks of no booking there is, or of one that has changed since, or says what is known, changes nothing.
    """
    told = [one for one in facts if is_id(one.fact.booking)]  # A log can name what no table could.
    if not told:
        return
    lines = {line["id"]: line for line in booking_rows.found(edit.connection, site, [one.fact.booking for one in told])}
    came: list[Line] = []
    gone: list[Line] = []
    for one in told:
        line = lines.get(one.fact.booking)
        after = None if line is None else _after(line, one)
        if line is None or after is None:
            continue
        lines[line["id"]] = after
        if after["state"] == "released":
            gone.append(line)
        else:
            came.append(after)
    if came:
        booking_rows.rewrite(edit, came)
    if gone:
        booking_rows.change(edit, gone, state="released", exclusive=False)
        waiting.settle(edit, site)
        waiting.freed(edit, site, gone)


def _after(line: Line, came: Came) -> dict[str, Any] | None:
    """The booking after a fact of it; None where the fact changes nothing."""
    if line["checked_in_ms"] is not None:
        return None
    match came.fact:
        case CheckedIn(by=by):
            fits = line["start_ms"] - EARLIEST_MS <= came.at_ms < line["end_ms"]
            known = {"checked_in_ms": came.at_ms, "confirmed_by": by if is_id(by) else "unknown"}
            return {**line, **known} if fits and line["state"] in {"booked", "ended"} else None
        case NoShow(resource=resource):
            due_ms = line["release_ms"]
            there = line["resource"] in {resource, None}  # A site can tell of it when its desk is forgotten here.
            same = line["state"] == "booked" and there and due_ms is not None
            return {**line, "state": "released"} if same and due_ms <= came.at_ms < line["end_ms"] else None


def last_event_ms(connection: Connection, site: str) -> int | None:
    """When the last event of a site happened that is here; None where it has never spoken."""
    b = t.branch.c
    own = (t.site.c.id == b.site) & (t.site.c.confirmed_epoch == b.epoch)
    newest = select(b.last_event_ms).select_from(t.branch.join(t.site, own)).where(b.site == site)
    found: int | None = connection.execute(newest).scalar_one_or_none()
    return found


def status(line: Line, now_ms: int, heard_ms: int | None) -> str:
    """What staff are shown of a booking at a moment, the site's events being here up to ``heard_ms``."""
    if line["state"] == "offered" and line["hold_until_ms"] <= now_ms:
        return "lapsed"
    if line["state"] != "booked":
        return str(line["state"])
    if line["checked_in_ms"] is not None:
        return "checked-in"
    due_ms = line["release_ms"]
    if due_ms is None or now_ms <= due_ms:
        return "booked"
    offline = heard_ms is None or heard_ms < due_ms + SLACK_MS
    return SITE_OFFLINE if offline else "unconfirmed"
