"""A device's way to the broker: connected, asking, waiting before it asks again, or without a network.

NO_WIFI --wifi back--> ASKING --connected--> UP
   ^                   |    ^                 |
   |                 lost   due             lost
wifi lost              v    |                 v
(from anywhere)       WAITING <---------------+
"""

from dataclasses import dataclass, replace
from enum import StrEnum

FIRST_RETRY_MS = 1_000
LONGEST_RETRY_MS = 60_000


class Way(StrEnum):
    """Where a device stands on its way to the broker."""

    NO_WIFI = "no-wifi"
    ASKING = "asking"
    WAITING = "waiting"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Link:
    """``conn`` counts the connections of this boot; ``retry_due_ms`` is when a waiting device asks again."""

    way: Way = Way.NO_WIFI
    conn: int = 0
    retry_due_ms: int = 0
    retry_ms: int = FIRST_RETRY_MS

    @property
    def up(self) -> bool:
        """Whether what is said now can arrive."""
        return self.way is Way.UP


def asking(link: Link) -> Link:
    """The link while a connection is asked for."""
    return replace(link, way=Way.ASKING)


def connected(link: Link) -> Link:
    """The link after one was given."""
    return Link(Way.UP, link.conn + 1)


def lost(link: Link, now_ms: int, chance: float) -> Link:
    """The link after a connection ended or was not given; half of each wait is by chance, so that a fleet spreads."""
    if link.way is Way.NO_WIFI:
        return link
    wait_ms = link.retry_ms // 2 + round(link.retry_ms * chance / 2)
    return Link(Way.WAITING, link.conn, now_ms + wait_ms, min(2 * link.retry_ms, LONGEST_RETRY_MS))


def without_wifi(link: Link) -> Link:
    """The link after the radio lost its network."""
    return Link(Way.NO_WIFI, link.conn)
