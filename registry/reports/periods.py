"""Of which times a report is: a quarter or a year by the calendar of the service's home (ADR 0033).

Two reports that are published share no day. So no figure of one lies within a figure of another, and their difference
is nobody's.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from access.hours import day_start_ms, local
from access.spans import Span
from registry.people.enrolments import HOME_ZONE
from registry.problems import Kind, Problem

ZONE = ZoneInfo(HOME_ZONE)
EARLIEST_MS = day_start_ms(date(2020, 1, 1), ZONE)
"""No report is of an earlier time."""
_NAME = re.compile(r"(20[0-9]{2})(?:-q([1-4]))?")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A year, or a quarter of it (1 to 4; 0: all of the year)."""

    year: int
    quarter: int = 0

    @property
    def name(self) -> str:
        """How it is called in addresses and in the database: ``2026-q3``, ``2026``."""
        return f"{self.year}-q{self.quarter}" if self.quarter else f"{self.year}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * max(self.quarter, 1) - 2, 1)

    @property
    def after(self) -> date:
        """The day after its last one."""
        if self.quarter in {0, 4}:
            return date(self.year + 1, 1, 1)
        return date(self.year, 3 * self.quarter + 1, 1)

    @property
    def span(self) -> Span:
        """Its moments."""
        return Span(day_start_ms(self.first, ZONE), day_start_ms(self.after, ZONE))

    def overlaps(self, other: "Period") -> bool:
        """Whether they share a day."""
        return self.first < other.after and other.first < self.after


def named(text: str) -> Period:
    """The period of a name. Raises Problem."""
    found = _NAME.fullmatch(text)
    if found is None:
        raise Problem(Kind.NOT_FOUND, "a report is of a year (2026) or a quarter (2026-q3); choose one of the list.")
    return Period(int(found[1]), int(found[2] or 0))


def over(since_ms: int, at_ms: int) -> Iterator[Period]:
    """The quarters and years that have ended since a moment, the latest first; a year after its quarters."""
    first, today = local(since_ms, ZONE).date(), local(at_ms, ZONE).date()
    for year in range(today.year, first.year - 1, -1):
        for quarter in (4, 3, 2, 1, 0):
            period = Period(year, quarter)
            if period.after <= today and period.after > first:
                yield period


def refusal(wanted: Period, published: Iterable[Period], at_ms: int) -> Problem | None:
    """Why a report cannot be published now; None: it can."""
    if at_ms < wanted.span.end_ms:
        return Problem(Kind.OUT_OF_TURN, "this period is not over yet; publish its report afterwards.")
    shared = [one for one in published if one.overlaps(wanted)]
    if shared:
        return Problem(
            Kind.OUT_OF_TURN,
            f"the report of {shared[0].name} is published and shares days with it, so that their difference would"
            " speak of a few; publish periods that share no day.",
        )
    return None
