"""What "secured" and "released" mean on a lock's line: one table for both kinds of lock (guarantee D4).

A lock either needs current to open (fail-secure: a strike) or current to stay shut (fail-safe: a magnet). The line
carries that current's relay, at a level that the wiring fixes (``lock_active_high``).
"""

from access.site import LockSense

ENERGISED_WHEN_SECURED = {LockSense.FAIL_SECURE: False, LockSense.FAIL_SAFE: True}


def is_energised(sense: LockSense, *, released: bool) -> bool:
    """Whether the lock must carry current to be ``released`` (or, if not, secured)."""
    return ENERGISED_WHEN_SECURED[sense] != released


def line_level(sense: LockSense, *, active_high: bool, released: bool) -> bool:
    """The line's electrical level, True for high, that makes the lock ``released`` or secured."""
    return is_energised(sense, released=released) == active_high
