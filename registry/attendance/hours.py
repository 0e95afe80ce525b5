"""Hours of a programme or of one cohort, person by person: against the threshold, and who can no longer reach it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from access.attendance import Attended
from access.clock import MINUTE_MS
from access.spans import length_ms, without
from access.threshold import Total
from access.training import Module, overdue
from registry.attendance.attendance import Register, corrections_in, of_programme, summed
from registry.attendance.recognised import work
from registry.guard.authority import Sites
from registry.people.known_at import known_among
from registry.programmes.sittings import AT_ONCE, Sitting, terms_of
from registry.tables import core as t


@dataclass(frozen=True, slots=True)
class Hours:
    """One person's: ``attended_minutes`` as they were there, before tolerance and rounding; overdue modules by name; of
    how many sessions a corrected register says the minutes.
    """

    person: str
    name: str
    attended_minutes: int
    threshold_percent: int
    total: Total
    overdue: tuple[str, ...]
    corrected: int = 0

    @property
    def lost(self) -> bool:
        """Whether they can no longer reach the threshold, even by attending all that is left."""
        return not self.total.reachable


def hours_of(connection: Connection, programme: str, cohort: str | None, sites: Sites, at_ms: int) -> list[Hours]:
    """Everybody of a programme, or of one cohort of it, who is known at these sites; by name."""
    found = of_programme(connection, programme, at_ms)
    chosen = known_among(connection, [one.person for one in found], sites) & _enrolled(connection, programme, cohort)
    terms = terms_of(connection, [programme])[programme]
    modules, titles = _modules(connection, programme)
    names = _names(connection, sorted(chosen))
    rows = [
        Hours(
            one.person,
            names.get(one.person, one.person),
            sum(attended_minutes(*row) for row in one.rows),
            terms.threshold_percent,
            summed(one.rows, terms),
            tuple(titles[late] for late in overdue(modules, work(one), at_ms)),
            corrections_in(one.rows),
        )
        for one in found
        if one.person in chosen
    ]
    return sorted(rows, key=lambda row: (row.name.casefold(), row.person))


def hours_of_person(connection: Connection, programme: str, register: Register) -> tuple[int, Total, int]:
    """What one person has of a programme: minutes as they were there, the total, the threshold in percent."""
    rows = [row for row in register.rows if row[0].programme == programme]
    terms = terms_of(connection, [programme])[programme]
    return sum(attended_minutes(*row) for row in rows), summed(rows, terms), terms.threshold_percent


def attended_minutes(sitting: Sitting, have: Attended) -> int:
    """Whole minutes that somebody was there of a session, outside its breaks."""
    return length_ms(without(have.present, sitting.session.breaks)) // MINUTE_MS


def _enrolled(connection: Connection, programme: str, cohort: str | None) -> frozenset[str]:
    e = t.enrolment.c
    query = select(e.person).where(e.programme == programme)
    return frozenset(connection.execute(query if cohort is None else query.where(e.cohort == cohort)).scalars())


def _modules(connection: Connection, programme: str) -> tuple[list[Module], dict[str, str]]:
    m = t.module.c
    rows = connection.execute(select(t.module).where(m.programme == programme).order_by(m.id)).all()
    modules = [Module(row.id, row.mandatory, row.due_ms, row.required_minutes, row.required_sessions) for row in rows]
    return modules, {row.id: row.name for row in rows}


def _names(connection: Connection, people: Sequence[str]) -> dict[str, str]:
    p, found = t.person.c, dict[str, str]()
    for start in range(0, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        found.update((row.id, row.name) for row in connection.execute(select(p.id, p.name).where(p.id.in_(some))))
    return found
