"""A doorkeeper's core on a desk: events in at a named time, effects out, as a transcript."""

from typing import TypeVar

from devices import keeper_wire as wire
from devices.doorkeeper import core
from devices.doorkeeper.state import Connected, Drive, Effect, Effects, Event, KeeperState, Said, Send

RUN = "keeper-1"
GATEWAY = 1
CAP_MS = 10_000
Heard = TypeVar("Heard", bound=wire.FromKeeper)


class Desk:
    """One core, its clock at ``now_ms``, and the line of each door as the drives left it."""

    def __init__(self, *doors: str, cap_ms: int = CAP_MS) -> None:
        self.state = KeeperState(RUN, dict.fromkeys(doors or ("main", "back"), cap_ms))
        self.now_ms = 1_000_000
        self.released: set[str] = set()
        self.drives: list[Drive] = []

    def tell(self, event: Event) -> Effects:
        """One event, now."""
        self.state, effects = core.step(self.state, event, self.now_ms)
        for effect in effects:
            if isinstance(effect, Drive):
                self.drives.append(effect)
                (self.released.add if effect.released else self.released.discard)(effect.door)
        return effects

    def wait(self, ms: int) -> "Desk":
        """Let time pass."""
        self.now_ms += ms
        return self

    def connect(self, client: int = GATEWAY) -> Effects:
        """Somebody opens the socket."""
        return self.tell(Connected(client))

    def gateway(self, client: int = GATEWAY, run: str = "gateway-1") -> Effects:
        """A gateway connects and says hello."""
        self.connect(client)
        return self.say(wire.Hello(wire.VERSION, run), client)

    def say(self, message: wire.ToKeeper, client: int = GATEWAY) -> Effects:
        """A connection says something."""
        return self.tell(Said(client, message))

    def lease(self, grant: str, door: str = "main", ms: int = 3_000, client: int = GATEWAY, **other: object) -> Effects:
        """The gateway asks for a lease decided this moment, in this keeper's run, unless ``other`` says so."""
        asked = {"run": RUN, "decided_ms": self.now_ms, "standing": False, **other}
        return self.say(wire.TakeLease(grant, door, ms, **asked), client)  # type: ignore[arg-type]


def said(effects: Effects, kind: type[Heard], client: int | None = None) -> list[Heard]:
    """The messages of one kind among the effects, to ``client`` or to anyone."""
    sends = [effect for effect in effects if isinstance(effect, Send) and client in {None, effect.client}]
    return [send.message for send in sends if isinstance(send.message, kind)]


def kinds(effects: Effects) -> list[str]:
    """The effects in order, each as one word: a drive, a send by its message, or what else is to be done."""
    return [_word(effect) for effect in effects]


def _word(effect: Effect) -> str:
    if isinstance(effect, Drive):
        return f"{'release' if effect.released else 'secure'} {effect.door}"
    return type(effect.message).__name__ if isinstance(effect, Send) else type(effect).__name__
