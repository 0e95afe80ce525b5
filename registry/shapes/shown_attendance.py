"""Attendance and training as they are shown: the core's values by the names of ``registry.shapes.attendance``."""

from typing import Any

from sqlalchemy import Connection

from access.attendance import Attended, Terms
from registry.attendance.attendance import Register, corrections_in, summed
from registry.attendance.training_progress import Training
from registry.programmes.sittings import Sitting, terms_of


def attended_shown(person: str, sitting: Sitting, have: Attended) -> dict[str, Any]:
    """One person at one session."""
    session = sitting.session
    return {
        "person": person,
        "site": sitting.site,
        "session": sitting.id,
        "programme": sitting.programme,
        "module": sitting.module,
        "title": sitting.title,
        "start_ms": session.start_ms,
        "end_ms": session.end_ms,
        "state": str(session.state),
        "off_site": session.off_site,
        "delivered_minutes": have.delivered_minutes,
        "recognised_minutes": have.recognised_minutes,
        "present": [{"start_ms": span.start_ms, "end_ms": span.end_ms} for span in have.present],
        "marks": sorted(map(str, have.marks)),
    }


def rows_shown(register: Register) -> list[dict[str, Any]]:
    """All of a person's sessions."""
    return [attended_shown(register.person, sitting, have) for sitting, have in register.rows]


def totals_shown(connection: Connection, register: Register) -> list[dict[str, Any]]:
    """A person's totals, by programme."""
    programmes = sorted({sitting.programme for sitting, _ in register.rows})
    terms = terms_of(connection, programmes)
    return [_total_shown(register, name, terms[name]) for name in programmes]


def _total_shown(register: Register, programme: str, terms: Terms) -> dict[str, Any]:
    """A person's total of a programme."""
    rows = [row for row in register.rows if row[0].programme == programme]
    total = summed(rows, terms)
    names = ("delivered_minutes", "recognised_minutes", "planned_minutes", "basis_points", "met")
    more = ("missing_minutes", "needed_minutes", "reachable")
    said = {name: getattr(total, name) for name in (*names, *more)}
    whose = {"person": register.person, "programme": programme, "threshold_percent": terms.threshold_percent}
    return {**whose, **said, "corrected_sessions": corrections_in(rows)}


def training_shown(training: Training) -> dict[str, Any]:
    """A person's modules."""
    items = [
        {
            "module": step.module.id,
            "name": step.name,
            "programme": step.programme,
            "mandatory": step.module.mandatory,
            "due_ms": step.module.due_ms,
            "minutes": step.progress.minutes,
            "sessions": step.progress.sessions,
            "missing_minutes": step.progress.missing_minutes,
            "missing_sessions": step.progress.missing_sessions,
            "done_ms": step.progress.done_ms,
            "overdue": step.overdue,
        }
        for step in training.steps
    ]
    return {"items": items, "overdue_from_ms": training.overdue_from_ms}
