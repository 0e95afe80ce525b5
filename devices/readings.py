"""What any device can tell us, whoever made it: the one vocabulary that drivers decode into.

A reading never says more than the message did: ``None`` is "the sensor does not know", which is not "vacant".
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TapReading:
    """A card was shown. ``uid`` is upper-case hex in the order sent, no separators (ISO 14443-3), at least 4 bytes
    where it came as a number (``numeric``, which makes no difference to which card it is).
    """

    uid: str
    numeric: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class PresenceReading:
    """Somebody is at the sensor (True), nobody is (False), or the sensor does not know (None)."""

    present: bool | None


@dataclass(frozen=True, slots=True)
class ContactReading:
    """A door's contact: open or closed, in our sense whatever the maker's is."""

    open: bool


@dataclass(frozen=True, slots=True)
class PeopleReading:
    """How many people a counter sees now."""

    count: int


@dataclass(frozen=True, slots=True)
class LinkReading:
    """The device is connected, or is said (by its will) not to be."""

    online: bool


@dataclass(frozen=True, slots=True)
class BatteryReading:
    """Remaining battery, 0 to 100 percent."""

    percent: int


Reading = TapReading | PresenceReading | ContactReading | PeopleReading | LinkReading | BatteryReading


@dataclass(frozen=True, slots=True)
class Ignored:
    """A well-formed message that says nothing to us, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A message that cannot be used: one sentence that says what is wrong with it."""

    why: str


Decoded = tuple[Reading, ...] | Ignored | Rejected
