"""What happened last at the doors: taps with their reasons, staff's own doing, and alarms, newest first."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from access.denials import Denials, Origin
from access.effects import Append, Effect
from access.facts import (
    ClockSet,
    Denied,
    DoorMoved,
    EvacuationChanged,
    Fact,
    FireChanged,
    FreePassage,
    HeldOpen,
    Judged,
    KeeperChanged,
    Lapsed,
    LockdownSet,
    MinorsAlone,
    NoShow,
    Refusals,
    RevocationsRead,
    VisitBegan,
    VisitEnded,
    WalkedIn,
    WentElsewhere,
    ZoneFilled,
)
from access.reasons import Reason, Warned
from access.replica import Replica
from access.site import Direction, Site
from access.visits import BY_SYSTEM
from gateway.pages.shape import HappenedSeen

KEPT = 60
SHOWN = 12
WARNED_KEPT = 10
TO_BE_KNOWN = frozenset({Warned.DANGER, Warned.EMERGENCY_CARD})
"""What stays above the page for a while, whatever happens after it."""
NOTHING_SAID = "–"
ByStaff = LockdownSet | FireChanged | EvacuationChanged | ClockSet | VisitBegan | VisitEnded
SHOWN_FACTS = (
    Judged
    | Lapsed
    | HeldOpen
    | FireChanged
    | EvacuationChanged
    | LockdownSet
    | KeeperChanged
    | FreePassage
    | ClockSet
    | ZoneFilled
    | MinorsAlone
    | NoShow
    | VisitBegan
    | VisitEnded
    | WentElsewhere
    | RevocationsRead
    | WalkedIn
)


@dataclass(slots=True)
class Recent:
    """The last facts worth showing with their wall time, oldest first; the last grants that staff were warned of; and
    how many messages this run refused.
    """

    lines: deque[tuple[int, Fact]] = field(default_factory=lambda: deque(maxlen=KEPT))
    warned: deque[tuple[int, Judged]] = field(default_factory=lambda: deque(maxlen=WARNED_KEPT))
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
            if isinstance(fact, Judged) and not TO_BE_KNOWN.isdisjoint(fact.warned):
                self.warned.append((wall_ms, fact))


def worth_showing(fact: Fact) -> bool:
    """Whether staff want to read of this fact as it happens."""
    match fact:
        case DoorMoved():
            return fact.open and fact.cause == "forced"
        case Denied():
            return fact.origin in {Origin.STAFF, Origin.RESTORED}
        case _:
            return isinstance(fact, SHOWN_FACTS)


def happened(lines: Iterable[tuple[int, Fact]], site: Site, replica: Replica, denials: Denials) -> list[HappenedSeen]:
    """The last of the lines as staff see them, newest first. Repeated taps say nothing new and are left out."""
    worth = [(at_ms, fact) for at_ms, fact in lines if not (isinstance(fact, Judged) and _says_nothing(fact))]
    return [_line(at_ms, fact, site, replica, denials) for at_ms, fact in reversed(worth[-SHOWN:])]


def _says_nothing(fact: Judged) -> bool:
    return fact.reason == Reason.REPEATED


def _line(at_ms: int, fact: Fact, site: Site, replica: Replica, denials: Denials) -> HappenedSeen:
    match fact:
        case Judged():
            return {**_judged(at_ms, fact, site, replica), "badge": _deniable(fact.badge, replica, denials)}
        case Denied() | RevocationsRead():
            return _barred(at_ms, fact, replica)
        case LockdownSet() | FireChanged() | EvacuationChanged() | ClockSet() | VisitBegan() | VisitEnded():
            return _by_staff(at_ms, fact, site)
        case Lapsed(door=door):
            return _said(at_ms, "lapsed", _door(site, door), note=fact.why)
        case DoorMoved(door=door):
            return _said(at_ms, "forced", _door(site, door))
        case NoShow(resource=resource, unproved=unproved):
            return _said(at_ms, "no-show-unproved" if unproved else "no-show", place_of(site, resource))
        case WentElsewhere() | WalkedIn():
            return _of_somebody(at_ms, fact, site, name_of(replica, fact.person))
        case _:
            return _begun_or_over(at_ms, fact, site)


def _of_somebody(at_ms: int, fact: WentElsewhere | WalkedIn, site: Site, name: str) -> HappenedSeen:
    if isinstance(fact, WalkedIn):
        return _said(at_ms, "walk-in", place_of(site, fact.desk), who=fact.author, note=name or NOTHING_SAID)
    return _said(at_ms, "went-elsewhere", "", who=name, note=fact.site)


def _by_staff(at_ms: int, fact: ByStaff, site: Site) -> HappenedSeen:
    match fact:
        case LockdownSet(active=active) | FireChanged(active=active) | EvacuationChanged(active=active):
            what = fact.KIND if active else f"{fact.KIND}-over"
            return _said(at_ms, what, "", who=fact.author, note=fact.note or NOTHING_SAID)
        case ClockSet():
            return _said(at_ms, "clock-set", "", who=fact.author, note=fact.note)
        case VisitBegan(zone=zone):
            return _said(at_ms, "visit", place_of(site, zone), who=fact.host, note=fact.purpose)
        case VisitEnded(by=by):
            return _said(at_ms, "visit-ended", "", who="" if by == BY_SYSTEM else by)


def _begun_or_over(at_ms: int, fact: Fact, site: Site) -> HappenedSeen:
    match fact:
        case HeldOpen(door=door, held=held):
            what, place = "held-open" if held else "held-over", _door(site, door)
        case FreePassage(door=door, active=active):
            what, place = "free" if active else "free-over", _door(site, door)
        case ZoneFilled(zone=zone, full=full):
            what, place = "zone-full" if full else "zone-full-over", place_of(site, zone)
        case MinorsAlone(persons=persons, why=why):
            what, place = f"minors-{why}" if persons else "minors-over", ""
        case KeeperChanged(present=present):
            what, place = "keeper-found" if present else "keeper-lost", ""
        case _:
            what, place = fact.KIND, ""
    return _said(at_ms, what, place)


def _judged(at_ms: int, fact: Judged, site: Site, replica: Replica) -> HappenedSeen:
    person = replica.persons.get(fact.person)
    by_hand = fact.reason == Reason.OVERRIDE
    way = "tap-out" if fact.direction == Direction.OUT else "tap"
    seen = _said(at_ms, "override" if by_hand else way, _door(site, fact.door), note=fact.note)
    seen["granted"], seen["reason"], seen["until_ms"] = fact.granted, fact.reason, fact.until_ms
    seen["warned"] = list(fact.warned)
    seen["who"] = fact.author if by_hand else "" if person is None else person.name
    return seen


def _deniable(badge: str, replica: Replica, denials: Denials) -> str:
    """The badge, where it is in force and not barred; else nothing."""
    held = replica.badges.get(badge)
    return "" if held is None or held.revoked or ("badge", badge) in denials else badge


def _barred(at_ms: int, fact: Denied | RevocationsRead, replica: Replica) -> HappenedSeen:
    if isinstance(fact, RevocationsRead):
        return _said(at_ms, fact.KIND, "", who=fact.author, note=str(fact.count))
    return _said(at_ms, f"denied-{fact.origin}", "", who=fact.author, note=_named(fact, replica))


def _named(fact: Denied, replica: Replica) -> str:
    """Whose badge it is, as far as is known, and why."""
    held = replica.badges.get(fact.id)
    name = "" if held is None else name_of(replica, held.person)
    return ", ".join(filter(None, (name, fact.note))) or NOTHING_SAID


def place_of(site: Site, ref: str) -> str:
    """The name of the door, desk, zone or room with this id; the id where there is none."""
    place = site.doors.get(ref) or site.desks.get(ref) or site.zones.get(ref) or site.rooms.get(ref)
    return ref if place is None else place.name


def name_of(replica: Replica, person: str) -> str:
    """A person's display name, "" where the replica does not hold them."""
    held = replica.persons.get(person)
    return "" if held is None else held.name


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
        "warned": [],
        "badge": "",
    }


def _door(site: Site, door: str) -> str:
    known = site.doors.get(door)
    return door if known is None else known.name
