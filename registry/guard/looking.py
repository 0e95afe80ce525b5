"""Requests that show people's history: whom they show is noted as looked at, by whoever asks (guarantees P6, P9)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from registry.api.desk import Desk
from registry.database import Database
from registry.guard import looks

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
    return look_on(
        desk.shared.database, (desk.operator, desk.asked.authority.person), what, show, desk.shared.settings.wall_ms()
    )


def look_on(database: Database, looker: tuple[str, str], what: str, show: Show, at_ms: int) -> Any:  # noqa: ANN401 -- as ``show``
    """The same for whoever looks: as whom it is noted, and which person they are themselves ("" none)."""
    named, (author, own) = set[str](), looker
    with database.read() as connection:
        found = show(connection, named)
        fresh = looks.news(connection, author, named - {own}, what, at_ms)
    if fresh:
        with database.write() as connection:
            looks.note(connection, author, fresh, what, at_ms)
    return found


def _others(desk: Desk, named: set[str]) -> set[str]:
    return named - {desk.asked.authority.person}
