"""One simulated device on a bench: things happen to it, time passes, and what it does is a transcript of lines."""

import json
from collections.abc import Callable

from devices.wire import parse
from devices.wire_messages import Ack, Beacon, Message
from firmware_sim.battery import Battery
from firmware_sim.device import Device
from firmware_sim.doings import Connect, Cut, Doing, LeafMoved, LockMoved, Publish, Refused, Show
from firmware_sim.firmware import next_deadline, step
from firmware_sim.happenings import Connected, Happening, PowerOn, Ticked, ToldBy
from firmware_sim.part import Part

BOOT = "b0070000000000a1"
BOOT_2 = "b0070000000000a2"


class Bench:
    """``now_ms`` begins at 1 000 000: no device may take its own uptime for it."""

    def __init__(self, part: Part, *, battery: Battery | None = None) -> None:
        """Put a device, still off, on the bench."""
        self.device = Device("device-1", part, battery=battery)
        self.now_ms = 1_000_000
        self.chance = 0.5
        self.done: list[Doing] = []

    def do(self, *events: Happening) -> list[Doing]:
        """Let these happen now; gives what the device did."""
        done: list[Doing] = []
        for event in events:
            self.device, doings = step(self.device, event, self.now_ms, self.chance)
            done += doings
        self.done += done
        return done

    def pass_ms(self, span_ms: int) -> list[Doing]:
        """Let time pass; the device is ticked when it asks for it."""
        end_ms, done = self.now_ms + span_ms, list[Doing]()
        while (due_ms := next_deadline(self.device)) is not None and due_ms <= end_ms:
            self.now_ms = max(self.now_ms, due_ms)
            done += self.do(Ticked())
        self.now_ms = end_ms
        return done

    def told(self, message: Message, *, retained: bool = False) -> list[Doing]:
        """Let the gateway say something."""
        return self.do(ToldBy(message, retained))  # type: ignore[arg-type]

    def on(self) -> list[Doing]:
        """Power, a connection, and a beacon."""
        return [*self.do(PowerOn(BOOT), Connected()), *self.told(Beacon("beacon-1"))]

    def ack_all(self) -> None:
        """Answer every number so far."""
        self.told(Ack(self.device.alive.boot, self.device.alive.seq))


def on_bench(part: Part, battery: Battery | None = None) -> Bench:
    """A bench whose device is on, connected, has heard a beacon, and has every number answered."""
    bench = Bench(part, battery=battery)
    bench.on()
    bench.ack_all()
    bench.done.clear()
    return bench


def said(doings: list[Doing], *leaves: str) -> list[Message]:
    """What was published, as messages; of these leaves, where any are named."""
    sent = [doing for doing in doings if isinstance(doing, Publish) and (not leaves or doing.leaf in leaves)]
    return [parse(doing.leaf, doing.payload) for doing in sent]


def lines(doings: list[Doing]) -> list[str]:
    """The doings as a transcript: what a message says, without its number, boot and times."""
    return [_WORDS[type(doing)](doing) for doing in doings]


def _message(doing: Publish) -> str:
    content = json.loads(doing.payload)
    for key in ("v", "boot", "uptime_ms", "heard", "kind", "firmware", "rssi_dbm"):
        content.pop(key, None)
    return " ".join([doing.leaf, *(f"{key}={json.dumps(value)}" for key, value in content.items())]).replace('"', "")


_WORDS: dict[type, Callable[..., str]] = {
    Publish: _message,
    Connect: lambda doing: "connect, will " + _message(Publish("status", doing.will)),
    Cut: lambda _: "cut",
    Show: lambda doing: " ".join(filter(None, ["show", doing.shown, doing.uid, doing.message])),
    LockMoved: lambda doing: f"lock {'released' if doing.released else 'secured'} {doing.grant}".strip(),
    LeafMoved: lambda doing: f"leaf {'open' if doing.open else 'shut'}",
    Refused: lambda doing: f"refused {doing.why}",
}
