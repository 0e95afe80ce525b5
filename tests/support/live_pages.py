"""The pages' process started for real on a free port, fed by a real feed whose snapshots the test publishes."""

import re
import selectors
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from gateway.pages.asked import SetEvacuation
from gateway.pages.shape import Snapshot
from gateway.showing.feed import Answered, Asked, Feed
from hubout.ports import free_port
from tests.support.asks import MAY, set_on_paper
from tests.support.plain import PLAIN

DEADLINE_S = 20.0
TURN_S = 0.05
CODE = "PROVA-2345"
SITE_FILE = """
[site]
id = "cinisello"
name = "Hubout Cinisello Balsamo"
timezone = "Europe/Rome"
[[zones]]
id = "sala"
name = "Sala comune"
[broker]
host = "127.0.0.1"
[storage]
directory = "."
[keys]
credential_key_file = "key"
[pages]
port = {port}
code_file = "code"
"""


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Wait for a condition to hold, within the deadline."""
    end_s = time.monotonic() + DEADLINE_S
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < end_s, f"waited in vain until {what}"
        pause.wait(0.02)


@dataclass
class FakeGateway:
    """The gateway's side of the feed, and nothing else of it: a loop in a thread."""

    folder: Path
    asked: list[Asked | SetEvacuation] = field(default_factory=list)
    keeper_says: str = ""
    _latest: Snapshot | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _new: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Open the socket and begin."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Go away, as a gateway does that ends."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(DEADLINE_S)

    def publish(self, seen: Snapshot) -> None:
        """Show this from now on; dated now on the run's clock."""
        self._latest = seen
        self._new.set()

    def expect(self, event: Asked | SetEvacuation) -> None:
        """Wait until this is the last thing that was asked; the answer may be back a moment before it is noted."""
        wait_until(lambda: self.asked[-1:] == [event], f"{event} was asked")

    def _evacuate(self, asked: SetEvacuation, answered: Answered) -> None:
        self.asked.append(asked)
        answered(self.keeper_says)

    def _run(self) -> None:
        feed = Feed(self.folder / "feed.sock", MAY, lambda: int(time.monotonic() * 1_000), set_on_paper, self._evacuate)
        shown_s, readers = 0.0, False
        with selectors.DefaultSelector() as watched:
            watched.register(feed, selectors.EVENT_READ)
            while not self._stop.is_set():
                watched.select(TURN_S)
                self.asked.extend(feed.take())
                due = self._new.is_set() or time.monotonic() - shown_s > 1.0 or feed.read is not readers
                if self._latest is not None and due:
                    self._new.clear()
                    shown_s, readers = time.monotonic(), feed.read
                    feed.publish({**self._latest, "mono_ms": int(time.monotonic() * 1_000)})
        feed.close()


@dataclass
class Pages:
    """A running pages process."""

    url: str
    folder: Path
    gateway: FakeGateway
    process: subprocess.Popen[bytes]


def site_file(folder: Path, port: int) -> Path:
    """A site file for pages alone, with its code."""
    for name, text in (("key", "0" * 64), ("code", CODE)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    path = folder / "site.toml"
    path.write_text(SITE_FILE.format(port=port))
    return path


def start(path: Path) -> subprocess.Popen[bytes]:
    """The process, as the gateway starts it."""
    return subprocess.Popen([sys.executable, "-m", "gateway.pages.main", "--config", str(path)])


def answers(url: str) -> bool:
    """Whether the pages answer."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def running(folder: Path) -> Iterator[Pages]:
    """Pages on a free port and their fake gateway, both ended afterwards."""
    port = free_port()
    gateway = FakeGateway(folder)
    gateway.start()
    process = start(site_file(folder, port))
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: answers(url), "the pages answer")
        yield Pages(url, folder, gateway, process)
    finally:
        process.terminate()
        process.wait(DEADLINE_S)
        gateway.stop()


@contextmanager
def showing(folder: Path, picture: Snapshot) -> Iterator[Pages]:
    """Pages as ``running``, which show a picture already."""
    with running(folder) as made:
        made.gateway.publish(picture)
        wait_until(lambda: httpx.get(f"{made.url}/readyz").status_code == 200, "the first snapshot is read")
        yield made


def csrf_of(client: httpx.Client, path: str) -> str:
    """What the forms of a page bring back."""
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', client.get(path).text)
    assert found is not None
    return found.group(1)


@contextmanager
def signed_in(pages: Pages, name: str = "Paola", code: str = CODE, language: str = "it") -> Iterator[httpx.Client]:
    """Staff at a browser without JavaScript."""
    with httpx.Client(
        base_url=pages.url, headers={"accept-language": language}, timeout=DEADLINE_S, verify=PLAIN
    ) as client:
        assert client.post("/sign-in", data={"name": name, "code": code}).status_code == 303
        yield client
