"""Requests that show people's history: whom they show is noted as looked at, by whoever asks (guarantees P6, P9)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from registry import looks
from registry.desk import Desk

Show = Callable[[Connection, set[str]], Any]
"""Gives what is shown, and names whom it shows."""


def looked(desk: Desk, what: str, show: Show) -> Any:  # noqa: ANN401 -- as ``show``
    """What ``show`` gives; that they were looked at is noted in the same transaction."""
    named = set[str]()
    with desk.shared.database.write() as connection:
        found = show(connection, named)
        looks.note(connection, desk.operator, _others(desk, named), what, desk.shared.settings.wall_ms())
    return found


def looking_on(desk: Desk, what: str, show: Show) -> Any:  # noqa: ANN401 -- as ``show``
    """``looked`` for what is asked for again and again: noted once an hour, and shown once that is noted."""
    named, at_ms = set[str](), desk.shared.settings.wall_ms()
    with desk.reading() as connection:
        found = show(connection, named)
        fresh = looks.news(connection, desk.operator, _others(desk, named), what, at_ms)
    if fresh:
        with desk.shared.database.write() as connection:
            looks.note(connection, desk.operator, fresh, what, at_ms)
    return found


def _others(desk: Desk, named: set[str]) -> set[str]:
    return named - {desk.asked.authority.person}
