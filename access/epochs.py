"""The branch that this site's log is: a new epoch where the registry says that histories differ (guarantee S6)."""

from access.events import EpochGiven
from access.facts import EpochBegan
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
