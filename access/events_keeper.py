"""What the doorkeeper tells the core (``access.events``)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeeperFound:
    """The doorkeeper answered; ``contacts`` are door → open of the doors it watches."""

    run: str
    contacts: dict[str, bool]
    fire: bool
    evacuation: bool = False


@dataclass(frozen=True, slots=True)
class KeeperLost:
    """The doorkeeper does not answer."""


@dataclass(frozen=True, slots=True)
class KeeperMovedLine:
    """A lock's line changed, for this grant where it was one."""

    door: str
    released: bool
    cause: str
    grant: str = ""


@dataclass(frozen=True, slots=True)
class KeeperRefused:
    """The keeper did not take a lease, and why."""

    door: str
    grant: str
    why: str


@dataclass(frozen=True, slots=True)
class KeeperSawContact:
    """A door's contact on the keeper's own line."""

    door: str
    open: bool


@dataclass(frozen=True, slots=True)
class KeeperSawExit:
    """The exit button on the keeper's own line."""

    door: str


@dataclass(frozen=True, slots=True)
class KeeperSawFire:
    """The fire input's latch changed."""

    active: bool


@dataclass(frozen=True, slots=True)
class KeeperSawEvacuation:
    """The latch that staff set for an evacuation changed."""

    active: bool
