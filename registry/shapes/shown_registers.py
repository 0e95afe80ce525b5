"""Attendance registers by the names of ``registry.shapes.registers``."""

from collections.abc import Iterable
from typing import Any

from access.register import Correction
from access.register_fold import Line, Register, reckoned
from registry.registers.beside import Difference
from registry.registers.editions import Edition
from registry.registers.scopes import Scope


def listed(scope: Scope) -> dict[str, Any]:
    """A register in a list."""
    names = ("id", "site", "number", "session", "programme", "cohort", "from_ms", "until_ms", "edition", "seal")
    return {**{name: getattr(scope, name) for name in names}, "closed": scope.closed.split()}


def shown(scope: Scope, held: Edition, differs: Iterable[Difference], *, late: bool) -> dict[str, Any]:
    """An edition, whole."""
    register, opened = held.register, held.register.opened
    return {
        "listed": listed(scope),
        "edition": held.number,
        "signed": [{"part": one.part, "name": one.name, "at_ms": one.at_ms} for one in register.closed],
        "seal": held.digest if register.sealed is not None else "",
        "why": opened.why,
        "former": opened.former,
        "read_ms": opened.at_ms,
        "late": late,
        "differs": [_difference_shown(one) for one in differs],
        "heads": [{"site": one.site, "epoch": one.epoch, "seq": one.seq, "hash": one.digest} for one in register.heads],
        "sessions": [{name: getattr(one, name) for name in _SESSION} for one in register.sessions.values()],
        "lines": [line_shown(line, held, register) for line in register.lines],
        "minutes": minutes_shown(held, register),
    }


_SESSION = ("session", "title", "start_ms", "end_ms", "state", "where", "place", "trainers")


def _difference_shown(one: Difference) -> dict[str, Any]:
    return {
        "session": one.session.session,
        "person": one.person,
        "minutes": one.ours.minutes,
        "rows": list(one.ours.rows),
        "register_id": one.theirs.scope.id,
        "number": one.theirs.scope.number,
        "other_minutes": one.theirs.minutes,
        "other_rows": list(one.theirs.rows),
        "counts": "" if one.counts is None else one.counts.id,
    }


def line_shown(line: Line, held: Edition, register: Register) -> dict[str, Any]:
    """A line."""
    said = line.said
    common = {name: getattr(said, name) for name in ("session", "person", "from_ms", "to_ms")}
    common |= {"n": line.n, "by": line.by, "name": held.name(said.person)}
    if isinstance(said, Correction):
        word = {"of": said.of, "author": said.author_name, "reason": said.reason, "at_ms": said.at_ms}
        return {**common, **word, "how": Correction.KIND, "site": register.opened.site}
    return {**common, "of": 0, "author": "", "reason": "", "at_ms": 0, "how": said.how, "site": said.site}


def minutes_shown(held: Edition, register: Register) -> list[dict[str, Any]]:
    """What everybody has of every session."""
    return [
        {
            "session": session,
            "person": person,
            "name": held.name(person),
            "delivered_minutes": have.delivered_minutes,
            "recognised_minutes": have.recognised_minutes,
            "marks": sorted(map(str, have.marks)),
        }
        for (session, person), have in reckoned(register).items()
    ]
