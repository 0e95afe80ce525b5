"""Everything that can go out. The shell carries effects out in this order: append all, lease, feedback, settle, rest.

Nothing but ``Append``, ``Tally`` and ``Settle``'s cursor is done before the batch is committed (guarantees D1, S12).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from access.call import Opening
from access.cursor import Cursor
from access.facts import Fact
from access.judge import Verdict

Signal = Literal["granted", "denied", "wait"]


@dataclass(frozen=True, slots=True)
class Append:
    """Log this fact under this number."""

    seq: int
    fact: Fact


@dataclass(frozen=True, slots=True)
class Lease:
    """Ask the keeper to release a lock for one grant; not when more than the policy's age old by ``granted_mono_ms``
    (guarantee D2).
    """

    grant: str
    door: str
    pulse_ms: int
    granted_mono_ms: int
    keeper_run: str


@dataclass(frozen=True, slots=True)
class FreeLease:
    """Ask the keeper to hold a lock released for a little longer, in free passage, under one standing ``grant``."""

    grant: str
    door: str
    asked_mono_ms: int
    keeper_run: str


@dataclass(frozen=True, slots=True)
class FreeEnd:
    """Free passage is over: ask the keeper to secure the lock now, unless something else holds it released."""

    grant: str
    door: str


@dataclass(frozen=True, slots=True)
class CommandPulse:
    """Ask a lock's network controller for one pulse (interfaces: command); D2's age holds here as well."""

    grant: str
    door: str
    controller: str
    pulse_ms: int
    granted_mono_ms: int
    boot: str
    n: int
    not_after_uptime_ms: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """Answer the reader: ``granted``, ``denied`` or ``wait``. ``verdict`` only for a recognised person (D13).
    ``grant``: what it was granted; where that cannot be pulsed after all, the answer is ``wait``. ``free_desk``: the
    name of a desk that they could book instead, "" where there is none. ``for_staff``: the card was read for a call.
    """

    reader: str
    boot: str
    seq: int
    signal: Signal
    verdict: Verdict | None = None
    grant: str = ""
    free_desk: str = ""
    for_staff: bool = False


@dataclass(frozen=True, slots=True)
class Settle:
    """Keep this cursor with the batch, and once committed tell the device how far it was taken."""

    device: str
    cursor: Cursor


@dataclass(frozen=True, slots=True)
class Tally:
    """Keep these counts of refused messages with the batch, by reason, since the last fact that told them."""

    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SendBeacon:
    """Publish this beacon; it counts as sent now."""

    beacon: str


@dataclass(frozen=True, slots=True)
class CallHeard:
    """Tell the registry that a reader waits for the card of this call."""

    call: str


@dataclass(frozen=True, slots=True)
class CardRead:
    """Tell the registry which card was shown for a call; ``badge`` is what this site knows it as ("": it does not), and
    ``opens`` what its entrances would say to it. In no repr stands what a card shows.
    """

    call: str
    credential: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    badge: str = ""
    opens: tuple[Opening, ...] = ()


Effect = (
    Append | Lease | FreeLease | FreeEnd | CommandPulse | Feedback | Settle | Tally | SendBeacon | CallHeard | CardRead
)
