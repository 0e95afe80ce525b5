"""What the log says of who is barred before the replica itself says so, and why that ends."""

from dataclasses import dataclass
from typing import ClassVar

from access.fact import Fact


@dataclass(frozen=True, slots=True)
class Denied(Fact):
    """From here on a record of the replica bars whom it is about, or serves nobody: ``what`` is its kind, ``origin``
    whose word it is. Of the registry's own word, ``version`` of ``generation`` is the one that says it too; of anybody
    else's, the one that was held then. ``author`` and ``note`` are those of staff at this site.
    """

    KIND: ClassVar[str] = "denied"
    what: str
    id: str
    origin: str
    generation: str
    version: int
    author: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DenialLifted(Fact):
    """The replica itself says from here on what there is to say."""

    KIND: ClassVar[str] = "denial-lifted"
    what: str
    id: str


@dataclass(frozen=True, slots=True)
class RevocationsRead(Fact):
    """A signed file of revocations was taken, which the registry wrote at ``version``; ``count`` of them were news."""

    KIND: ClassVar[str] = "revocations-read"
    generation: str
    version: int
    count: int
    author: str = ""
