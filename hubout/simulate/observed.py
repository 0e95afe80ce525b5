"""What the checkers are shown of a run: each a fact of the simulated world, whatever the programs believe."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from access.log import Row
from access.replica import Replica

Rows = Sequence[Row]


@dataclass(frozen=True, slots=True)
class RunBegan:
    """A gateway's run began at a site: its name, and where its log stood."""

    site: str
    run: str
    seq: int


@dataclass(frozen=True, slots=True)
class RunEnded:
    """It ended, in order or not."""

    site: str
    run: str


@dataclass(frozen=True, slots=True)
class Committed:
    """Rows are on the disk for good: a power cut takes them no more."""

    site: str
    run: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class LineMoved:
    """A lock's line was released or secured; for whose grant, where it was for one. ``held``: fire or evacuation holds
    every door of the site released.
    """

    site: str
    door: str
    released: bool
    grant: str
    held: bool = False


@dataclass(frozen=True, slots=True)
class KeeperDied:
    """The doorkeeper is gone; its supervisor is not."""

    site: str


@dataclass(frozen=True, slots=True)
class KeeperBegan:
    """A run of the doorkeeper begins; its lines are brought to rest next."""

    site: str


@dataclass(frozen=True, slots=True)
class FireAlarm:
    """The fire alarm's contact moved."""

    site: str
    active: bool


@dataclass(frozen=True, slots=True)
class CardHeld:
    """Somebody held a card to a reader."""

    site: str
    reader: str
    uid: str


@dataclass(frozen=True, slots=True)
class SaidAgain:
    """Somebody on the site's network said again what a device had said, or had it kept at the broker."""

    site: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The gateway told the broker that it is done with these messages (topic and payload)."""

    site: str
    messages: Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class GatewayRestored:
    """A site's gateway has its disk from an old copy, whose log ends at ``seq``; it does not run now."""

    site: str
    seq: int


@dataclass(frozen=True, slots=True)
class CloneBegan:
    """A second gateway of a site begins in ``folder``, on a copy of the first one's log, which ends at ``seq``."""

    site: str
    folder: Path
    seq: int


@dataclass(frozen=True, slots=True)
class CloneStored:
    """The registry acknowledged everything up to ``seq`` of the log of the second gateway in ``folder``."""

    folder: Path
    seq: int


@dataclass(frozen=True, slots=True)
class ChangesGiven:
    """The registry gave a gateway of a site, which said that its log is in ``epoch``, what changed of people, badges
    and bookings.
    """

    site: str
    epoch: int


@dataclass(frozen=True, slots=True)
class RegistryRestored:
    """The registry has its database from an old copy, in a new generation."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The registry acknowledged everything up to ``seq`` of a site's log."""

    site: str
    seq: int


@dataclass(frozen=True, slots=True)
class Wrote:
    """The registry committed something."""


@dataclass(frozen=True, slots=True)
class Decides:
    """A site's gateway decides by this replica from now on."""

    site: str
    replica: Replica


@dataclass(frozen=True, slots=True)
class Told:
    """The registry answered a site's gateway what it decides rights by (``what``: lane or changes); the answer arrives
    at ``arrives_ms``.
    """

    site: str
    what: str
    arrives_ms: int


@dataclass(frozen=True, slots=True)
class Edited:
    """Staff's edit is committed at the registry: what (revoked, enrolled, booked, …) of which record."""

    what: str
    ident: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A reader showed an answer to whoever tapped, with words or not."""

    site: str
    reader: str
    uid: str
    shown: str
    words: str | None


@dataclass(frozen=True, slots=True)
class Wronged:
    """Something failed inside a program that must not."""

    site: str
    what: str


Observation = (
    RunBegan
    | RunEnded
    | Committed
    | LineMoved
    | KeeperDied
    | KeeperBegan
    | FireAlarm
    | CardHeld
    | SaidAgain
    | Acknowledged
    | GatewayRestored
    | CloneBegan
    | CloneStored
    | ChangesGiven
    | RegistryRestored
    | Stored
    | Wrote
    | Decides
    | Told
    | Edited
    | Shown
    | Wronged
)
