"""A lock on a network controller, with the door's contact and exit button.

It follows a command only if it is for this boot, new (rising ``n``, an ``id`` not followed before) and not past its
``not_after_uptime_ms``; it releases its lock by its own clock, never longer than LONGEST_PULSE_MS, and a power cut
secures it. The exit button releases by its own wiring: the message only tells of it.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Self

from devices.wire_messages import Command, Contact, ExitRequest, Kind, Told
from firmware_sim.doings import Doing, LeafMoved, LockMoved, Refused
from firmware_sim.happenings import DoorHeld, DoorPushed, ExitPressed, World
from firmware_sim.part import Level, Moment, Outcome, Part

LONGEST_PULSE_MS = 10_000
IDS_KEPT = 16


@dataclass(frozen=True, slots=True)
class DoorController(Part):
    """``released_until_ms`` None: secured. ``open`` is the leaf, ``shut_due_ms`` when it falls shut by itself."""

    kind: ClassVar[Kind] = "door"
    released_until_ms: int | None = None
    open: bool = False
    shut_due_ms: int | None = None
    last_n: int = 0
    ids: tuple[str, ...] = ()

    @property
    def due_ms(self) -> int | None:
        """When the lock is secured or the leaf falls shut."""
        return min((at for at in (self.released_until_ms, self.shut_due_ms) if at is not None), default=None)

    def level(self) -> Level:
        """Whether the door is open."""
        return {"open": self.open}

    def booted(self) -> Outcome[Self]:
        """Say the level; the lock stays secured, whatever was before."""
        fresh = type(self)(open=self.open, shut_due_ms=self.shut_due_ms)
        return fresh, (partial(Contact, open=self.open),), ()

    def cut(self) -> Outcome[Self]:
        """The relay falls: a fail-secure lock is secured."""
        moved = () if self.released_until_ms is None else (LockMoved(released=False),)
        return replace(self, released_until_ms=None), (), moved

    def told(self, message: Told, moment: Moment) -> Outcome[Self]:
        """A command: followed, or refused with why."""
        if not isinstance(message, Command):
            return self, (), ()
        why = self._objection(message, moment)
        if why is not None:
            return self, (), (Refused(why),)
        until_ms = moment.now_ms + min(message.pulse_ms, LONGEST_PULSE_MS)
        return (
            replace(
                self,
                released_until_ms=max(until_ms, self.released_until_ms or 0),
                last_n=message.n,
                ids=(*self.ids, message.id)[-IDS_KEPT:],
            ),
            (),
            (LockMoved(released=True, grant=message.id),),
        )

    def _objection(self, command: Command, moment: Moment) -> str | None:
        if command.boot != moment.boot:
            return "command-for-another-boot"
        if command.n <= self.last_n or command.id in self.ids:
            return "command-repeated"
        return "command-past" if moment.uptime_ms > command.not_after_uptime_ms else None

    def met(self, event: World, moment: Moment) -> Outcome[Self]:
        """The exit button, or something with the leaf."""
        if isinstance(event, ExitPressed):
            return self, (ExitRequest,), ()
        return self._leaf(self._after(event, moment.now_ms))

    def missed(self, event: World) -> Self:
        """Without power the leaf is where somebody puts it, and the secured lock yields to nobody outside."""
        return self._after(event, 0) if isinstance(event, DoorHeld) else self

    def ticked(self, now_ms: int) -> Outcome[Self]:
        """Secure the lock, let the leaf fall shut."""
        ended = self.released_until_ms is not None and self.released_until_ms <= now_ms
        secured: tuple[Doing, ...] = (LockMoved(released=False),) if ended else ()
        now = replace(self, released_until_ms=None) if ended else self
        if self.shut_due_ms is not None and self.shut_due_ms <= now_ms:
            now = replace(now, open=False, shut_due_ms=None)
        part, says, moved = self._leaf(now)
        return part, says, (*secured, *moved)

    def _after(self, event: World, now_ms: int) -> Self:
        if isinstance(event, DoorHeld):
            return replace(self, open=event.open, shut_due_ms=None)
        if isinstance(event, DoorPushed) and (event.inside or self.released_until_ms is not None or self.open):
            return replace(self, open=True, shut_due_ms=now_ms + event.open_ms)
        return self

    def _leaf(self, now: Self) -> Outcome[Self]:
        if now.open is self.open:
            return now, (), ()
        return now, (partial(Contact, open=now.open),), (LeafMoved(now.open),)
