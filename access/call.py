"""A reader that staff call on, to enrol a badge or to test one: the values (``access.calls`` has the steps)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from access.site import Direction, Site, StandsFor


@dataclass(frozen=True, slots=True)
class Call:
    """The next card that is shown at ``reader`` before ``until_ms`` (monotonic) is read for staff, and not judged."""

    id: str
    reader: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls that wait, by reader; ``answered`` are those that the registry still lists though a card was read."""

    waiting: Mapping[str, Call] = field(default_factory=dict)
    answered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Opening:
    """What a door would say to a badge now: ``reason`` as a verdict has it."""

    door: str
    granted: bool
    reason: str


def may_be_called(site: Site, reader: str) -> bool:
    """Whether it is a reader of an entrance."""
    device = site.devices.get(reader)
    return device is not None and device.stands_for is StandsFor.READER and device.direction is Direction.IN
