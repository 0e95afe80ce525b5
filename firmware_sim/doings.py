"""Everything a device does to what is around it."""

from dataclasses import dataclass
from typing import Literal

Shown = Literal["idle", "asking", "granted", "denied", "wait"]


@dataclass(frozen=True, slots=True)
class Connect:
    """Ask the broker for a connection with this will."""

    will: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection ends without a goodbye: the broker will publish the will."""


@dataclass(frozen=True, slots=True)
class Publish:
    """Say this; it is lost where there is no connection, and said again if it needs an answer."""

    leaf: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Show:
    """A reader's light, sound and display; ``uid`` is the card that it answers, for whoever plays the person."""

    shown: Shown
    uid: str = ""
    message: str | None = None


@dataclass(frozen=True, slots=True)
class LockMoved:
    """A controller's lock was released, for this grant, or secured."""

    released: bool
    grant: str = ""


@dataclass(frozen=True, slots=True)
class LeafMoved:
    """The door that a controller watches opened or shut."""

    open: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A command or an answer was not followed, and why."""

    why: str


Doing = Connect | Cut | Publish | Show | LockMoved | LeafMoved | Refused
