"""What the log says of itself, as facts of the log (``access.facts``)."""

from dataclasses import dataclass
from typing import ClassVar

from access.fact import Fact
from access.log import EPOCH_BEGAN


@dataclass(frozen=True, slots=True)
class EpochBegan(Fact):
    """From here on this log is branch ``epoch``, by the registry's word: it goes on from event ``of_seq`` of branch
    ``of_epoch``, after which the histories differ, ``why``. A checkpoint follows at once.
    """

    KIND: ClassVar[str] = EPOCH_BEGAN
    epoch: int
    of_epoch: int
    of_seq: int
    why: str


@dataclass(frozen=True, slots=True)
class RowsLost(Fact):
    """Events ``first`` to ``last`` are not in this log any more, and ``why``."""

    KIND: ClassVar[str] = "gap"
    first: int
    last: int
    why: str


@dataclass(frozen=True, slots=True)
class Witnessed(Fact):
    """The registry said where another ``site``'s log stands: at event ``epoch``-``seq``, of this hash (hex). That log
    cannot be another up to there without this one saying so (guarantee S4).
    """

    KIND: ClassVar[str] = "witnessed"
    site: str
    epoch: int
    seq: int
    head: str
