"""A sensor at a desk: it says its level whenever that changes, and does not know it before its first reading."""

from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Self

from devices.wire_messages import Kind, Presence
from firmware_sim.happenings import SeatLeft, SeatTaken, World
from firmware_sim.part import Level, Moment, Outcome, Part


@dataclass(frozen=True, slots=True)
class DeskSensor(Part):
    """``taken`` is what is true of the seat (None: the sensor has no reading), ``said`` what was last told."""

    kind: ClassVar[Kind] = "desk-sensor"
    taken: bool | None = None
    said: bool | None = None

    def level(self) -> Level:
        """Whether the seat is taken."""
        return {"present": self.taken}

    def booted(self) -> Outcome[Self]:
        """Say the level at once: known, or not."""
        return replace(self, said=self.taken), (partial(Presence, present=self.taken),), ()

    def met(self, event: World, moment: Moment) -> Outcome[Self]:
        """Somebody sat down or left: said once a change."""
        del moment
        seen = self.missed(event)
        if seen.taken == seen.said:
            return seen, (), ()
        return replace(seen, said=seen.taken), (partial(Presence, present=seen.taken),), ()

    def missed(self, event: World) -> Self:
        """The seat as it is now."""
        if not isinstance(event, SeatTaken | SeatLeft):
            return self
        return replace(self, taken=isinstance(event, SeatTaken))
