"""Service hours: a Digital Angel's two ledgers, *team* and *citizen*, which never overlap (domain, people and roles).

An hour given to a team is not an hour given to citizens: entries of one person may touch, never overlap, in one ledger
or over both. An entry over a local midnight counts in each period for what lies in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from access.clock import MINUTE_MS
from access.hours import day_start_ms, local
from access.spans import Span, clipped, length_ms


class Ledger(StrEnum):
    """Whom the hours were given to."""

    TEAM = "team"
    CITIZEN = "citizen"


@dataclass(frozen=True, slots=True)
class Entry:
    """Hours that a person gave, in one ledger."""

    id: str
    person: str
    ledger: Ledger
    start_ms: int
    end_ms: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Overlaps:
    """An entry is refused: the person already has ``entry``, of that ledger, at the same time."""

    entry: str
    ledger: Ledger
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Backwards:
    """An entry is refused: it does not end after it starts."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Given:
    """Time given in a period, in milliseconds, by ledger. Its minutes are whole, rounded down."""

    team_ms: int = 0
    citizen_ms: int = 0

    @property
    def team_minutes(self) -> int:
        """Minutes in the team ledger."""
        return self.team_ms // MINUTE_MS

    @property
    def citizen_minutes(self) -> int:
        """Minutes in the citizen ledger."""
        return self.citizen_ms // MINUTE_MS


@dataclass(frozen=True, slots=True)
class Target:
    """How many minutes are owed altogether, and which share of them to teams (0 to 100); the rest is for citizens."""

    minutes: int
    team_percent: int = 50

    @property
    def team_minutes(self) -> int:
        """Minutes owed to teams, to the nearest, half up; the citizens' make the sum exact."""
        return (self.minutes * self.team_percent + 50) // 100

    @property
    def citizen_minutes(self) -> int:
        """Minutes owed to citizens."""
        return self.minutes - self.team_minutes


@dataclass(frozen=True, slots=True)
class Standing:
    """What was given against a target: minutes missing in each ledger, never below none, since more of one makes up
    for nothing in the other; ``team_basis_points``: the teams' share so far, rounded down (None: nothing was given).
    """

    given: Given
    missing_team_minutes: int
    missing_citizen_minutes: int
    team_basis_points: int | None


def entry_refusal(wanted: Entry, entries: Iterable[Entry]) -> Overlaps | Backwards | None:
    """Why an entry cannot be taken beside these; None: it can. Of several that it overlaps the earliest is named.

    An entry of the same id is the one that it replaces, and other persons' do not matter.
    """
    if wanted.end_ms <= wanted.start_ms:
        return Backwards(wanted.start_ms, wanted.end_ms)
    others = (entry for entry in entries if entry.person == wanted.person and entry.id != wanted.id)
    met = [entry for entry in others if entry.start_ms < wanted.end_ms and wanted.start_ms < entry.end_ms]
    if not met:
        return None
    first = min(met, key=lambda entry: (entry.start_ms, entry.id))
    return Overlaps(first.id, first.ledger, first.start_ms, first.end_ms)


def time_given(entries: Iterable[Entry], period: Span) -> Given:
    """What was given within a period, of entries of one person or of several."""
    sums = dict.fromkeys(Ledger, 0)
    for entry in entries:
        sums[entry.ledger] += length_ms(clipped([Span(entry.start_ms, entry.end_ms)], period))
    return Given(sums[Ledger.TEAM], sums[Ledger.CITIZEN])


def month(year: int, number: int, zone: ZoneInfo) -> Span:
    """A month in local time, from its first midnight to the next month's; months are numbered from 1."""
    after = date(year + number // 12, number % 12 + 1, 1)
    return Span(day_start_ms(date(year, number, 1), zone), day_start_ms(after, zone))


def by_month(entries: Iterable[Entry], zone: ZoneInfo) -> dict[tuple[int, int], Given]:
    """What was given in each (year, month) of local time in which anything was, in order."""
    rows = tuple(entries)
    months = sorted({found for entry in rows for found in _months(entry, zone)})
    return {found: time_given(rows, month(*found, zone)) for found in months}


def _months(entry: Entry, zone: ZoneInfo) -> list[tuple[int, int]]:
    """The local months that an entry lies in."""
    first, last = local(entry.start_ms, zone), local(entry.end_ms - 1, zone)
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [(number // 12, number % 12 + 1) for number in numbers]


def standing(done: Given, target: Target) -> Standing:
    """How a person stands with what they gave, against what they owe."""
    all_ms = done.team_ms + done.citizen_ms
    return Standing(
        done,
        max(0, target.team_minutes - done.team_minutes),
        max(0, target.citizen_minutes - done.citizen_minutes),
        10_000 * done.team_ms // all_ms if all_ms else None,
    )
