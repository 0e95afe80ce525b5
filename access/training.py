"""Training: how far a person is with each module, and from when on a mandatory one is overdue.

Domain, training gate: an overdue mandatory module blocks desk booking and desk-only entry. The registry reckons the
moment from here and sends it to the sites, whose doors compare it with their clock and need nothing else. A module
that is complete, however late, is not overdue; one without a due date never is.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from access.attendance import THRESHOLD_PERCENT


@dataclass(frozen=True, slots=True)
class Module:
    """What a module asks of one person: so many recognised minutes and so many attended sessions, both if both.

    ``due_ms`` is this person's or their cohort's (None: no date). A session is attended if at least
    ``session_percent`` of what was delivered of it are recognised.
    """

    id: str
    mandatory: bool = True
    due_ms: int | None = None
    required_minutes: int = 0
    required_sessions: int = 0
    session_percent: int = THRESHOLD_PERCENT


@dataclass(frozen=True, slots=True)
class Work:
    """One person's recognised minutes of one session that was delivered for a module, and when the session ended."""

    module: str
    session: str
    ended_ms: int
    delivered_minutes: int
    recognised_minutes: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person is with a module; ``done_ms``: the end of the session that completed it (None: none has)."""

    module: str
    minutes: int
    sessions: int
    missing_minutes: int
    missing_sessions: int
    done_ms: int | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing is missing; a module that asks for nothing is complete from the start."""
        return not self.missing_minutes and not self.missing_sessions


def progress(module: Module, work: Iterable[Work]) -> Progress:
    """How far a person is with one module, from all of their work. One session counts once, by its best row."""
    best: dict[str, Work] = {}
    for row in work:
        if row.module == module.id:
            best[row.session] = max(best.get(row.session, row), row, key=lambda found: found.recognised_minutes)
    minutes = sessions = 0
    done_ms = None
    for row in sorted(best.values(), key=lambda found: found.ended_ms):
        minutes += row.recognised_minutes
        sessions += _attended(row, module)
        if done_ms is None and minutes >= module.required_minutes and sessions >= module.required_sessions:
            done_ms = row.ended_ms
    missing_minutes = max(0, module.required_minutes - minutes)
    missing_sessions = max(0, module.required_sessions - sessions)
    return Progress(module.id, minutes, sessions, missing_minutes, missing_sessions, done_ms)


def _attended(row: Work, module: Module) -> bool:
    enough = 100 * row.recognised_minutes >= module.session_percent * row.delivered_minutes
    return enough and row.recognised_minutes > 0


def overdue_from_ms(modules: Iterable[Module], work: Iterable[Work]) -> int | None:
    """The moment from which on a person has an overdue mandatory module, past or to come; None: none is in sight.

    It moves when a module is completed or its date is changed, so it is reckoned anew after either.
    """
    return min((due_ms for due_ms, _ in _owed(modules, work)), default=None)


def overdue(modules: Iterable[Module], work: Iterable[Work], at_ms: int) -> tuple[str, ...]:
    """The mandatory modules that are overdue at a moment, the longest overdue first: what a remedy names."""
    return tuple(module for due_ms, module in sorted(_owed(modules, work)) if due_ms <= at_ms)


def _owed(modules: Iterable[Module], work: Iterable[Work]) -> list[tuple[int, str]]:
    """The mandatory modules that are not complete, each after its date."""
    rows = tuple(work)
    return [
        (module.due_ms, module.id)
        for module in modules
        if module.mandatory and module.due_ms is not None and not progress(module, rows).complete
    ]
