"""What a driver is, and how its findings become readings for what the device stands for.

A maker's module reads everything that a message says (``Found``); what concerns the device's role is picked here, once
for all makers. So a PIR behind a badge reader is not a desk, and a card's UID from a desk sensor is no tap.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from access.site import StandsFor
from devices.drivers.payload import MAKER_LIMIT_BYTES, too_large
from devices.readings import (
    BatteryReading,
    ContactReading,
    Decoded,
    Ignored,
    LinkReading,
    PeopleReading,
    PresenceReading,
    Reading,
    Rejected,
    TapReading,
)


@dataclass(frozen=True, slots=True)
class Level:
    """A bare on or off: somebody is there at a desk sensor, open at a contact, nothing at anything else."""

    on: bool


@dataclass(frozen=True, slots=True)
class Faulty:
    """A part of the message that should have been a reading of ``kind`` and cannot be one."""

    kind: type[Reading] | type[Level]
    why: str


Found = Reading | Level | Faulty
Said = tuple[Found, ...] | Ignored | Rejected
"""All that one message says, whatever its device stands for."""


@dataclass(frozen=True, slots=True)
class Filter:
    """An MQTT filter to subscribe to. ``taps`` says that a reader's events come by it, and a retained one is no tap;
    all else that comes is a state (presence, contact, link), of which a retained value is one of unknown age.
    """

    pattern: str
    taps: bool = False


@dataclass(frozen=True, slots=True)
class Driver:
    """One maker's format. ``read`` never raises, whatever the bytes; ``filters`` gives, for the topic that the site
    file declares, filters that do not overlap.
    """

    name: str
    read: Callable[[str, bytes], Said]
    filters: Callable[[str], tuple[Filter, ...]]
    limit_bytes: int = MAKER_LIMIT_BYTES

    def decode(self, topic: str, payload: bytes, stands_for: StandsFor | None = None) -> Decoded:
        """What the message says to a device that stands for that; to one of unknown role, all that is beyond doubt."""
        if len(payload) > self.limit_bytes:
            return too_large(self.limit_bytes)
        return settle(self.read(topic, payload), stands_for)

    def topics(self, topic: str) -> tuple[str, ...]:
        """The MQTT filters of a device declared with ``topic``."""
        return tuple(one.pattern for one in self.filters(topic))


EVERY_ROLE: tuple[type[Reading], ...] = (LinkReading, BatteryReading)
OF_ROLE: dict[StandsFor, tuple[type[Reading], ...]] = {
    StandsFor.READER: (TapReading, *EVERY_ROLE),
    StandsFor.DESK_SENSOR: (PresenceReading, *EVERY_ROLE),
    StandsFor.CONTACT: (ContactReading, *EVERY_ROLE),
    StandsFor.PEOPLE_COUNTER: (PeopleReading, *EVERY_ROLE),
    StandsFor.DOOR: (ContactReading, *EVERY_ROLE),
}
ANY_ROLE: tuple[type[Reading], ...] = (TapReading, PresenceReading, ContactReading, PeopleReading, *EVERY_ROLE)


def settle(said: Said, stands_for: StandsFor | None) -> Decoded:
    """The readings that concern the role, one of a kind (taps apart); a rejection where a part that concerns it is
    faulty (a faulty battery alone does not cost a door its contact); else why the message says nothing.
    """
    if isinstance(said, Ignored | Rejected):
        return said
    wanted = ANY_ROLE if stands_for is None else OF_ROLE[stands_for]
    faults = [one for one in said if isinstance(one, Faulty) and _concerns(one, wanted)]
    for fault in faults:
        if fault.kind is not BatteryReading:
            return Rejected(fault.why)
    readings = tuple(_one_of_a_kind(_with_levels(said, stands_for), wanted))
    if readings:
        return readings
    if faults:
        return Rejected(faults[0].why)
    return Ignored(f"it says nothing about a {stands_for.value}" if stands_for else "only its role tells what it means")


def _concerns(fault: Faulty, wanted: tuple[type[Reading], ...]) -> bool:
    if fault.kind is Level:
        return PresenceReading in wanted or ContactReading in wanted
    return fault.kind in wanted


def _with_levels(said: Iterable[Found], stands_for: StandsFor | None) -> list[Reading]:
    readings = [one for one in said if not isinstance(one, Level | Faulty)]
    levels = {one.on for one in said if isinstance(one, Level)}
    if len(levels) != 1:
        return readings
    on = levels.pop()
    if stands_for is StandsFor.DESK_SENSOR:
        return [PresenceReading(on), *readings]
    if stands_for in (StandsFor.CONTACT, StandsFor.DOOR):
        return [ContactReading(on), *readings]
    return readings


def _one_of_a_kind(readings: list[Reading], wanted: tuple[type[Reading], ...]) -> Iterable[Reading]:
    for kind in wanted:
        same = [one for one in readings if isinstance(one, kind)]
        different = list(dict.fromkeys(same))
        if kind is TapReading or len(same) == 1:
            yield from different
        elif same and kind in TOGETHER:
            yield TOGETHER[kind](different)


def _any_presence(several: Iterable[Reading]) -> Reading:
    seen = {one.present for one in several if isinstance(one, PresenceReading)}
    if True in seen:
        return PresenceReading(present=True)
    return PresenceReading(present=None if None in seen else False)


def _any_contact(several: Iterable[Reading]) -> Reading:
    return ContactReading(open=any(one.open for one in several if isinstance(one, ContactReading)))


TOGETHER: dict[type[Reading], Callable[[Iterable[Reading]], Reading]] = {
    PresenceReading: _any_presence,
    ContactReading: _any_contact,
}
"""Several sensors in one message: somebody is there if one sees somebody, and open if one is open. Of several
batteries, counters or links none is known to be the device's own."""
