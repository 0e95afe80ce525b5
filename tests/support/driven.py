"""One connection of the gateway's to a real broker, driven by a test as the loop drives it; time can be moved on."""

import select
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic, monotonic_ns

from devices.sitefile_settings import BrokerSettings
from gateway.mqtt.broker import Broker
from gateway.mqtt.messages import Arrived, Phase, Wish

WITHIN_S = 60.0
TURN_S = 0.005
BATCH = 500


def settings(port: int, client_id: str = "hubout-test", **more: object) -> BrokerSettings:
    """A broker on loopback; ``more`` as the settings name them."""
    fields: dict[str, object] = {"username": None, "password_file": None, "ca_file": None, **more}
    return BrokerSettings("127.0.0.1", port, client_id=client_id, **fields)  # type: ignore[arg-type]


class Driven:
    """``taken`` is all that came, in order; ``slowest_tend_s`` the longest that one ``tend`` took."""

    def __init__(self, reached: BrokerSettings, wishes: Sequence[Wish] = (), *, durable: bool = True) -> None:
        """Nothing is opened until the first turn."""
        self.woken = 0
        self.broker = Broker(reached, reached.client_id, wishes, self._wake, durable=durable)
        self.taken: list[Arrived] = []
        self.ahead_ms = 0
        self.slowest_tend_s = 0.0
        self.troubles: list[str] = []

    def _wake(self) -> None:
        self.woken += 1

    @property
    def mono_ms(self) -> int:
        """Now."""
        return monotonic_ns() // 1_000_000 + self.ahead_ms

    @property
    def payloads(self) -> list[bytes]:
        """What came, without the rest."""
        return [one.payload for one in self.taken]

    def turn(self, at_most: int = BATCH) -> list[Arrived]:
        """One turn; what it brought."""
        begun = monotonic()
        self.broker.tend(self.mono_ms)
        self.slowest_tend_s = max(self.slowest_tend_s, monotonic() - begun)
        if self.broker.trouble not in ("", *self.troubles[-1:]):
            self.troubles.append(self.broker.trouble)
        if (sock := self.broker.sock()) is None:
            select.select([], [], [], TURN_S)
            return []
        writing = [sock.fileno()] if self.broker.wants_to_write else []
        ready, _, _ = select.select([sock.fileno()], writing, [], 0 if self.broker.wants_to_read else TURN_S)
        if self.broker.wants_to_write:
            self.broker.write()
        if ready or self.broker.wants_to_read:
            self.broker.read(at_most)
        came, self.broker.inbox = self.broker.inbox, []
        self.taken += came
        return came

    def until(self, holds: Callable[[], object], what: str, within_s: float = WITHIN_S) -> None:
        """Turn until something holds."""
        deadline = monotonic() + within_s
        while not holds():
            assert monotonic() < deadline, f"not within {within_s} s: {what}; trouble: {self.broker.trouble!r}"
            self.turn()

    def for_a_while(self, seconds: float) -> None:
        """Turn for so long."""
        ends = monotonic() + seconds
        while monotonic() < ends:
            self.turn()

    def up(self) -> "Driven":
        """Turn until the connection stands and, where there is something to subscribe, is subscribed."""
        self.until(self._is_up, "a connection")
        return self

    def _is_up(self) -> bool:
        return self.broker.phase is Phase.UP and (self.broker.subscribed or not self.broker._wishes)

    def acknowledge(self, messages: Sequence[Arrived]) -> None:
        """Acknowledge, and let it go."""
        self.broker.acknowledge(messages)
        self.broker.flush()

    def close(self) -> None:
        """Leave."""
        self.broker.close()


def secret(folder: Path, word: str) -> Path:
    """A password in a file."""
    path = folder / "password"
    path.write_text(word)
    return path
