"""How far a person is with the modules of their programmes, by what they are recognised for."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from access.training import Module, Progress, Work, overdue, overdue_from_ms, progress
from registry.attendance.recognised import work_of
from registry.tables import core as t


@dataclass(frozen=True, slots=True)
class Step:
    """A module, and how far the person is with it."""

    name: str
    programme: str
    module: Module
    progress: Progress
    overdue: bool


@dataclass(frozen=True, slots=True)
class Training:
    """A person's modules by id, and from when on a mandatory one is overdue (None: none is in sight)."""

    steps: tuple[Step, ...]
    overdue_from_ms: int | None


def training_of(connection: Connection, person: str, now_ms: int) -> Training:
    """A person's training by the programmes that they are actively enrolled in."""
    e, m = t.enrolment.c, t.module.c
    query = select(t.module).join(t.enrolment, e.programme == m.programme)
    query = query.where(e.person == person, e.state == "active").distinct().order_by(m.id)
    rows = connection.execute(query).all()
    modules = [Module(row.id, row.mandatory, row.due_ms, row.required_minutes, row.required_sessions) for row in rows]
    work: Sequence[Work] = work_of(connection, [person]).get(person, ())
    late = set(overdue(modules, work, now_ms))
    steps = tuple(
        Step(row.name, row.programme, module, progress(module, work), module.id in late)
        for row, module in zip(rows, modules, strict=True)
    )
    return Training(steps, overdue_from_ms(modules, work))
