"""An edition line by line, as every paper of it says it: a page, a table, a sheet."""

from collections.abc import Iterator
from dataclasses import dataclass

from access.attendance import Attended
from access.register import Correction, Held
from access.register_fold import Line, reckoned
from registry.registers.editions import Edition


@dataclass(frozen=True, slots=True)
class Person:
    """What an edition says of one person at one session."""

    session: Held
    person: str
    name: str
    lines: tuple[Line, ...]
    have: Attended


@dataclass(frozen=True, slots=True)
class Sum:
    """A person's minutes of all sessions."""

    name: str
    delivered: int
    recognised: int

    @property
    def basis_points(self) -> int:
        """Hundredths of a percent, rounded down; of nothing delivered nothing."""
        return 10_000 * self.recognised // self.delivered if self.delivered else 0


def people_of(held: Edition) -> Iterator[Person]:
    """Everybody at every session, the sessions in their order, the people by name."""
    register = held.register
    have = reckoned(register)
    of: dict[tuple[str, str], list[Line]] = {}
    for line in register.lines:
        of.setdefault((line.said.session, line.said.person), []).append(line)
    for session in register.sessions.values():
        there = sorted(session.persons.split(), key=lambda who: (held.name(who).casefold(), who))
        for who in there:
            key = (session.session, who)
            yield Person(session, who, held.name(who), tuple(of.get(key, ())), have[key])


def sums(held: Edition) -> list[Sum]:
    """Everybody's minutes, by name."""
    found: dict[str, tuple[int, int]] = {}
    for (_, person), have in reckoned(held.register).items():
        delivered, recognised = found.get(person, (0, 0))
        found[person] = (delivered + have.delivered_minutes, recognised + have.recognised_minutes)
    named = ((held.name(who), *minutes) for who, minutes in found.items())
    return [Sum(*one) for one in sorted(named, key=lambda one: (one[0].casefold(), one))]


def correction_of(line: Line) -> Correction | None:
    """What a line corrects, where it does."""
    return line.said if isinstance(line.said, Correction) else None


def how_of(line: Line) -> str:
    """How a line ends: as an entry, or by a correction that says that somebody was there or was not."""
    said = line.said
    if isinstance(said, Correction):
        return "corrected" if said.there else "absent"
    return said.how
