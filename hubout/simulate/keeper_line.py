"""The gateway's end of the simulated doorkeeper's socket."""

from collections.abc import Callable
from pathlib import Path

from devices import keeper_wire as wire
from devices.doorkeeper.client import KeeperClient, KeeperGoneError
from devices.keeper_codec import BadLine, decode_from_keeper, encode
from gateway.keeper import Keeper
from hubout.simulate.agenda import Agenda
from hubout.simulate.keeper import KeeperProcess

KEEPER_FILENO = -3


class KeeperLine(KeeperClient):
    """The gateway's end. ``moment_ms``: when on the agenda something is said; ``wake`` wakes the loop."""

    def __init__(
        self, process: KeeperProcess, agenda: Agenda, moment_ms: Callable[[], int], wake: Callable[[], None]
    ) -> None:
        super().__init__(Path("keeper.sock"))
        self._process, self._agenda, self._moment_ms, self._wake = process, agenda, moment_ms, wake
        self._number: int | None = None
        self._inbox: list[bytes] = []
        self._broken = False

    @property
    def connected(self) -> bool:
        """Whether a connection stands, as far as is known."""
        return self._number is not None

    def connect(self) -> bool:
        """Try to connect; True when connected."""
        self.close()
        self._broken = False
        self._number = self._process.connect(self)
        return self.connected

    def fileno(self) -> int:
        """A number that no file has."""
        return KEEPER_FILENO

    @property
    def wants_to_write(self) -> bool:
        """Nothing ever waits to be written."""
        return False

    def send(self, message: wire.ToKeeper) -> None:
        """Say it. KeeperGoneError when the keeper is gone."""
        number, line = self._number, encode(message)
        if number is None or self._broken:
            raise self._left()
        self._agenda.at(self._moment_ms(), lambda: self._process.hear(number, line))

    @property
    def has_news(self) -> bool:
        """Whether the keeper said something that was not read, or is gone."""
        return bool(self._inbox) or self._broken

    def flush(self) -> None:
        """Nothing waits. KeeperGoneError when the keeper is gone."""

    def receive(self) -> tuple[wire.FromKeeper, ...]:
        """What the keeper has said. KeeperGoneError when it is gone and all was read."""
        lines, self._inbox = self._inbox, []
        if not lines and self._broken:
            raise self._left()
        said = [decode_from_keeper(line) for line in lines]
        return tuple(message for message in said if not isinstance(message, BadLine))

    def arrived(self, line: bytes) -> None:
        """A line comes over the socket."""
        self._inbox.append(line)
        self._wake()

    def broke(self) -> None:
        """The connection ended from the keeper's side."""
        self._broken = True
        self._wake()

    def close(self) -> None:
        """End the connection."""
        if self._number is not None:
            self._process.hang_up(self._number)
            self._number = None

    def _left(self) -> KeeperGoneError:
        self.close()
        return KeeperGoneError("The doorkeeper is gone: the connection ended.")


class SiteKeeper(Keeper):
    """The gateway's side of the keeper, over such a line."""

    def __init__(self, line: KeeperLine, run: str, base_ms: int) -> None:
        super().__init__(Path("keeper.sock"), run, base_ms)
        self._client = self.line = line

    @property
    def retry_ms(self) -> int | None:
        """When to try to connect again, on the run's clock; None while connected."""
        return None if self.connected else self._retry_ms
