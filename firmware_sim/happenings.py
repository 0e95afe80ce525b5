"""Everything that can happen to a device: what the world does to it, what its network does, what it is told, time."""

from dataclasses import dataclass

from devices.wire_messages import Told


@dataclass(frozen=True, slots=True)
class PowerOn:
    """Current is back, or the battery was changed. ``boot`` is the new boot's random hex."""

    boot: str


@dataclass(frozen=True, slots=True)
class PowerCut:
    """Current is gone: whatever was in memory is lost, and the connection ends without a goodbye."""


@dataclass(frozen=True, slots=True)
class WifiLost:
    """The radio hears no access point any more."""


@dataclass(frozen=True, slots=True)
class WifiBack:
    """The radio hears one again."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker took the connection that was asked for."""


@dataclass(frozen=True, slots=True)
class ConnectionLost:
    """The connection ended, or could not be made."""


@dataclass(frozen=True, slots=True)
class ToldBy:
    """A message of the gateway came."""

    message: Told
    retained: bool = False


@dataclass(frozen=True, slots=True)
class CardShown:
    """A card comes onto the reader, or is read once more while it stays there."""

    uid: str
    pin: str | None = None


@dataclass(frozen=True, slots=True)
class CardTaken:
    """The card leaves the reader."""


@dataclass(frozen=True, slots=True)
class SeatTaken:
    """Somebody sits down."""


@dataclass(frozen=True, slots=True)
class SeatLeft:
    """Nobody sits there any more, or the sensor thinks so."""


@dataclass(frozen=True, slots=True)
class Walked:
    """People walk past a counter."""

    entered: int
    left: int


@dataclass(frozen=True, slots=True)
class DoorPushed:
    """Somebody pushes the door, or from inside uses its handle; where it yields it stands open for ``open_ms``."""

    inside: bool = False
    open_ms: int = 400


@dataclass(frozen=True, slots=True)
class DoorHeld:
    """The door's leaf is put open or shut, and stays so."""

    open: bool


@dataclass(frozen=True, slots=True)
class ExitPressed:
    """Somebody presses the exit button; its wiring, not its message, lets them out."""


@dataclass(frozen=True, slots=True)
class BatterySet:
    """The battery has this much left."""

    percent: int


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time passed."""


World = CardShown | CardTaken | SeatTaken | SeatLeft | Walked | DoorPushed | DoorHeld | ExitPressed | BatterySet
Network = Connected | ConnectionLost | WifiLost | WifiBack
Happening = PowerOn | PowerCut | Network | ToldBy | World | Ticked
