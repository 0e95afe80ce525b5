"""What marks an input: how a native device numbers and dates a message, and what a reader saw of a card."""

from dataclasses import dataclass

from access.freshness import Heard


@dataclass(frozen=True, slots=True)
class Stamp:
    """How a native device numbers and dates a message (interfaces: device messages)."""

    boot: str
    seq: int
    uptime_ms: int
    heard: Heard | None


@dataclass(frozen=True, slots=True)
class Card:
    """What a reader saw: the keyed hash of the card, and its tag of the day in case it is a stranger's. ``sealed``: its
    UID for the registry alone, where staff had called on the reader (``access.call``), else b"".
    """

    credential: bytes
    tag: str
    sealed: bytes = b""
