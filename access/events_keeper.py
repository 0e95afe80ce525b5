"""What the doorkeeper tells the core (``access.events``)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class By:
    """Who set or reset a latch of the doorkeeper, and why; empty where nobody did, or it is not known."""

    author: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeeperFound:
    """The doorkeeper answered; ``contacts`` are door → open of the doors it watches, ``fire_by`` and ``evacuation_by``
    who changed those latches last.
    """

    run: str
    contacts: dict[str, bool]
    fire: bool
    evacuation: bool = False
    fire_by: By = By()
    evacuation_by: By = By()


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
    """The fire input's latch was set, or reset by somebody."""

    active: bool
    by: By = By()


@dataclass(frozen=True, slots=True)
class KeeperSawEvacuation:
    """The latch of an evacuation was set or reset by somebody."""

    active: bool
    by: By = By()
