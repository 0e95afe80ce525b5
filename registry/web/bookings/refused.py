"""Why staff cannot book, move or prolong something like this: told beside the field, with what is free instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from access.clock import MINUTE_MS
from access.hours import local
from access.spans import Span
from pages.languages import Words
from registry.names import is_id
from registry.problems import Kind, Problem
from registry.web.forms import Form
from registry.web.participant.refused import reads, spans

FIELDS: Mapping[Kind, tuple[str, str]] = {
    Kind.BOOKING_CONFLICT: ("resource", "taken"),
    Kind.CLOSED: ("start", "closed"),
    Kind.OVERDUE: ("whose", "overdue"),
}
"""Beside which field a kind of refusal is told, and the key of its sentence."""
MEMBERS: Mapping[str, tuple[str, str]] = {
    "from_ms": ("start", "horizon"),
    "valid_from_ms": ("whose", "validity"),
    "suspended": ("whose", "suspended"),
    "zone": ("whose", "zone"),
    "capacity": ("places", "capacity"),
    "until_ms": ("weeks", "too_long"),
}
"""The same by what a refusal says beside its sentence."""
UTC = ZoneInfo("UTC")
SHORTEST_MS = 15 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Instead:
    """What would go: other times (the value of a button, how it reads), other resources (id, name); and the times of a
    series that would not.
    """

    times: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


NOTHING = Instead()


def refuse(form: Form, problem: Problem, resources: Mapping[str, Row[Any]], zone: ZoneInfo) -> Instead:
    """Tell a refusal beside its field. Raises it where what it is about is not there."""
    if problem.kind is Kind.NOT_FOUND:
        raise problem
    if "refused" in problem.members:
        form.refuse("weeks" if "weeks" in form.typed else "start", "bookings.refused.series")
        return Instead(failed=tuple(_failed(form, problem, zone)))
    _beside(form, problem)
    free = [one for one in (*spans(problem, "nearest"), *spans(problem, "open")) if _is_long(one)]
    named: Any = problem.members.get("others") or ()
    others = [(ident, resources[ident].name) for ident in named if is_id(ident) and ident in resources]
    times = tuple((f"{one.start_ms}-{one.end_ms}", reads(form.t, one, zone)) for one in free)
    return Instead(times, tuple(others))


def sentence(words: Words, problem: Problem) -> str:
    """A refusal where there is no form to tell it in. Raises it where what it is about is not there."""
    form = Form(words)
    refuse(form, problem, {}, UTC)
    return f"{next(iter(form.wrong.values()))} {form.detail}".strip()


def _is_long(span: Span) -> bool:
    return span.end_ms - span.start_ms >= SHORTEST_MS


def _beside(form: Form, problem: Problem) -> None:
    if problem.kind is Kind.QUOTA:
        form.wrong.setdefault("excuse", _quota(form, problem.members))
        return
    found = FIELDS.get(problem.kind)
    if found is None and problem.kind is Kind.INVALID:
        found = next((MEMBERS[name] for name in MEMBERS if name in problem.members), None)
    if found is None:
        form.refused(problem)
        return
    form.refuse(found[0], f"bookings.refused.{found[1]}")


def _quota(form: Form, said: Mapping[str, Any]) -> str:
    limit, per_hour = str(said["limit"]), 60 if str(said["limit"]).endswith("minutes") else 1
    allowed, used = (form.t.figure(said[name] / per_hour) for name in ("allowed", "used"))
    return form.t(f"bookings.quota.{limit}", allowed=allowed, used=used)


def _failed(form: Form, problem: Problem, zone: ZoneInfo) -> list[tuple[str, str]]:
    """When, and why not, of each time of a series that cannot be."""
    rows: Any = problem.members["refused"]
    return [
        (
            f"{form.t.day(local(row['start_ms'], zone))} {form.t.hour(local(row['start_ms'], zone))}",
            form.t.get(f"bookings.why.{row['why']}", form.t("bookings.why.other")),
        )
        for row in rows
    ]
