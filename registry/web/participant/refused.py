"""Why a booking is refused, in a participant's words, and what to do about it."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from access.hours import local
from access.spans import Span
from pages.languages import Words
from registry.problems import Kind, Problem
from registry.web.participant.shown import hours

KEYS: Mapping[Kind, str] = {
    Kind.BOOKING_CONFLICT: "taken",
    Kind.CLOSED: "closed",
    Kind.OVERDUE: "overdue",
    Kind.OUT_OF_TURN: "changed",
    Kind.NOT_FOUND: "gone",
}
"""The kinds that need no figures."""


def told(words: Words, problem: Problem) -> str:
    """One or two sentences: why not, and what would go. The registry's own sentence is for programs and staff."""
    said = problem.members
    if problem.kind is Kind.QUOTA:
        limit, allowed, used = str(said["limit"]), said["allowed"], said["used"]
        return words(f"me.quota.{limit}", allowed=_figure(words, limit, allowed), used=_figure(words, limit, used))
    if "refused" in said:
        return words("me.refused.series")
    if problem.kind is Kind.INVALID and "from_ms" in said:
        return words("me.refused.horizon")
    if problem.kind is Kind.INVALID and "valid_from_ms" in said:
        return words("me.refused.validity")
    if problem.kind is Kind.INVALID and "until_ms" in said:
        return words("me.refused.series_long")
    return words(f"me.refused.{KEYS.get(problem.kind, 'other')}")


def _figure(words: Words, limit: str, value: object) -> str:
    """A number of bookings, or of minutes in hours."""
    number = value if isinstance(value, int) else 0
    return words.figure(number / 60 if limit.endswith("minutes") else number)


def spans(problem: Problem, member: str) -> list[Span]:
    """The spans that a problem names under a member."""
    found = problem.members.get(member)
    rows = found if isinstance(found, list) else []
    return [Span(row["start_ms"], row["end_ms"]) for row in rows]


def reads(words: Words, span: Span, zone: ZoneInfo) -> str:
    """A span with its day."""
    return f"{words.day(local(span.start_ms, zone))} {hours(words, span.start_ms, span.end_ms, zone)}"
