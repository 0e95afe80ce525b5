"""The messages that wait for the gateway's answer: at most 256, sent again after 2 s doubling to 60 s, byte-identical.

A full box drops its oldest and counts it: a device's memory has an end, and what happens now matters more.
"""

from dataclasses import dataclass, replace

KEPT_AT_MOST = 256
FIRST_WAIT_MS = 2_000
LONGEST_WAIT_MS = 60_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """One unanswered message; it is due again at ``due_ms``, the wait after that is twice ``wait_ms``."""

    seq: int
    leaf: str
    payload: bytes
    due_ms: int
    wait_ms: int = FIRST_WAIT_MS


@dataclass(frozen=True, slots=True)
class Outbox:
    """By number. ``dropped`` counts the messages that were never answered and had to go."""

    waiting: tuple[Waiting, ...] = ()
    dropped: int = 0


def put(box: Outbox, seq: int, leaf: str, payload: bytes, now_ms: int) -> Outbox:
    """The box with one more message, which is sent for the first time now."""
    waiting = (*box.waiting, Waiting(seq, leaf, payload, now_ms + FIRST_WAIT_MS))
    over = max(0, len(waiting) - KEPT_AT_MOST)
    return Outbox(waiting[over:], box.dropped + over)


def answered(box: Outbox, upto: int) -> Outbox:
    """The box after the gateway has taken every number up to ``upto``."""
    if not box.waiting or box.waiting[0].seq > upto:
        return box
    return replace(box, waiting=tuple(message for message in box.waiting if message.seq > upto))


def due(box: Outbox, now_ms: int) -> tuple[Outbox, tuple[Waiting, ...]]:
    """The box after what is due was sent again, and that, in order."""
    again = tuple(message for message in box.waiting if message.due_ms <= now_ms)
    return (replace(box, waiting=tuple(_later(m, now_ms) for m in box.waiting)), again) if again else (box, ())


def all_due(box: Outbox, now_ms: int) -> Outbox:
    """The box on a new connection: everything is due now, and waits as if it were new."""
    return replace(box, waiting=tuple(replace(m, due_ms=now_ms, wait_ms=FIRST_WAIT_MS // 2) for m in box.waiting))


def next_due_ms(box: Outbox) -> int | None:
    """When the first message is due again."""
    return min((message.due_ms for message in box.waiting), default=None)


def _later(message: Waiting, now_ms: int) -> Waiting:
    if message.due_ms > now_ms:
        return message
    wait_ms = min(2 * message.wait_ms, LONGEST_WAIT_MS)
    return replace(message, due_ms=now_ms + wait_ms, wait_ms=wait_ms)
