"""A whole site for real: Mosquitto, registry, doorkeeper and gateway as processes, with files, secrets and people.

    with whole_site(tmp_path, PLAN, people=[Someone("anna", "04A1B2C3")]) as site:
        site.start()
        ...
        site.gateway.kill()

Everything lies in the test's own folder and listens on loopback; whatever happens, every process ends with the block,
and a failure shows the end of each program's log.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic_ns
from urllib.request import urlopen

from access.facts import KeeperChanged, ReplicaApplied
from access.records import Booking
from devices.doorkeeper.mock_pins import MockBoard
from gateway.clock import Clock
from hubout.ports import free_port
from registry.bookings.resources import Resource
from registry.people.people import Profile, Rights
from registry.seed.bulk import NewBadge, Seed
from registry.setup import Registry
from tests.support.mosquitto import Mosquitto
from tests.support.mqtt import Peer
from tests.support.parts import WITHIN_S, Part, wait_until
from tests.support.site_books import Centre, SiteLog
from tests.support.site_toml import Plan, Table, site_text

HOUR_MS = 3_600_000
GATEWAY_USER, GATEWAY_PASSWORD = "gateway", "the gateway's"


@dataclass(frozen=True, slots=True)
class Someone:
    """A person with one badge who may enter the hall; ``booked`` from an hour ago for eight hours."""

    id: str
    uid: str
    booked: bool = True
    staff: bool = False


class WholeSite:
    """One site's parts. Nothing runs until it is started."""

    def __init__(self, folder: Path, plan: Plan, database_url: str, broker: Mosquitto) -> None:
        """Write the site's files and set it up in the registry."""
        self.folder, self.broker, self.database_url = folder, broker, database_url
        self.registry_port, self.pages_port = free_port(), free_port()
        self.config = folder / "site.toml"
        secrets = folder / "secrets"
        self.books = Registry(database_url, folder / "keys")
        self.site = plan.site
        self.books.add_site(plan.site, f"Hubout {plan.site.title()}").write(secrets)
        self.operator = self.books.first_operator()
        self.password_file = secrets / "broker-password"
        self.password_file.write_text(GATEWAY_PASSWORD)
        self.password_file.chmod(0o600)
        reached: Table = {"host": broker.host, "port": broker.port, "username": GATEWAY_USER}
        reached = {**reached, "password_file": "secrets/broker-password"}
        self.config.write_text(site_text(plan, reached, self.registry_port, self.pages_port))
        self.config.chmod(0o640)
        self.state = folder / plan.storage
        self.log = SiteLog(self.state / "log.db", plan.site)
        self.centre = Centre(self.books, plan.site)
        self.board = MockBoard(folder / "pins")
        serving: list[str | Path] = [
            "--database",
            database_url,
            "--keys",
            folder / "keys",
            "--port",
            str(self.registry_port),
        ]
        self.registry = Part("registry", folder, ["registry", *serving])
        self.doorkeeper = Part("doorkeeper", folder, ["doorkeeper", "--config", self.config])
        self.gateway = Part("gateway", folder, ["gateway", "--config", self.config])
        self.parts = (self.gateway, self.doorkeeper, self.registry)

    def bring(self, people: Iterable[Someone]) -> None:
        """Bring people, badges and bookings of the zone into the registry, from an hour ago for eight hours."""
        now_ms = Clock().now().wall_ms
        span = (now_ms - HOUR_MS, now_ms + 8 * HOUR_MS)
        brought = list(people)
        hall, nowhere = frozenset({"hall"}), frozenset[str]()
        self.books.seed(
            Seed(
                resources=[(self.site, Resource("hall", "zone", "Hall", "hall", 10_000))],
                persons={one.id: Profile(one.id.title()) for one in brought},
                rights=[(self.site, one.id, Rights(hall, hall if one.staff else nowhere)) for one in brought],
                badges=[NewBadge(f"badge-{one.id}", one.id, one.uid) for one in brought],
                bookings=[
                    (self.site, Booking(f"booking-{one.id}", one.id, "hall", "hall", *span))
                    for one in brought
                    if one.booked
                ],
            )
        )

    def admit(self, person: str) -> None:
        """Let one more person, without a badge, into the zone."""
        rights = Rights(frozenset({"hall"}), frozenset())
        self.books.seed(Seed(persons={person: Profile(person.title())}, rights=[(self.site, person, rights)]))

    def start(self) -> None:
        """Start everything, and wait until the gateway has its doorkeeper and the registry's replica."""
        if not self.broker.running:
            self.broker.start()
        self.registry.start()
        self.doorkeeper.start()
        self.gateway.start()
        self.wait_registry()
        self.wait_ready()

    def wait_ready(self) -> None:
        """Wait until the run that is the log's last has its doorkeeper, and the site decides by a replica."""
        self.until(self._is_ready, "the gateway to have its doorkeeper and a replica")

    def _is_ready(self) -> bool:
        assert self.gateway.running, self.gateway.tail()
        kept = self.log.facts(KeeperChanged)
        return bool(kept and kept[-1].present and self.log.facts(ReplicaApplied))

    def restart_gateway(self) -> None:
        """Start the gateway again, and wait until its new run has its doorkeeper."""
        before = len(self.log.entries())
        self.gateway.start()

        def found() -> bool:
            return any(isinstance(e.fact, KeeperChanged) and e.fact.present for e in self.log.entries()[before:])

        self.until(found, "the gateway's next run to find the doorkeeper")

    def wait_registry(self) -> None:
        """Wait until the registry answers."""
        self.until(self._registry_answers, "the registry to answer")

    def _registry_answers(self) -> bool:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{self.registry_port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    def wait_synced(self) -> None:
        """Wait until the registry holds all of the log."""
        self.until(lambda: self.centre.has_all_of(self.log), "the registry to hold all of the log", every_s=0.05)

    def until(self, holds: Callable[[], object], what: str, within_s: float = WITHIN_S, every_s: float = 0.02) -> None:
        """Wait for a condition; what failed comes with the end of every log."""
        wait_until(holds, what, within_s, self.words, every_s)

    def words(self) -> str:
        """The end of every program's log, and of the site's own."""
        last = [f"{entry.seq} {entry.fact}"[:300] for entry in self.log.known[-20:]]
        return "\n".join([*(part.tail() for part in self.parts), "--- the last events that were read", *last])

    def peer(self, *filters: str) -> Peer:
        """A client that may hear and say what the gateway may."""
        return Peer(self.broker.port, *filters, user=GATEWAY_USER, password=GATEWAY_PASSWORD)

    # -- doors

    def releases(self, pin: int) -> int:
        """How often a lock's line was released."""
        return self.board.releases(pin)

    def is_released(self, pin: int) -> bool:
        """Whether a fail-secure lock's line is released now."""
        return self.board.level(pin)

    def is_secured(self, pin: int) -> bool:
        """Whether it is not."""
        return not self.board.level(pin)

    def keeper_pid(self) -> int:
        """The keeper behind the doorkeeper's socket."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            asking.connect(str(self.folder / "keeper.sock"))
            credentials = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        return int.from_bytes(credentials[:4], sys.byteorder)

    def kill_keeper(self) -> int:
        """SIGKILL the keeper under its supervisor; when, on CLOCK_MONOTONIC in nanoseconds."""
        pid = self.keeper_pid()
        killed_ns = monotonic_ns()
        os.kill(pid, signal.SIGKILL)
        return killed_ns

    def end(self) -> None:
        """End every program, by force."""
        for part in self.parts:
            part.end_all()

    def close(self) -> None:
        """End everything."""
        self.end()
        self.board.close()
        self.books.close()


@contextmanager
def whole_site(
    folder: Path,
    plan: Plan,
    people: Sequence[Someone] = (),
    *,
    database_url: str | None = None,
    passwords: Mapping[str, str] | None = None,
    acl: Sequence[str] | None = None,
    persistent: bool = False,
    broker_extra: Sequence[str] = (),
) -> Iterator[WholeSite]:
    """A site whose parts all end with the block; the registry is on SQLite where no database is given."""
    users = None if passwords is None else {GATEWAY_USER: GATEWAY_PASSWORD, **passwords}
    broker = Mosquitto(folder, passwords=users, acl=acl, persistent=persistent, autosave_s=1, extra=broker_extra)
    site = WholeSite(folder, plan, database_url or f"sqlite:///{folder / 'registry.db'}", broker)
    try:
        site.bring(people)
        yield site
    finally:
        site.close()
        broker.kill()
        sys.stderr.write(site.words())  # Shown where a test fails.
