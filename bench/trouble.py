"""What keeps a measurement from being made or from counting."""


class CannotMeasure(Exception):
    """Something that a measurement needs is not there, or did not happen in time; the message says what to do."""


class FloorTooHigh(Exception):
    """The floor itself is slow, so that nothing measured above it means anything; the message says why."""
