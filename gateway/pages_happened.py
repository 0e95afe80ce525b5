"""What happened last at the doors: taps with their reasons, staff's own doing, and alarms, newest first."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from access.effects import Append, Effect
from access.facts import DoorMoved, Fact, FireChanged, HeldOpen, Judged, KeeperChanged, Lapsed, LockdownSet, Refusals
from access.reasons import Reason
from access.replica import Replica
from access.site import Direction, Site
from gateway.pages_shape import HappenedSeen

KEPT = 60
SHOWN = 12


@dataclass(slots=True)
class Recent:
    """The last facts worth showing with their wall time, oldest first, and how many messages this run refused."""

    lines: deque[tuple[int, Fact]] = field(default_factory=lambda: deque(maxlen=KEPT))
    refused: Counter[str] = field(default_factory=Counter)

    def take(self, effects: Iterable[Effect], wall_ms: int) -> None:
        """Remember what a committed batch logged at ``wall_ms``."""
        for effect in effects:
            if isinstance(effect, Append):
                self.take_fact(effect.fact, wall_ms)

    def take_fact(self, fact: Fact, wall_ms: int) -> None:
        """Remember one fact of the log, of this batch or, at a start, of the history."""
        if isinstance(fact, Refusals):
            self.refused.update(fact.counts)
        elif worth_showing(fact):
            self.lines.append((wall_ms, fact))


def worth_showing(fact: Fact) -> bool:
    """Whether staff want to read of this fact as it happens."""
    match fact:
        case Judged() | Lapsed() | HeldOpen() | FireChanged() | LockdownSet() | KeeperChanged():
            return True
        case DoorMoved(open=True, cause="forced"):
            return True
        case _:
            return False


def happened(lines: Iterable[tuple[int, Fact]], site: Site, replica: Replica) -> list[HappenedSeen]:
    """The last of the lines as staff see them, newest first. Repeated taps say nothing new and are left out."""
    worth = [(at_ms, fact) for at_ms, fact in lines if not (isinstance(fact, Judged) and _says_nothing(fact))]
    return [_line(at_ms, fact, site, replica) for at_ms, fact in reversed(worth[-SHOWN:])]


def _says_nothing(fact: Judged) -> bool:
    return fact.reason == Reason.REPEATED


def _line(at_ms: int, fact: Fact, site: Site, replica: Replica) -> HappenedSeen:
    match fact:
        case Judged():
            return _judged(at_ms, fact, site, replica)
        case Lapsed(door=door):
            return _said(at_ms, "lapsed", _door(site, door), note=fact.why)
        case DoorMoved(door=door):
            return _said(at_ms, "forced", _door(site, door))
        case HeldOpen(door=door, held=held):
            return _said(at_ms, "held-open" if held else "held-over", _door(site, door))
        case LockdownSet(active=active):
            return _said(at_ms, "lockdown" if active else "lockdown-over", "", who=fact.author, note=fact.note)
        case FireChanged(active=active):
            return _said(at_ms, "fire" if active else "fire-over", "")
        case KeeperChanged(present=present):
            return _said(at_ms, "keeper-found" if present else "keeper-lost", "")
        case _:
            return _said(at_ms, fact.KIND, "")


def _judged(at_ms: int, fact: Judged, site: Site, replica: Replica) -> HappenedSeen:
    person = replica.persons.get(fact.person)
    by_hand = fact.reason == Reason.OVERRIDE
    way = "tap-out" if fact.direction == Direction.OUT else "tap"
    seen = _said(at_ms, "override" if by_hand else way, _door(site, fact.door), note=fact.note)
    seen["granted"], seen["reason"], seen["until_ms"] = fact.granted, fact.reason, fact.until_ms
    seen["who"] = fact.author if by_hand else "" if person is None else person.name
    return seen


def _said(at_ms: int, what: str, place: str, *, who: str = "", note: str = "") -> HappenedSeen:
    return {
        "at_ms": at_ms,
        "what": what,
        "place": place,
        "granted": False,
        "reason": "",
        "until_ms": None,
        "who": who,
        "note": note,
    }


def _door(site: Site, door: str) -> str:
    known = site.doors.get(door)
    return door if known is None else known.name
