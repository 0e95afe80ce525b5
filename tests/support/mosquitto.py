"""A real Mosquitto on a free loopback port, for one test or many: started, killed, restarted, and waited for.

    with Mosquitto(tmp_path, passwords={"gateway": "secret"}, acl=("user gateway", "topic readwrite #")) as broker:
        client.connect(broker.host, broker.port)
        broker.kill()      # as a power cut
        broker.start()     # the same port, the same settings, what it had saved

It sends without Nagle's delay; ``persistent`` keeps sessions and retained messages over a restart (a kill loses what
came since the last save, as in life; ``autosave_s`` says how often it saves).
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from time import monotonic
from types import TracebackType
from typing import Self

from hubout.ports import free_port

HOST = "127.0.0.1"
STARTS_WITHIN_S = 60
STOPS_WITHIN_S = 60
STARTS_AT_MOST = 5
LOOK_EVERY_S = 0.02
CONNECT_V5 = bytes.fromhex("100d00044d5154540502000a000000")
"""A CONNECT packet with an empty client id: whatever the broker thinks of it, it answers with a CONNACK."""
CONNACK = 0x20


class MosquittoDown(AssertionError):
    """The broker did not start, or not in time; the message holds its own words."""


class Mosquitto:
    """One broker. Without ``passwords`` anybody may connect; without ``acl`` everybody may say everything."""

    def __init__(
        self,
        folder: Path,
        *,
        passwords: Mapping[str, str] | None = None,
        acl: Sequence[str] | None = None,
        persistent: bool = False,
        autosave_s: int = 1800,
        extra: Sequence[str] = (),
    ) -> None:
        """Prepare a broker that keeps its files in ``folder``; nothing runs yet."""
        self.host, self.port = HOST, free_port()
        self._folder = folder / "mosquitto"
        self._folder.mkdir(exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._lines = [
            f"user {pwd.getpwuid(os.getuid()).pw_name}",
            "set_tcp_nodelay true",
            f"persistence {str(persistent).lower()}",
            f"persistence_location {self._folder}/",
            f"autosave_interval {autosave_s}",
            f"log_dest file {self.log_file}",
            "log_timestamp true",
            f"allow_anonymous {str(passwords is None).lower()}",
            *extra,
        ]
        if passwords is not None:
            self._lines.append(f"password_file {self._write_passwords(passwords)}")
        if acl is not None:
            (self._folder / "acl").write_text("\n".join(acl) + "\n")
            self._lines.append(f"acl_file {self._folder / 'acl'}")

    @property
    def log_file(self) -> Path:
        """Where the broker writes what it does."""
        return self._folder / "mosquitto.log"

    @property
    def database(self) -> Path:
        """What a persistent one saves: sessions, what waits in them, and retained messages."""
        return self._folder / "mosquitto.db"

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers. The first start looks for another port if this one was taken."""
        first = not self.log_file.exists()
        for _ in range(STARTS_AT_MOST):
            if self._started():
                return
            if first:
                self.port = free_port()
        raise MosquittoDown(self._words())

    def stop(self) -> None:
        """End it in order, so that a persistent one saves all."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Let it stand still: it takes connections and answers nobody."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, whatever happened."""
        self.kill()

    def _started(self) -> bool:
        config = self._folder / "mosquitto.conf"
        config.write_text("\n".join([f"listener {self.port} {HOST}", *self._lines]) + "\n")
        program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        if program is None:
            raise MosquittoDown("mosquitto is not installed; install it (apt-get install mosquitto)")
        self._process = subprocess.Popen([program, "-c", config], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        deadline, pause = monotonic() + STARTS_WITHIN_S, Event()
        while self.running and monotonic() < deadline:
            if self.answers():
                return True
            pause.wait(LOOK_EVERY_S)
        self.kill()
        return False

    def answers(self) -> bool:
        """Whether it answers an MQTT client now."""
        with suppress(OSError), socket.create_connection((self.host, self.port), timeout=1) as probe:
            probe.sendall(CONNECT_V5)
            return probe.recv(1)[:1] == bytes([CONNACK])
        return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(how)
        self._process.wait(STOPS_WITHIN_S)

    def _words(self) -> str:
        said = self.log_file.read_text(errors="replace")[-2000:] if self.log_file.exists() else "nothing"
        return f"Mosquitto did not answer on port {self.port} within {STARTS_WITHIN_S} s; it said: {said}"

    def _write_passwords(self, passwords: Mapping[str, str]) -> Path:
        path = self._folder / "passwords"
        path.write_text("".join(f"{user}:{word}\n" for user, word in passwords.items()))
        path.chmod(0o600)
        subprocess.run(["mosquitto_passwd", "-U", path], check=True, capture_output=True)
        return path
