"""What an attendance register says, entry by entry: whole numbers and texts alone, so that its bytes are one thing.

A register is of one site: of a session, or of a programme's sessions between two moments (one cohort's, or all). An
*edition* of it begins with ``Opened`` and is only ever added to:

1. ``Opened``, then a ``Head`` for each site whose log was read, a ``Held`` for each session, an ``Enrolled`` for each
   person, and an ``Entry`` for each stay that touched a session, or for each word of a roll call.
2. ``Correction``: an entry taken back, put in another's place or added, with author and reason. What it corrects stays.
3. ``Minutes``: what each person has of each session, by ``access.attendance``, stated when somebody closes.
4. ``Closed``, by the trainer and by the coordinator, two persons; a correction after it makes it void.
5. ``Sealed``: nothing follows. What is corrected afterwards is another edition, which names this one's seal.

A person's name is not in it, only the SHA-256 of salt and name (``bound``): erasing the name leaves the chain whole.
"""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import ClassVar

SALT_BYTES = 32


class Part(StrEnum):
    """As what somebody closes a register."""

    TRAINER = "trainer"
    COORDINATOR = "coordinator"


class How(StrEnum):
    """How an entry ended, or that a roll call said it."""

    EXIT = "exit"
    SYSTEM = "system"
    TRANSFER = "transfer"
    OPEN = "open"
    ROLL_CALL = "roll-call"


@dataclass(frozen=True, slots=True)
class Opened:
    """An edition begins: of which register, as whose words, when the logs were read, and how minutes are counted.

    ``cohort`` "" is all; ``former`` is the hash with which the edition before ends ("" there is none), ``why`` the
    reason for this one.
    """

    KIND: ClassVar[str] = "opened"
    site: str
    register: str
    number: int
    edition: int
    former: str
    why: str
    site_name: str
    timezone: str
    programme: str
    programme_name: str
    cohort: str
    cohort_name: str
    author: str
    author_name: str
    at_ms: int
    late_ms: int
    early_ms: int
    unit_minutes: int
    rounding: str
    threshold_percent: int
    municipality: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a site's log stood when it was read: the hash of event ``epoch``-``seq``."""

    KIND: ClassVar[str] = "head"
    site: str
    epoch: int
    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class Held:
    """A session: ``breaks`` as ``start-end`` between spaces, who is expected (``persons``) and who holds it, by names.

    ``where`` is ``site`` or ``off-site``.
    """

    KIND: ClassVar[str] = "session"
    session: str
    title: str
    start_ms: int
    end_ms: int
    breaks: str
    state: str
    where: str
    place: str
    trainers: str
    persons: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A person of this register, whose name is ``bound``."""

    KIND: ClassVar[str] = "person"
    person: str
    bound: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A person came in at ``from_ms`` and went at ``to_ms``; of an open stay, up to when the logs were read."""

    KIND: ClassVar[str] = "entry"
    session: str
    person: str
    site: str
    from_ms: int
    to_ms: int
    how: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What stands in row ``of`` is not so (``from_ms`` = ``to_ms`` = 0: nobody was there), or in its place is this.

    ``of`` 0 adds what no row says.
    """

    KIND: ClassVar[str] = "correction"
    of: int
    session: str
    person: str
    from_ms: int
    to_ms: int
    author: str
    author_name: str
    reason: str
    at_ms: int

    @property
    def there(self) -> bool:
        """Whether it says that somebody was there."""
        return self.to_ms > self.from_ms


@dataclass(frozen=True, slots=True)
class Minutes:
    """What a person has of a session; ``marks`` between spaces."""

    KIND: ClassVar[str] = "minutes"
    session: str
    person: str
    delivered: int
    recognised: int
    marks: str


@dataclass(frozen=True, slots=True)
class Closed:
    """Somebody closed it as ``part``, by their own account."""

    KIND: ClassVar[str] = "closed"
    part: str
    account: str
    person: str
    name: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """Both have; this row's hash is the seal."""

    KIND: ClassVar[str] = "sealed"
    at_ms: int


Said = Opened | Head | Held | Enrolled | Entry | Correction | Minutes | Closed | Sealed
KINDS: dict[str, type[Said]] = {
    kind.KIND: kind for kind in (Opened, Head, Held, Enrolled, Entry, Correction, Minutes, Closed, Sealed)
}


def bound(name: str, salt: bytes) -> str:
    """What stands for a name."""
    return sha256(salt + name.encode()).hexdigest()
