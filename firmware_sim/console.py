"""World events as lines: what somebody types, or a script says, turned into what happens to which device.

``USAGE`` has one line for each.
Devices, desks and doors are named by their ids in the site file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from access.credential import BadUid, canonical
from access.site import Site, StandsFor
from firmware_sim.happenings import (
    BatterySet,
    CardShown,
    CardTaken,
    DoorHeld,
    DoorPushed,
    ExitPressed,
    Happening,
    PowerCut,
    PowerOn,
    SeatLeft,
    SeatTaken,
    Walked,
    WifiBack,
    WifiLost,
)

CARD_LIES_MS = 500
REACH_DOOR_MS = 300
OFF_MS = 1_000
LONGEST_OFF_S = 86_400


class BadLine(ValueError):
    """A line that is no world event; the message says how to write it."""


@dataclass(frozen=True, slots=True)
class Timed:
    """What happens to which device, in so many milliseconds."""

    device: str
    event: Happening
    after_ms: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """A line's words after its verb, the site they speak of, and the boot that a device would get."""

    site: Site
    rest: Sequence[str]
    boot: str

    def device(self, *roles: StandsFor) -> str:
        """The native device that the first word names: by its own id, or by what it stands for."""
        name = self.rest[0]
        native = [device for device in self.site.devices.values() if device.native]
        fits = [d.id for d in native if name in {d.id, d.ref} and (not roles or d.stands_for in roles)]
        if not fits:
            kind = " or ".join(roles) or "device"
            raise BadLine(f"this site has no simulated {kind} called or standing for {name[:40]!r}")
        return name if name in fits else fits[0]

    def number(self, at: int, highest: int) -> int:
        """The word at this place as a number from 0."""
        text = self.rest[at]
        if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= highest):
            raise BadLine(f"{text[:40]!r} is no number from 0 to {highest}")
        return int(text)


Verb = Callable[[Words], tuple[Timed, ...]]


def understand(line: str, site: Site, boot: str) -> tuple[Timed, ...]:
    """What a line makes happen; nothing for a blank line or one that begins with #. Raises BadLine."""
    verb, *rest = line.split() or ["#"]
    if verb.startswith("#"):
        return ()
    if verb not in _VERBS:
        raise BadLine(f"{verb[:40]!r} is none of {', '.join(_VERBS)}")
    act, shape = _VERBS[verb]
    fewest = sum(not word.startswith("[") for word in shape.split())
    if not fewest <= len(rest) <= len(shape.split()):
        raise BadLine(f"write {verb} {shape}")
    return act(Words(site, rest, boot))


def _tap(words: Words) -> tuple[Timed, ...]:
    reader, uid = words.device(StandsFor.READER), words.rest[1].upper()
    pin = words.rest[2] if len(words.rest) > 2 else None
    try:
        canonical(uid)
    except BadUid as error:
        raise BadLine(str(error)) from None
    if pin is not None and not (pin.isascii() and pin.isdigit() and len(pin) <= 12):
        raise BadLine("a PIN has 1 to 12 digits")
    return Timed(reader, CardShown(uid, pin)), Timed(reader, CardTaken(), CARD_LIES_MS)


def _sit(words: Words) -> tuple[Timed, ...]:
    return (Timed(words.device(StandsFor.DESK_SENSOR), SeatTaken()),)


def _leave(words: Words) -> tuple[Timed, ...]:
    return (Timed(words.device(StandsFor.DESK_SENSOR), SeatLeft()),)


def _push(words: Words) -> tuple[Timed, ...]:
    return (_pushed(words, inside=False),)


def _exit(words: Words) -> tuple[Timed, ...]:
    door = words.device(StandsFor.DOOR, StandsFor.CONTACT)
    return Timed(door, ExitPressed()), Timed(door, DoorPushed(inside=True), REACH_DOOR_MS)


def _pushed(words: Words, *, inside: bool) -> Timed:
    """A contact alone knows no lock: its door yields."""
    door = words.device(StandsFor.DOOR, StandsFor.CONTACT)
    yields = words.site.devices[door].stands_for is StandsFor.CONTACT
    return Timed(door, DoorPushed(inside=inside or yields))


def _open(words: Words) -> tuple[Timed, ...]:
    return (Timed(words.device(StandsFor.DOOR, StandsFor.CONTACT), DoorHeld(open=True)),)


def _shut(words: Words) -> tuple[Timed, ...]:
    return (Timed(words.device(StandsFor.DOOR, StandsFor.CONTACT), DoorHeld(open=False)),)


def _walk(words: Words) -> tuple[Timed, ...]:
    walked = Walked(words.number(1, 10_000), words.number(2, 10_000))
    return (Timed(words.device(StandsFor.PEOPLE_COUNTER), walked),)


def _wifi(words: Words) -> tuple[Timed, ...]:
    device, way = words.device(), words.rest[1]
    if way == "on" and len(words.rest) == 2:
        return (Timed(device, WifiBack()),)
    if way != "off":
        raise BadLine("write wifi DEVICE on, or wifi DEVICE off [SECONDS]")
    back = (Timed(device, WifiBack(), 1_000 * words.number(2, LONGEST_OFF_S)),) if len(words.rest) > 2 else ()
    return Timed(device, WifiLost()), *back


def _power(words: Words) -> tuple[Timed, ...]:
    device, way = words.device(), words.rest[1] if len(words.rest) > 1 else "cycle"
    cut, on = Timed(device, PowerCut()), PowerOn(words.boot)
    ways = {"off": (cut,), "on": (Timed(device, on),), "cycle": (cut, Timed(device, on, OFF_MS))}
    if way not in ways:
        raise BadLine("write power DEVICE, power DEVICE off, or power DEVICE on")
    return ways[way]


def _battery(words: Words) -> tuple[Timed, ...]:
    return (Timed(words.device(), BatterySet(words.number(1, 100))),)


_VERBS: dict[str, tuple[Verb, str]] = {
    "tap": (_tap, "READER UID [PIN]"),
    "sit": (_sit, "DESK"),
    "leave": (_leave, "DESK"),
    "push": (_push, "DOOR"),
    "exit": (_exit, "DOOR"),
    "open": (_open, "DOOR"),
    "shut": (_shut, "DOOR"),
    "walk": (_walk, "COUNTER ENTERED LEFT"),
    "wifi": (_wifi, "DEVICE on|off [SECONDS]"),
    "power": (_power, "DEVICE [on|off]"),
    "battery": (_battery, "DEVICE PERCENT"),
}
USAGE = tuple(f"{verb} {shape}" for verb, (_, shape) in _VERBS.items())
