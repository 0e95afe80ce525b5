"""What staff and the registry's link tell the core (``access.events``)."""

from dataclasses import dataclass

from access.call import Call
from access.denials import Denial
from access.replica import Replica
from access.witness import Head


@dataclass(frozen=True, slots=True)
class ReplicaArrived:
    """The link to the registry holds a later version, whole and on disk."""

    replica: Replica


@dataclass(frozen=True, slots=True)
class ReplicaConfirmed:
    """The registry confirmed, ``ago_ms`` ago, that the site decides by its newest version."""

    ago_ms: int = 0


@dataclass(frozen=True, slots=True)
class ReplicaAged:
    """The clock was not known and now is: it shows that the registry's last confirmation is ``age_ms`` ago."""

    age_ms: int


@dataclass(frozen=True, slots=True)
class DenialsTold:
    """The registry's lane says who has lost something since the version that this site decides by."""

    denials: tuple[Denial, ...]


@dataclass(frozen=True, slots=True)
class CallsTold:
    """The registry's lane says on which readers staff call now."""

    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class RevocationsTold:
    """A file of revocations that the registry signed at ``version``, checked; ``author`` is who brought it."""

    generation: str
    version: int
    denials: tuple[Denial, ...]
    author: str = ""


@dataclass(frozen=True, slots=True)
class EpochGiven:
    """The registry keeps this log as branch ``epoch`` from now on: its history and that of branch ``of_epoch`` differ
    after event ``of_seq``, ``why`` (guarantee S6).
    """

    epoch: int
    of_epoch: int
    of_seq: int
    why: str


@dataclass(frozen=True, slots=True)
class WitnessTold:
    """The registry says where other sites' logs stand; this one notes it."""

    heads: tuple[Head, ...]


@dataclass(frozen=True, slots=True)
class RowsGone:
    """Events of these numbers, first to last, are in the log no more, and ``why``: at its bound, or because it was
    damaged. ``whole``: what the site knows of itself was read before that, or does not hang on them.
    """

    spans: tuple[tuple[int, int], ...]
    why: str
    whole: bool = True


@dataclass(frozen=True, slots=True)
class CheckpointAsked:
    """What lies before this moment is not to be needed for a start."""


@dataclass(frozen=True, slots=True)
class DenyAsked:
    """Staff bar a badge at once, or all badges of ``person`` where ``badge`` is empty."""

    badge: str
    author: str
    note: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class VisitAsked:
    """A host lets somebody in who has no badge; ``visit`` is the new visit's id."""

    visit: str
    zone: str
    host: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class VisitEndAsked:
    """A visit is over, staff say."""

    visit: str
    author: str


@dataclass(frozen=True, slots=True)
class WalkInAsked:
    """Staff give a person a desk until ``until_ms``; ``booking`` is the new booking's id."""

    booking: str
    person: str
    desk: str
    until_ms: int
    author: str


@dataclass(frozen=True, slots=True)
class StaffActed:
    """Staff did ``what`` on the pages; the log is to say who, and nothing else changes."""

    what: str
    author: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClockWasSet:
    """Staff set the gateway's clock, and the shell has done so."""

    author: str
    note: str
    was_ms: int
    set_ms: int


@dataclass(frozen=True, slots=True)
class LockdownAsked:
    """Staff lock down or release."""

    active: bool
    author: str
    note: str


@dataclass(frozen=True, slots=True)
class OpenAsked:
    """Staff open a door once, by hand."""

    door: str
    author: str
    note: str
