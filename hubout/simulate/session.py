"""The gateway's connection to its simulated broker, as its loop uses one."""

from collections.abc import Callable, Sequence

from paho.mqtt.properties import Properties

from devices.sitefile_settings import BrokerSettings
from gateway.mqtt.broker import Broker
from gateway.mqtt.gathered import Gathered
from gateway.mqtt.messages import Arrived, Phase
from hubout.simulate.hub import Hub
from hubout.simulate.machine import RunClock

PLUG_FILENO = -2
NOWHERE = BrokerSettings("broker", 1883, None, None, None, "hubout")


class GatewayBroker(Broker):
    """The gateway's connection to it, as its loop uses one; ``clock`` is the run's."""

    def __init__(self, hub: Hub, clock: RunClock, wake: Callable[[], None]) -> None:
        super().__init__(NOWHERE, f"hubout-{hub.site}", (), wake, durable=True)
        self._hub, self._clock = hub, clock
        self._waiting: list[Arrived] = []

    def hear(self, arrived: Arrived) -> None:
        """A message comes over the wire."""
        self._waiting.append(arrived)
        self._wake()

    def lost(self, why: str) -> None:
        """The connection is gone."""
        self._waiting.clear()
        if self.phase is Phase.UP:
            self._why = why
            self._ended(self._clock.mono_ms())
        self._wake()

    def taken_over(self) -> None:
        """Another client came with this one's name."""
        self._taken_over = True
        self.lost(f"another client took the session {self.client_id}; see that no second gateway runs")

    # -- what the loop calls

    def sock(self) -> Gathered | None:
        """A socket to watch, while there is a connection."""
        return PLUG if self.phase is Phase.UP else None

    @property
    def wants_to_write(self) -> bool:
        """Nothing ever waits to be written."""
        return False

    @property
    def wants_to_read(self) -> bool:
        """Whether something came that was not read."""
        return bool(self._waiting)

    def tend(self, mono_ms: int) -> None:
        """Connect, where it is time to."""
        if self.phase is not Phase.DOWN or mono_ms < self._retry_ms:
            return
        if not self._hub.up:
            self._fell(mono_ms, "the broker cannot be reached")
            return
        self.phase, self.trouble, self._failures, self._begun_ms = Phase.UP, "", 0, mono_ms
        self._taken_over, self._why = False, ""
        self.connections += 1
        self.subscribed = True
        self._hub.attach(self)

    @property
    def retry_ms(self) -> int | None:
        """When to try to connect again, on the run's clock; None while connected."""
        return self._retry_ms if self.phase is Phase.DOWN else None

    def read(self, at_most: int) -> None:
        """Take what came."""
        self.inbox += self._waiting[:at_most]
        del self._waiting[:at_most]

    def write(self) -> None:
        """Nothing waits."""

    def flush(self) -> None:
        """Nothing waits."""

    def publish(self, topic: str, payload: bytes, qos: int, *, retain: bool, properties: Properties | None) -> bool:
        """Say something; False where there is no connection."""
        del qos, retain, properties
        if self.phase is Phase.UP:
            self._hub.say(topic, payload, self._clock.moment_ms())
        return self.phase is Phase.UP

    def acknowledge(self, messages: Sequence[Arrived]) -> None:
        """Tell the broker that these are committed."""
        if self.phase is Phase.UP:
            self._hub.acknowledged(messages)

    def drop(self, mono_ms: int, why: str) -> None:
        """Break the connection, so that everything unacknowledged comes again."""
        self._leave()
        self._fell(mono_ms, why)

    def close(self) -> None:
        """Leave for good."""
        self._leave()
        self.phase = Phase.DOWN

    def _leave(self) -> None:
        self._waiting.clear()
        if self._hub.gateway is self:
            self._hub.gateway = None


class _Plug(Gathered):
    """A socket that is none: the loop asks for its number alone."""

    def __init__(self) -> None:
        """There is nothing behind it."""

    def fileno(self) -> int:
        """A number that no file has."""
        return PLUG_FILENO


PLUG = _Plug()
