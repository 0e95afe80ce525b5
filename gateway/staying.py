"""What a process loads to keep, and how its threads share it."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SWITCH_S = 0.000_5


@contextmanager
def to_stay() -> Iterator[None]:
    """What is loaded within stays, a hundred thousand records of it: the collector walks it neither now nor later.
    And other threads must not hold the loop for long.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()
    sys.setswitchinterval(SWITCH_S)
