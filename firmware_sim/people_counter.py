"""A counter over a passage: it says how many walked past, each way, whenever somebody does."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Self

from devices.wire_messages import Count, Kind
from firmware_sim.happenings import Walked, World
from firmware_sim.part import Moment, Outcome, Part


@dataclass(frozen=True, slots=True)
class PeopleCounter(Part):
    """It remembers nothing."""

    kind: ClassVar[Kind] = "people-counter"

    def met(self, event: World, moment: Moment) -> Outcome[Self]:
        """People walked past."""
        del moment
        says = (partial(Count, entered=event.entered, left=event.left),) if isinstance(event, Walked) else ()
        return self, says, ()
