"""Calls on readers as operators send them, and as they are shown."""

from typing import Literal

from pydantic import BaseModel

from registry.names import Id
from registry.shapes.common import Shape

PurposeName = Literal["enrol", "replace", "test"]
StateName = Literal["waiting", "read", "in-use", "unfit", "passed", "other", "done", "cancelled", "expired"]


class NewCall(Shape):
    """A reader to be called on: for the ``person`` who gets a badge, or for the ``badge`` that is to be replaced or
    tested.
    """

    site: Id
    reader: Id
    purpose: PurposeName = "enrol"
    person: Id | None = None
    badge: Id | None = None


class OpeningShown(BaseModel):
    """What a door of the site would say to the card, by its gateway's word."""

    door: str
    granted: bool
    reason: str


class CallShown(BaseModel):
    """A call; never what a card shows. ``heard_ms``: since when the reader waits. ``holder`` is the badge that the card
    was already, ``made`` the one that it became; ``opens`` of a card that the site knows.
    """

    id: str
    site: str
    reader: str
    purpose: PurposeName
    person: str
    badge: str | None
    author: str
    asked_ms: int
    until_ms: int
    heard_ms: int | None
    read_ms: int | None
    state: StateName
    holder: str | None
    made: str | None
    opens: list[OpeningShown]
