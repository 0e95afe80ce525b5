"""What a connection of ours says of MQTT: messages as kept, subscriptions as wished, paho's values made."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from devices.sitefile_settings import BrokerSettings

IN_FLIGHT = 1_000
LARGEST_PACKET_BYTES = 256 * 1024
SESSION_S = 24 * 60 * 60


class Arrived(NamedTuple):
    """A message as it came; ``mid`` acknowledges it at QoS 1."""

    mid: int
    qos: int
    topic: str
    payload: bytes
    retained: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """A subscription: ``kept_too`` also asks for what the broker keeps (retain handling 0 instead of 2)."""

    pattern: str
    qos: int = 1
    kept_too: bool = True


class Phase(Enum):
    """Where the connection stands."""

    DOWN = "down"
    CONNECTING = "connecting"
    GREETING = "greeting"
    UP = "up"


def expiring(seconds: int) -> Properties:
    """The properties of a message that the broker drops after ``seconds``."""
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.MessageExpiryInterval = seconds
    return properties


def connecting(*, durable: bool) -> Properties:
    """The properties of a CONNECT; a durable session outlives the connection by a day."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    if durable:
        properties.SessionExpiryInterval = SESSION_S
    properties.ReceiveMaximum = IN_FLIGHT
    properties.MaximumPacketSize = LARGEST_PACKET_BYTES
    return properties


def options(wish: Wish) -> SubscribeOptions:
    """How a wish is subscribed; never our own messages."""
    return SubscribeOptions(wish.qos, noLocal=True, retainHandling=0 if wish.kept_too else 2)


def password(settings: BrokerSettings) -> str | None:
    """The broker's password, read at each connect so that a changed one needs no restart."""
    if settings.password_file is None:
        return None
    return settings.password_file.read_text(encoding="utf-8").strip()
