"""Modules: what a programme trains. An overdue mandatory one blocks desks (domain, training gate)."""

from dataclasses import dataclass

from sqlalchemy import delete

from registry import store
from registry.downlink import admission
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.programmes import programmes
from registry.tables import core as t


@dataclass(frozen=True, slots=True)
class Module:
    """A module of a programme, due by ``due_ms`` (None: no date): so many recognised minutes and attended sessions."""

    name: str
    mandatory: bool = True
    due_ms: int | None = None
    required_minutes: int = 0
    required_sessions: int = 0


def module_values(module: Module) -> dict[str, object]:
    """A module's columns."""
    return {
        "name": module.name,
        "mandatory": module.mandatory,
        "due_ms": module.due_ms,
        "required_minutes": module.required_minutes,
        "required_sessions": module.required_sessions,
    }


def add(edit: Edit, ident: str, programme: str, module: Module) -> None:
    """Make a module of a programme, and tell the sites from when on it is overdue for whom. Raises Problem."""
    store.one(edit.connection, t.programme, t.programme.c.id == programme, "programme")
    values = {"id": ident, "programme": programme, "revision": 1, **module_values(module)}
    store.add(edit.connection, t.module, values, "module")
    tell(edit, programme)


def change(edit: Edit, ident: str, module: Module) -> None:
    """Change a known module, and tell the sites. Raises Problem."""
    row = store.one(edit.connection, t.module, t.module.c.id == ident, "module")
    store.change(edit.connection, t.module, t.module.c.id == ident, module_values(module))
    tell(edit, row.programme)


def drop(edit: Edit, ident: str) -> None:
    """Take a module away of which no session was planned. Raises Problem."""
    row = store.one(edit.connection, t.module, t.module.c.id == ident, "module")
    planned = store.count(edit.connection, t.session, t.session.c.module == ident)
    if planned:
        raise Problem(Kind.IN_USE, f"{planned} sessions are of this module; make it no longer mandatory instead.")
    edit.connection.execute(delete(t.module).where(t.module.c.id == ident))
    tell(edit, row.programme)


def tell(edit: Edit, programme: str) -> None:
    """Tell the sites how a programme's training stands: after an edit of it, or when a register is closed."""
    admission.publish_everywhere(edit, programmes.participants(edit.connection, t.enrolment.c.programme == programme))
