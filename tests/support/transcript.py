"""Transcripts of the core: ``>> time event`` goes in, ``<< effect`` must come out, in that order and nothing else.

A line is words. Time is ``+ms`` since the line before. Devices number their messages by themselves, and have heard the
beacon of the moment: ``old=ms`` makes a message that old, ``unheard`` one of a device that heard none; ``seq=n`` and
``boot=x`` say otherwise. Acknowledgements, tallies and beacons are shown only where a transcript asks for them.
"""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from access import events as e
from access.clock import Now
from access.denials import Denial, Origin
from access.effects import (
    Append,
    CallHeard,
    CardRead,
    CommandPulse,
    Effect,
    Feedback,
    FreeEnd,
    FreeLease,
    Lease,
    SendBeacon,
    Settle,
    Tally,
)
from access.facts import Fact, Judged
from access.freshness import Heard
from access.stamp import Card, Stamp
from access.state import SiteState
from access.step import step
from tests.support.core_site import NINE, begun, card, replica_of
from tests.support.transcript_calls import call_told, calls_of

BOOT = "b1"


class Player:
    """One site in play. ``moment`` are what a moment's clocks have otherwise than by default."""

    def __init__(self, state: SiteState | None = None, show: str = "", at_ms: int = 0) -> None:
        self.state = state or begun()
        self.show = set(show.split())
        self.mono_ms = at_ms
        self.trusted = True
        self.moment: dict[str, Any] = {}
        self._seq: dict[tuple[str, str], int] = {}
        self._nonces = 0
        self.effects: list[Effect] = []
        self.do("tick")
        self.do("keeper k1")

    @property
    def now(self) -> Now:
        """The moment."""
        now = Now(NINE + self.mono_ms, self.mono_ms, self.mono_ms, self.trusted)
        return dataclasses.replace(now, **self.moment)

    def do(self, line: str) -> list[str]:
        """Take one event, and give what came of it, a line each."""
        words = line.split()
        if words[0].startswith("+"):
            self.mono_ms += int(words.pop(0)[1:])
        return [shown for event in self._events(words) for shown in self.take(event)]

    def take(self, event: e.Event) -> list[str]:
        """Step one event."""
        self.state, effects = step(self.state, event, self.now)
        self.effects += effects
        return [line for line in map(told, effects) if line.split()[0] in self.show | TOLD]

    def _events(self, words: list[str]) -> Iterator[e.Event]:
        if words[0] == "wait":
            for _ in range(int(words[1]) // 1_000):
                self.mono_ms += 1_000
                yield self._tick()
        elif words[0] == "tick":
            yield self._tick()
        else:
            plain = [word for word in words[1:] if "=" not in word and word not in FLAGS]
            options = dict(word.split("=") for word in words[1:] if "=" in word)
            yield READ[words[0]](self, plain, options | {flag: "" for flag in FLAGS if flag in words})

    def _tick(self) -> e.Ticked:
        self._nonces += 1
        return e.Ticked(f"n{self._nonces}")

    def stamp(self, device: str, options: dict[str, str]) -> Stamp | None:
        """The next number of a native device; None for a maker's."""
        if not self.state.site.devices[device].native:
            return None
        boot = options.get("boot", BOOT)
        seq = int(options.get("seq", self._seq.get((device, boot), 0) + 1))
        self._seq[device, boot] = max(seq, self._seq.get((device, boot), 0))
        return Stamp(boot, seq, self.mono_ms + 100_000, self._heard(options))

    def _heard(self, options: dict[str, str]) -> Heard | None:
        then_ms = self.mono_ms - int(options.get("old", 0))
        sent = [(at_ms, beacon) for beacon, at_ms in self.state.beacons.sent.items() if at_ms <= then_ms]
        if "unheard" in options or not sent:
            return None
        at_ms, beacon = max(sent)
        return Heard(beacon, then_ms - at_ms)


def play(text: str, state: SiteState | None = None, show: str = "") -> Player:
    """Play a transcript, and hold what comes out equal to what it says."""
    player = Player(state, show)
    came: list[str] = []
    wanted: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith(">>"):
            came += [line, *(f"<< {effect}" for effect in player.do(line[2:].strip()))]
            wanted.append(line)
        else:
            wanted.append(line)
    assert came == wanted, "\n".join(["it came out as", *came])
    return player


FLAGS = ("unheard", "retained")
LEVELS = {"yes": True, "no": False, "unknown": None}
Read = Callable[[Player, list[str], dict[str, str]], e.Event]


def _tap(p: Player, w: list[str], o: dict[str, str]) -> e.Event:
    pin = card(o["pin"]) if "pin" in o else b""
    sealed = b"sealed" if w[0] in p.state.calls.waiting else b""
    return e.Tapped(w[0], Card(card(w[1]), f"tag-{w[1]}", sealed), p.stamp(w[0], o), "retained" in o, pin)


def _heartbeat(p: Player, w: list[str], o: dict[str, str]) -> e.Event:
    boot = o.get("boot", BOOT)
    last = int(o.get("last", p._seq.get((w[0], boot), 0)))
    uptime_ms = int(o.get("uptime", p.mono_ms + 100_000))
    level = LEVELS[w[2]] if len(w) > 2 else None
    fields = {"present": level} if len(w) > 2 and w[1] == "present" else {"open": level}
    battery = int(o["battery"]) if "battery" in o else None
    return e.HeartbeatSaid(w[0], boot, last, uptime_ms, battery_pct=battery, **fields)


def _keeper(_p: Player, w: list[str], o: dict[str, str]) -> e.Event:
    contacts = {door: level == "open" for door, level in o.items() if level in {"open", "shut"}}
    return e.KeeperFound(w[0], contacts, fire="fire" in w, evacuation="evacuation" in w)


def _status(_p: Player, w: list[str], o: dict[str, str]) -> e.Event:
    battery = int(o["battery"]) if "battery" in o else None
    return e.StatusSaid(w[0], w[1] == "online", o.get("boot", BOOT), int(o.get("conn", 1)), battery)


def _told_denied(p: Player, w: list[str], o: dict[str, str]) -> e.Event:
    """``told-denied badge b1 7``: the registry's lane says that the record lost something at this version."""
    generation = o.get("generation", p.state.replica.generation)
    return e.DenialsTold((Denial(w[0], w[1], Origin.LANE, generation, int(w[2])),))


READ: dict[str, Read] = {
    "tap": _tap,
    "presence": lambda p, w, o: e.PresenceSaid(w[0], LEVELS[w[1]], p.stamp(w[0], o), "retained" in o),
    "contact": lambda p, w, o: e.ContactSaid(w[0], w[1] == "open", p.stamp(w[0], o), "retained" in o),
    "count": lambda p, w, o: e.CountSaid(w[0], int(w[1]), int(w[2]), p.stamp(w[0], o)),
    "exit-request": lambda p, w, o: e.ExitAsked(w[0], p.stamp(w[0], o)),
    "heartbeat": _heartbeat,
    "status": _status,
    "link": lambda _p, w, _o: e.LinkSaid(w[0], w[1] == "online"),
    "battery": lambda _p, w, _o: e.BatterySaid(w[0], int(w[1])),
    "refused": lambda p, w, o: e.Refused(w[0], w[1] if len(w) > 1 else None, p.stamp(w[1], o) if "seq" in o else None),
    "subscribed": lambda _p, w, _o: e.Subscribed(native=w[0] == "native"),
    "keeper": _keeper,
    "keeper-lost": lambda _p, _w, _o: e.KeeperLost(),
    "line": lambda _p, w, o: e.KeeperMovedLine(w[0], w[1] == "released", w[2], o.get("grant", "")),
    "lease-refused": lambda _p, w, o: e.KeeperRefused(w[0], o["grant"], w[1]),
    "door": lambda _p, w, _o: e.KeeperSawContact(w[0], w[1] == "opens"),
    "rex": lambda _p, w, _o: e.KeeperSawExit(w[0]),
    "fire": lambda _p, w, _o: e.KeeperSawFire(w[0] == "on"),
    "evacuation": lambda _p, w, _o: e.KeeperSawEvacuation(w[0] == "on"),
    "lockdown": lambda _p, w, _o: e.LockdownAsked(w[0] == "on", "sara", "drill"),
    "open": lambda _p, w, _o: e.OpenAsked(w[0], "sara", "a visitor"),
    "replica": lambda _p, w, _o: e.ReplicaArrived(replica_of(version=int(w[0]))),
    "confirmed": lambda _p, w, _o: e.ReplicaConfirmed(int(w[0])),
    "told-denied": _told_denied,
    "called": lambda p, w, o: calls_of(w, p.mono_ms + int(o.get("left", 60_000))),
    "deny": lambda _p, w, _o: e.DenyAsked(w[0], "sara", "lost"),
    "visit": lambda _p, w, _o: e.VisitAsked(w[0], w[1], w[2], " ".join(w[3:])),
    "visit-over": lambda _p, w, _o: e.VisitEndAsked(w[0], w[1]),
    "clock-set": lambda _p, w, _o: e.ClockWasSet(w[0], "stood still", int(w[1]), int(w[2])),
    "begun": lambda _p, w, _o: e.Begun(w[0]),
}

TOLD = {"log", "lease", "command", "answer", "let-go", "heard", "card"}


def told(effect: Effect) -> str:
    """An effect as a line."""
    match effect:
        case Append(fact=fact):
            return f"log {fact_told(fact)}"
        case Lease():
            return f"lease {effect.door} {effect.pulse_ms} for {effect.grant} of {effect.keeper_run}"
        case CommandPulse():
            number = f"{effect.n >> 32}/{effect.n & 0xFFFFFFFF}"
            return f"command {effect.controller} {effect.boot} {number} until {effect.not_after_uptime_ms}"
        case Feedback():
            return f"answer {effect.reader} {effect.seq} {effect.signal}{'' if effect.verdict is None else ' known'}"
        case Settle() | Tally() | SendBeacon():
            return _shell_told(effect)
        case CallHeard() | CardRead():
            return call_told(effect)
        case FreeLease() | FreeEnd():
            asked = "hold" if isinstance(effect, FreeLease) else "let-go"
            return f"{asked} {effect.door} under {effect.grant}"


def _shell_told(effect: Settle | Tally | SendBeacon) -> str:
    match effect:
        case Settle(device=device, cursor=cursor):
            return f"ack {device} {cursor.boot} {cursor.upto}"
        case Tally(counts=counts):
            return f"tally {' '.join(f'{why}={count}' for why, count in counts.items())}".strip()
        case SendBeacon(beacon=beacon):
            return f"beacon {beacon}"


def fact_told(fact: Fact) -> str:
    """A fact as words: its kind, then what it says; of a verdict who, where and why."""
    if isinstance(fact, Judged):
        who = fact.person or fact.tag or fact.author
        return f"{fact.door} {'grants' if fact.granted else 'refuses'} {who}: {fact.reason}"
    words = [fact.KIND]
    for field in dataclasses.fields(fact):
        value = getattr(fact, field.name)
        match value:
            case True | False:
                words.append(field.name if value else f"not-{field.name}")
            case tuple() | list():
                words += [f"~{item}" for item in value]
            case None | "":
                pass
            case _:
                words.append(str(value))
    return " ".join(words)
