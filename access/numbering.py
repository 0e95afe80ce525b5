"""Taking a device's numbered messages, each once, and telling the device how far."""

from access.cursor import BOOTS_KEPT, Cursor, Gap, give_up, seen, take
from access.facts import DeviceGap
from access.stamp import Stamp
from access.turn import Turn


def taken(turn: Turn, device: str, stamp: Stamp) -> bool:
    """Take this number; False where it was taken before. Either way the device is told."""
    held = turn.cursors.get(device, ())
    cursor = next((known for known in held if known.boot == stamp.boot), None)
    if cursor is not None and seen(cursor, stamp.seq):
        turn.set_cursor(device, cursor, held)
        return False
    after, gaps = take(cursor or Cursor(stamp.boot), stamp.seq, turn.now.mono_ms)
    _keep(turn, device, after, held)
    _tell(turn, device, gaps)
    return True


def overtaken(turn: Turn, device: str, stamp: Stamp | None) -> bool:
    """Whether something that the device said later was taken already, so that this tells no level any more."""
    held = turn.cursors.get(device, ())
    for place, cursor in enumerate(held):
        if stamp is not None and cursor.boot == stamp.boot:
            return place > 0 or stamp.seq < max(cursor.beyond, default=cursor.upto)
    return False


def all_taken(turn: Turn, device: str, boot: str, last_seq: int) -> bool:
    """Whether every message of a device's boot was taken, up to ``last_seq`` and none beyond."""
    cursor = next((known for known in turn.cursors.get(device, ()) if known.boot == boot), Cursor(boot))
    return cursor.upto == last_seq and not cursor.beyond


def _keep(turn: Turn, device: str, cursor: Cursor, held: tuple[Cursor, ...]) -> None:
    others = tuple(known for known in held if known.boot != cursor.boot)
    turn.set_cursor(device, cursor, (cursor, *others[: BOOTS_KEPT - 1]))


def _tell(turn: Turn, device: str, gaps: tuple[Gap, ...]) -> None:
    turn.log(*(DeviceGap(device, gap.boot, gap.first, gap.last, turn.counted_by(device)) for gap in gaps))


def give_up_holes(turn: Turn) -> None:
    """Give up holes that nobody filled in time; each is a fact that marks counts estimated (interfaces: ack)."""
    for device, held in tuple(turn.cursors.items()):
        for cursor in held:
            if cursor.hole_ms is not None and turn.now.mono_ms - cursor.hole_ms >= turn.policy.hole_ms:
                after, gap = give_up(cursor, turn.now.mono_ms)
                _keep(turn, device, after, turn.cursors[device])
                _tell(turn, device, (gap,))
