"""What becomes of the log itself: a new epoch where histories differ (guarantee S6), rows that were lost (S1, S3)."""

from dataclasses import replace

from access.events import CheckpointAsked, EpochGiven, RowsGone, WitnessTold
from access.facts import EpochBegan, RowsLost, Witnessed
from access.stored import checkpoint
from access.turn import Turn


def on_epoch_given(turn: Turn, event: EpochGiven) -> None:
    """From here on events are numbered in the branch that the registry gave; the folds go on as they stand. One that
    is not beyond ours was given before, or meant another log.
    """
    if event.epoch <= turn.epoch:
        return
    turn.epoch = event.epoch
    turn.log(EpochBegan(event.epoch, event.of_epoch, event.of_seq, event.why))
    turn.log(checkpoint(turn))


def on_rows_gone(turn: Turn, event: RowsGone) -> None:
    """The log says what it lost; a start needs none of it, for the folds stand in the checkpoint. Where they may hang
    on what was lost, no zone's count is sure any more.
    """
    turn.log(*(RowsLost(first, last, event.why) for first, last in event.spans))
    if not event.whole:
        turn.occupancy = replace(turn.occupancy, estimated=frozenset(turn.site.zones))
    turn.log(checkpoint(turn))


def on_witness_told(turn: Turn, event: WitnessTold) -> None:
    """This log notes where others stand, so that each witnesses the others' (S4)."""
    turn.log(*(Witnessed(*head) for head in event.heads))


def on_checkpoint_asked(turn: Turn, _event: CheckpointAsked) -> None:
    """The folds as they stand."""
    turn.log(checkpoint(turn))
