"""What becomes of the site's log itself: a new epoch where the registry says that histories differ (guarantee S6), rows
that are lost at its bound (S1), and the checkpoints that follow.
"""

from access.events import CheckpointAsked, EpochGiven, RowsGivenUp
from access.facts import EpochBegan, RowsLost
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


def on_rows_given_up(turn: Turn, event: RowsGivenUp) -> None:
    """The log says what it has lost; whoever folds it goes on from the checkpoint."""
    turn.log(*(RowsLost(first, last, event.why) for first, last in event.spans), checkpoint(turn))


def on_checkpoint_asked(turn: Turn, _event: CheckpointAsked) -> None:
    """The folds as they stand."""
    turn.log(checkpoint(turn))
