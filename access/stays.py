"""The stays that one fact of the log ended: rows for whoever keeps them, told by the very fold that counts people.

A stay is one person's time in one zone, half open. Of one person's stays within a site none overlaps another while the
site's clock goes forward, and together with where they are now they are all of their presence.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from access.attendance import ClosedStay, Closing
from access.facts import Checkpoint, DayClosed, Entered, Fact, Left, WentElsewhere
from access.occupancy import Occupancy, Stay


class How(StrEnum):
    """How a stay ended: out of the site, into another zone of it, by system, or by coming to another site."""

    EXIT = "exit"
    MOVED = "moved"
    SYSTEM = "system"
    ELSEWHERE = "elsewhere"


CLOSINGS = {
    How.EXIT: Closing.EXIT,
    How.MOVED: Closing.EXIT,
    How.SYSTEM: Closing.SYSTEM,
    How.ELSEWHERE: Closing.TRANSFER,
}


@dataclass(frozen=True, slots=True)
class Ended:
    """A person was in a zone from ``start_ms`` to ``end_ms``; ``estimated``: its beginning or its end is not known."""

    person: str
    zone: str
    start_ms: int
    end_ms: int
    how: How
    estimated: bool

    @property
    def attended(self) -> ClosedStay:
        """It as attendance counts it."""
        return ClosedStay(self.start_ms, self.end_ms, CLOSINGS[self.how])


def ended(before: Occupancy, after: Occupancy, fact: Fact, at_ms: int) -> tuple[Ended, ...]:
    """The stays that a fact of ``at_ms`` ended; ``after`` is ``before`` with the fact folded."""
    if before.stays is after.stays:
        return ()
    return tuple(_ended(before, after, fact, at_ms))


def _ended(before: Occupancy, after: Occupancy, fact: Fact, at_ms: int) -> Iterator[Ended]:
    for who in _touched(before, fact):
        was, now = before.stays.get(who), after.stays.get(who)
        if was is not None and (now is None or (was.zone, was.here_ms) != (now.zone, now.here_ms)):
            how = _how(was, now, fact)
            estimated = was.estimated or how in {How.SYSTEM, How.ELSEWHERE} or (now is not None and now.estimated)
            yield Ended(who, was.zone, was.here_ms, _end_ms(was, now, fact, at_ms), how, estimated)


def _touched(before: Occupancy, fact: Fact) -> tuple[str, ...]:
    match fact:
        case Entered() | Left() | WentElsewhere():
            return (fact.person,)
        case DayClosed() | Checkpoint():
            return tuple(sorted(before.stays))
        case _:
            return ()


def _how(was: Stay, now: Stay | None, fact: Fact) -> How:
    match fact:
        case WentElsewhere():
            return How.ELSEWHERE
        case Left():
            return How.EXIT if now is None else How.MOVED
        case Entered(outer=outer) if outer == was.zone:
            return How.MOVED
        case _:
            # They came in again, or are somewhere else: their exit was missed (domain: attendance).
            return How.SYSTEM


def _end_ms(was: Stay, now: Stay | None, fact: Fact, at_ms: int) -> int:
    """When it ended: never before it began, nor after the next began, however the clock jumped."""
    end_ms = at_ms
    if now is not None:
        end_ms = now.here_ms
    elif isinstance(fact, Left | WentElsewhere) and fact.at_ms is not None:
        end_ms = fact.at_ms
    return max(was.here_ms, end_ms)
