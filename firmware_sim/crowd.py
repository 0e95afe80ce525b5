"""People at a site, as small behaviours: they act on their plan, look at the reader's light, and push doors.

    granted -> push the door, be inside      denied, wait -> go away; what they planned inside does not happen

Pure: ``act`` and ``shown`` give the crowd after it, and its deeds. A deed's delay is in real milliseconds, as hands
are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from access.site import Direction, Door, ExitBy, Site
from firmware_sim.doings import Show
from firmware_sim.draft import native_readers
from firmware_sim.happenings import CardShown, CardTaken, Happening, SeatLeft, SeatTaken
from firmware_sim.scenario import VISITORS, Act, Befalls, Comes, Fidgets, Goes, LetsIn, Rises, SeesOff, Sits

OUTSIDE = ""
CARD_LIES_MS = 400
REACH_DOOR_MS = 250


@dataclass(frozen=True, slots=True)
class ToDevice:
    """Something happens to a device; ``site_ms`` of the delay are site time, which a demo speeds up."""

    device: str
    event: Happening
    after_ms: int = 0
    site_ms: int = 0


@dataclass(frozen=True, slots=True)
class Push:
    """Somebody pushes a door, from ``inside`` or not."""

    door: str
    inside: bool
    after_ms: int = REACH_DOOR_MS


@dataclass(frozen=True, slots=True)
class PressExit:
    """Somebody presses a door's exit button."""

    door: str


@dataclass(frozen=True, slots=True)
class OpenByHand:
    """A host asks the gateway's page to open a door."""

    host: str
    door: str


@dataclass(frozen=True, slots=True)
class BeginVisit:
    """A host notes on the gateway's page that somebody without a badge is in a zone."""

    host: str
    zone: str


@dataclass(frozen=True, slots=True)
class EndVisit:
    """A host notes that the visitors of a zone have gone."""

    host: str
    zone: str


Deed = ToDevice | Push | PressExit | OpenByHand | BeginVisit | EndVisit


@dataclass(frozen=True, slots=True)
class Tapped:
    """Whose card awaits its answer, at which door and which way."""

    who: str
    door: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class Crowd:
    """Where everybody is (zone), who sits (person → sensor), and whose card is being answered (uid)."""

    site: Site
    where: Mapping[str, str] = field(default_factory=dict)
    seated: Mapping[str, str] = field(default_factory=dict)
    tapped: Mapping[str, Tapped] = field(default_factory=dict)

    def zone_of(self, who: str) -> str:
        """Where somebody is; OUTSIDE is a place too."""
        return self.where.get(who, OUTSIDE)

    @property
    def inside(self) -> frozenset[str]:
        """Everybody who is in some zone."""
        return frozenset(who for who, zone in self.where.items() if zone != OUTSIDE)


Move = tuple[Crowd, tuple[Deed, ...]]


def act(crowd: Crowd, doing: Act) -> Move:
    """Somebody sets out to do something; whoever is not where it happens does nothing."""
    return _ACTS[type(doing)](crowd, doing)


def shown(crowd: Crowd, reader: str, show: Show) -> Move:
    """A reader shows something; whoever has just tapped there follows it. Exit asks no light: people go."""
    tap = crowd.tapped.get(show.uid)
    device = crowd.site.devices.get(reader)
    if tap is None or device is None or device.ref != tap.door or show.shown in {"asking", "idle"}:
        return crowd, ()
    answered = replace(crowd, tapped={uid: one for uid, one in crowd.tapped.items() if uid != show.uid})
    door = crowd.site.doors[tap.door]
    if tap.direction is Direction.OUT:
        return _moved(answered, tap.who, door.outer or OUTSIDE), (Push(door.id, inside=True),)
    if show.shown != "granted":
        return answered, ()
    return _moved(answered, tap.who, door.zone), (Push(door.id, inside=False),)


def _moved(crowd: Crowd, who: str, zone: str) -> Crowd:
    return replace(crowd, where={**crowd.where, who: zone})


