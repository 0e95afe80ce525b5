"""Attendance over a programme: recognised ÷ delivered minutes against its threshold. Whole numbers throughout."""

from collections.abc import Iterable
from dataclasses import dataclass

from access.attendance import Attended, Session, SessionState, Terms, held_minutes


@dataclass(frozen=True, slots=True)
class Total:
    """One person's attendance so far, and what is to come.

    ``basis_points``: hundredths of a percent, rounded down; None before anything was delivered. ``met``: the threshold
    holds of what was delivered, judged on the exact ratio. ``missing_minutes``: how many more of the delivered minutes
    would have met it. ``needed_minutes``: how many of the ``planned_minutes`` to come must be attended to meet it in
    the end; ``reachable``: it can be met, at best by attending all that is planned.
    """

    delivered_minutes: int
    recognised_minutes: int
    planned_minutes: int
    basis_points: int | None
    met: bool
    missing_minutes: int
    needed_minutes: int
    reachable: bool


def total(rows: Iterable[Attended], sessions: Iterable[Session], terms: Terms) -> Total:
    """One person's rows summed; of ``sessions`` those still planned are what is to come, the others do not matter.

    A row counts once for each time it is given: give one for each session.
    """
    delivered = recognised = 0
    for row in rows:
        delivered += row.delivered_minutes
        recognised += row.recognised_minutes
    planned = sum(held_minutes(session) for session in sessions if session.state is SessionState.PLANNED)
    missing = _short(recognised, delivered, terms)
    needed = _short(recognised, delivered + planned, terms)
    points = 10_000 * recognised // delivered if delivered else None
    met = delivered > 0 and missing == 0
    return Total(delivered, recognised, planned, points, met, missing, needed, needed <= planned)


def _short(recognised: int, of_minutes: int, terms: Terms) -> int:
    """How many minutes are lacking to the threshold of ``of_minutes``, never below none."""
    asked = -(-terms.threshold_percent * of_minutes // 100)
    return max(0, asked - recognised)
