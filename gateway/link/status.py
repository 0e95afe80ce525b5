"""How each link to the registry stands: whether it is answered, and what is wrong, said in the gateway's log once when
it begins and once when it is over.
"""

import logging
import sqlite3
from dataclasses import dataclass, replace
from http.client import HTTPException
from threading import Lock
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from urllib3.exceptions import HTTPError

LOG = logging.getLogger("hubout.gateway")

UNEXPECTED = (
    ArithmeticError,
    AttributeError,
    HTTPError,
    HTTPException,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SQLAlchemyError,
    TypeError,
    ValueError,
    sqlite3.Error,
)
"""What a fault of our own, or of a library, can raise: a link's thread outlives it, because the site must not lose its
link for good by a bug.
"""

UNCONFIRMED = (
    "staff have confirmed another gateway as this site's, or none yet: people and bookings stay here as they are until"
    " somebody confirms this one at the registry"
)
"""What is said while the registry keeps this gateway's log as a branch that is not the site's (guarantee S6)."""


class Told(NamedTuple):
    """What was said to be wrong with what was being done: a sentence, of a kind that pages may have words for."""

    doing: str
    sentence: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """Whether the registry answers, up to where it has our log, when (wall time) it last confirmed the replica, and
    what is wrong, as sentences by what was being done; each link knows its own part of it.
    """

    online: bool = False
    acked: int = 0
    confirmed_ms: int | None = None
    troubles: tuple[Told, ...] = ()

    @property
    def confirmed(self) -> bool:
        """Whether this gateway is the site's, as far as is known."""
        return all(told.sentence != UNCONFIRMED for told in self.troubles)

    def told(self, doing: str) -> str:
        """What was said to be wrong with this, "" where nothing was."""
        return next((told.sentence for told in self.troubles if told.doing == doing), "")


def troubled(status: LinkStatus, doing: str, sentence: str, kind: str = "", *, ends: bool) -> LinkStatus:
    """After something went wrong; where it ``ends`` the link, the registry does not answer any more."""
    others = tuple(told for told in status.troubles if told.doing != doing)
    return replace(status, online=status.online and not ends, troubles=(Told(doing, sentence, kind), *others))


def mended(status: LinkStatus, *over: str) -> LinkStatus:
    """After something worked: the registry answers, and what was wrong with these is over."""
    left = tuple(told for told in status.troubles if told.doing not in over)
    if status.online and left == status.troubles:
        return status
    return replace(status, online=True, troubles=left)


class LinkTold:
    """What was said of all links to one registry, which fail together: the same sentence is said once."""

    def __init__(self) -> None:
        """Nothing has been said yet."""
        self._said: dict[str, frozenset[str]] = {}
        self._turn = Lock()

    def tell(self, link: str, status: LinkStatus) -> None:
        """Say what is news of how ``link`` stands; from any thread."""
        now = frozenset(told.sentence for told in status.troubles)
        with self._turn:
            known = frozenset[str]().union(*self._said.values())
            self._said[link] = now
            for sentence in sorted(now - known):
                LOG.warning("the link to the registry: %s", sentence)
            if known and not any(self._said.values()):
                LOG.info("the registry answers again")