def _tap(crowd: Crowd, tap: Tapped, reader: str, uid: str, pin: str | None = None) -> Move:
    deeds = (ToDevice(reader, CardShown(uid, pin)), ToDevice(reader, CardTaken(), CARD_LIES_MS))
    return replace(crowd, tapped={**crowd.tapped, uid: tap}), deeds


def _comes(crowd: Crowd, doing: Comes) -> Move:
    door = crowd.site.doors[crowd.site.devices[doing.reader].ref]
    if crowd.zone_of(doing.who) != (door.outer or OUTSIDE):
        return crowd, ()
    return _tap(crowd, Tapped(doing.who, door.id, Direction.IN), doing.reader, doing.uid, doing.pin)


def _goes(crowd: Crowd, doing: Goes) -> Move:
    door = crowd.site.doors[doing.door]
    if crowd.zone_of(doing.who) != door.zone:
        return crowd, ()
    crowd, rising = _risen(crowd, doing.who)
    crowd, leaving = _leave(crowd, doing, door)
    return crowd, (*rising, *leaving)


def _leave(crowd: Crowd, doing: Goes, door: Door) -> Move:
    outs = native_readers(crowd.site, door.id, Direction.OUT)
    if door.exit_by is ExitBy.READER and outs:
        return _tap(crowd, Tapped(doing.who, door.id, Direction.OUT), outs[0], doing.uid)
    pressed = (PressExit(door.id),) if door.exit_by is ExitBy.BUTTON else ()
    return _moved(crowd, doing.who, door.outer or OUTSIDE), (*pressed, Push(door.id, inside=True))


def _risen(crowd: Crowd, who: str) -> Move:
    sensor = crowd.seated.get(who)
    if sensor is None:
        return crowd, ()
    seated = {other: seat for other, seat in crowd.seated.items() if other != who}
    return replace(crowd, seated=seated), (ToDevice(sensor, SeatLeft()),)


def _sits(crowd: Crowd, doing: Sits) -> Move:
    if crowd.zone_of(doing.who) == OUTSIDE or doing.sensor in crowd.seated.values():
        return crowd, ()
    crowd, rising = _risen(crowd, doing.who)
    seated = {**crowd.seated, doing.who: doing.sensor}
    return replace(crowd, seated=seated), (*rising, ToDevice(doing.sensor, SeatTaken()))


def _fidgets(crowd: Crowd, doing: Fidgets) -> Move:
    if crowd.seated.get(doing.who) != doing.sensor:
        return crowd, ()
    back = ToDevice(doing.sensor, SeatTaken(), site_ms=doing.for_ms)
    return crowd, (ToDevice(doing.sensor, SeatLeft()), back)


def _rises(crowd: Crowd, doing: Rises) -> Move:
    return _risen(crowd, doing.who) if crowd.seated.get(doing.who) == doing.sensor else (crowd, ())


def _lets_in(crowd: Crowd, doing: LetsIn) -> Move:
    if crowd.zone_of(doing.host) == OUTSIDE:
        return crowd, ()
    zone = crowd.site.doors[doing.door].zone
    push = Push(doing.door, inside=False, after_ms=2 * REACH_DOOR_MS)
    return _moved(crowd, VISITORS, zone), (OpenByHand(doing.host, doing.door), push, BeginVisit(doing.host, zone))


def _sees_off(crowd: Crowd, doing: SeesOff) -> Move:
    seen = doing.host in crowd.inside and VISITORS in crowd.where
    return crowd, (EndVisit(doing.host, doing.zone),) if seen else ()


def _befalls(crowd: Crowd, doing: Befalls) -> Move:
    return crowd, (ToDevice(doing.device, doing.what),)


_ACTS: Mapping[type, Callable[[Crowd, Any], Move]] = {
    Comes: _comes,
    Goes: _goes,
    Sits: _sits,
    Fidgets: _fidgets,
    Rises: _rises,
    LetsIn: _lets_in,
    SeesOff: _sees_off,
    Befalls: _befalls,
}
