"""What follows from an event's facts, in the same turn: check-ins, free passage, whoever else must be told of it."""

from collections.abc import Callable
from typing import Any

from access import checkin, free_passage, presence
from access.effects import Append
from access.facts import ClockSet, Entered, Fact, LockdownSet, Sensed, StaffCame, Started
from access.occupancy import Occupancy
from access.replica import Replica
from access.transfers import went_elsewhere
from access.turn import Turn


def _hours_matter(turn: Turn, _fact: Fact) -> None:
    free_passage.settle(turn)


def _run_begins(turn: Turn, _fact: Started) -> None:
    """What was missed while nobody ran."""
    went_elsewhere(turn)
    presence.counted(turn)


FOLLOWS: dict[type[Fact], Callable[[Turn, Any], None]] = {
    Entered: checkin.on_entered,
    Sensed: checkin.on_sensed,
    LockdownSet: _hours_matter,
    StaffCame: _hours_matter,
    ClockSet: _hours_matter,
    Started: _run_begins,
}


def follow(turn: Turn, told: int, occupancy: Occupancy, replica: Replica) -> None:
    """After one event: ``told`` is how many effects the turn had before it, the others how things stood then."""
    if turn.replica is not replica:
        went_elsewhere(turn)
        checkin.replica_changed(turn, replica)
        presence.counted(turn)
    while told < len(turn.effects):
        effect = turn.effects[told]
        told += 1
        if isinstance(effect, Append) and (after := FOLLOWS.get(type(effect.fact))) is not None:
            after(turn, effect.fact)
        if told == len(turn.effects) and turn.occupancy is not occupancy:
            occupancy = turn.occupancy
            presence.counted(turn)
