"""The early warning: how many people of each programme can no longer reach its threshold, reckoned now and then."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select

from access.attendance import Terms
from access.clock import MINUTE_MS
from registry.attendance.attendance import Register, corrections_in, of_programme, summed
from registry.database import Database
from registry.guard.authority import Sites
from registry.people.known_at import known_among
from registry.programmes.sittings import terms_of
from registry.retention.rules import is_open, today_of
from registry.tables import core as t

RECKONED_FOR_MS = 5 * MINUTE_MS
"""Nobody misses so much in less that a count of before would mislead; reckoning reads every stay of a programme. Where
enrolments, sessions or corrections are added or go, it is done anew at once.
"""
_OF = select(
    select(func.count(t.enrolment.c.id)).scalar_subquery(),
    select(func.max(t.enrolment.c.id)).scalar_subquery(),
    select(func.count(t.session.c.id)).scalar_subquery(),
    select(func.max(t.session.c.id)).scalar_subquery(),
    select(func.count(t.corrected.c.person)).scalar_subquery(),
    select(func.max(t.corrected.c.at_ms)).scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class Warned:
    """A programme, and the people of it who can no longer reach the threshold, even by attending all that is left; into
    whose minutes of these a register's correction entered.
    """

    programme: str
    name: str
    people: frozenset[str]
    corrected: frozenset[str]


@dataclass(frozen=True, slots=True)
class Told:
    """How many can no longer reach a programme's threshold, of these with corrected minutes how many."""

    programme: str
    name: str
    count: int
    corrected: int


@dataclass(slots=True)
class Warnings:
    """What one process reckoned last, and when."""

    database: Database
    _at_ms: int | None = None
    _of: tuple[object, ...] = ()
    _found: list[Warned] = field(default_factory=list)

    def of(self, sites: Sites, at_ms: int) -> list[Told]:
        """The programmes with somebody known at these sites who cannot reach the threshold."""
        with self.database.read() as connection:
            of = tuple(connection.execute(_OF).one())
        if of != self._of or self._at_ms is None or not self._at_ms <= at_ms < self._at_ms + RECKONED_FOR_MS:
            self._found, self._at_ms, self._of = self._reckoned(at_ms), at_ms, of
        with self.database.read() as connection:
            known = known_among(connection, sorted(_everybody(self._found)), sites)
        return [
            Told(one.programme, one.name, count, len(one.corrected & known))
            for one in self._found
            if (count := len(one.people & known))
        ]

    def _reckoned(self, at_ms: int) -> list[Warned]:
        """Of every programme whose accounts are not closed yet: the day of that may lie ahead."""
        p = t.programme.c
        with self.database.read() as connection:
            still = is_open(today_of(at_ms))
            rows = connection.execute(select(p.id, p.name).where(still).order_by(p.name, p.id)).all()
            terms = terms_of(connection, [row.id for row in rows])
            return [_warned(row.id, row.name, of_programme(connection, row.id, at_ms), terms[row.id]) for row in rows]


def _warned(programme: str, name: str, found: Iterable[Register], terms: Terms) -> Warned:
    lost = [one for one in found if not summed(one.rows, terms).reachable]
    corrected = frozenset(one.person for one in lost if corrections_in(one.rows))
    return Warned(programme, name, frozenset(one.person for one in lost), corrected)


def _everybody(found: Iterable[Warned]) -> set[str]:
    return {person for one in found for person in one.people}
