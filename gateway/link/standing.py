"""How the gateway's links stand, as its own thread and the pages are told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RegistryStanding:
    """How the link to the registry stands. ``confirmed_ms``: wall time at which the replica was last known to be the
    registry's own, kept across restarts; ``waiting`` rows are not yet acknowledged; ``trouble`` is a sentence,
    of ``kind`` (``gateway.link.trouble``). ``confirmed``: this gateway is the site's, by staff's word.
    """

    online: bool = False
    confirmed_ms: int | None = None
    waiting: int = 0
    trouble: str = ""
    confirmed: bool = True
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """How the disk takes the log. ``full``: the disk was full, and the reserve is given up; ``losing``: the log is at
    its bound, and events go that the registry has not got; ``damaged``: the name of a damaged log that lies beside it,
    "" where none does.
    """

    full: bool = False
    losing: bool = False
    damaged: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """How the gateway's links stand; ``registry`` None: the site has none. ``log_written``: the disk takes the log.
    ``speed``: how much faster than real time the site's day goes (a demo's), while links do not.
    """

    broker_online: bool
    registry: RegistryStanding | None = None
    log_written: bool = True
    speed: float = 1.0
    room: Room = Room()
