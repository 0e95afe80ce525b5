"""A card reader: one tap a card, however long it stays; a light and a sound for the answer."""

from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Self

from devices.wire_messages import Feedback, Kind, Tap, Told
from firmware_sim.doings import Refused, Show, Shown
from firmware_sim.happenings import CardShown, CardTaken, World
from firmware_sim.part import Moment, Outcome, Part

DEBOUNCE_MS = 800
"""A card that is lost for less than this was never away: antennas flicker."""
ANSWER_WITHIN_MS = 3_000
"""Without an answer until then the reader says ``wait``: tap again."""
SHOWN_FOR_MS = 2_000


@dataclass(frozen=True, slots=True)
class Reader(Part):
    """``card`` lies on it, ``taken_ms`` is when it was last taken away. ``asked`` is the number of the tap whose
    answer is awaited or shown, ``asked_uid`` its card.
    """

    kind: ClassVar[Kind] = "reader"
    card: str = ""
    taken_ms: int | None = None
    asked: int = 0
    asked_uid: str = ""
    shown: Shown = "idle"
    shown_until_ms: int | None = None

    @property
    def due_ms(self) -> int | None:
        """When what is shown ends."""
        return self.shown_until_ms

    def cut(self) -> Outcome[Self]:
        """Dark, and all forgotten: a card that still lies on it is read as new after the next boot."""
        return type(self)(), (), (Show("idle"),)

    def met(self, event: World, moment: Moment) -> Outcome[Self]:
        """A card is shown or taken."""
        if isinstance(event, CardTaken):
            return replace(self, taken_ms=moment.now_ms), (), ()
        if not isinstance(event, CardShown):
            return self, (), ()
        if self._same(event.uid, moment.now_ms):
            return replace(self, taken_ms=None), (), ()
        asking = replace(
            self,
            card=event.uid,
            taken_ms=None,
            asked=moment.next_seq,
            asked_uid=event.uid,
            shown="asking",
            shown_until_ms=moment.now_ms + ANSWER_WITHIN_MS,
        )
        return asking, (partial(Tap, uid=event.uid, pin=event.pin),), (Show("asking", event.uid),)

    def told(self, message: Told, moment: Moment) -> Outcome[Self]:
        """The answer to the tap that is awaited; an answer to another is nobody's any more."""
        if not isinstance(message, Feedback):
            return self, (), ()
        if (message.tap.boot, message.tap.seq) != (moment.boot, self.asked) or self.shown == "idle":
            return self, (), (Refused("answer-to-another-tap"),)
        told = replace(self, shown=message.signal, shown_until_ms=moment.now_ms + SHOWN_FOR_MS)
        return told, (), (Show(message.signal, self.asked_uid, message.message),)

    def ticked(self, now_ms: int) -> Outcome[Self]:
        """What was shown long enough ends; a question without an answer ends in ``wait``."""
        if self.shown_until_ms is None or now_ms < self.shown_until_ms:
            return self, (), ()
        if self.shown == "asking":
            waiting = replace(self, shown="wait", shown_until_ms=now_ms + SHOWN_FOR_MS)
            return waiting, (), (Show("wait", self.asked_uid),)
        return replace(self, shown="idle", shown_until_ms=None, asked_uid=""), (), (Show("idle"),)

    def _same(self, uid: str, now_ms: int) -> bool:
        away = self.taken_ms is not None and now_ms - self.taken_ms >= DEBOUNCE_MS
        return self.card == uid and not away
