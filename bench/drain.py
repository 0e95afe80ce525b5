"""How fast a registry that was away takes in what a site logged meanwhile: a real gateway's link, a real registry.

The same gateway sends the same log through the same server to a registry that only parses, hashes, verifies and
inserts (``bench.sink``): the floor, once before and once after.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from urllib.request import Request, urlopen

from sqlalchemy import func, select

from access.clock import Now
from access.codec import encode_fact
from access.facts import Started
from access.log import SALT_BYTES, Chain, link
from access.uplink import BATCH_BYTES
from bench.broker import HOST, listens
from bench.clock import holds_within, mono_ns, wall_ms
from bench.memory import most_resident_mb
from bench.postgresql import NewDatabase, postgresql
from bench.processes import Process, Processes
from bench.trouble import CannotMeasure
from bench.week_log import LOG_FILE, PLACE, site_file, write_log
from devices.sitefile import read_site_file
from gateway.link.wire import batch
from hubout.demo.places import Ports
from hubout.ports import free_port
from registry.setup import TOKEN_FILE, Registry
from registry.tables import core as t

NEIGHBOUR = "cinisello"
SEED = 7
STARTS_WITHIN_S = 120.0
DRAINS_WITHIN_S = 180.0
LOOK_EVERY_S = 0.005


@dataclass(frozen=True, slots=True)
class Drained:
    """Events a second through the registry and of the floor; ``lost``: not exactly once at the registry; and the most
    memory (MB) that gateway and registry ever held.
    """

    events: int
    events_per_s: float
    floor_events_per_s: float
    lost: int
    gateway_mb: float
    registry_mb: float

    @property
    def ratio(self) -> float:
        """Of the floor."""
        return round(self.events_per_s / self.floor_events_per_s, 2)


@dataclass(frozen=True, slots=True)
class _Run:
    per_s: float
    lost: int
    gateway_mb: float
    registry_mb: float


class Away:
    """A site whose registry was away while it logged so many ``events``."""

    def __init__(self, processes: Processes, broker_port: int, events: int) -> None:
        self._processes, self._broker_port = processes, broker_port
        self._runs = 0
        place = self._folder()
        with Registry(f"sqlite:///{place / 'registry.db'}", place / "keys") as books:
            key = _add_sites(books, place)
        site = read_site_file(self._site_file(place, free_port())).site
        self._log = write_log(place / LOG_FILE, site, key, wall_ms(), events, SEED)

    def measure(self, new_database: NewDatabase, told: Callable[[str], None]) -> Drained:
        """Drain into the floor, into the registry, and into the floor again, each on a new database."""
        told("floor")
        before = self._drained(new_database(), "bench.sink")
        told("registry")
        through = self._drained(new_database(), "hubout")
        told("floor")
        after = self._drained(new_database(), "bench.sink")
        floor = 2 / (1 / before.per_s + 1 / after.per_s)
        lost = max(one.lost for one in (before, through, after))
        rates = round(through.per_s), round(floor)
        return Drained(self._log.events, *rates, lost, through.gateway_mb, through.registry_mb)

    def _folder(self) -> Path:
        self._runs += 1
        folder = self._processes.folder / f"drain-{self._runs}"
        (folder / "state").mkdir(parents=True)
        return folder

    def _site_file(self, folder: Path, port: int) -> Path:
        code = folder / "secrets" / "pages-code"
        code.write_text("of a bench", encoding="ascii")
        code.chmod(0o600)
        return site_file(folder, Ports(self._broker_port, port, free_port()))

    def _drained(self, url: str, program: str) -> _Run:
        """One gateway that finds its registry again, with the log full."""
        folder, port = self._folder(), free_port()
        with Registry(url, folder / "keys") as books:
            _add_sites(books, folder)
            books.seed(self._log.seed)
            registry = self._registry(program, url, folder, port)
            shutil.copy(self._log.path, folder / "state" / LOG_FILE)
            config = self._site_file(folder, port)
            gateway = self._processes.python(f"{folder.name}-gateway", "hubout", "gateway", "--config", str(config))
            per_s = self._rate(books, gateway)
            memory = most_resident_mb(gateway.pid), most_resident_mb(registry.pid)
            for process in (gateway, registry):
                process.stop()
            return _Run(per_s, self._lost(books), *memory)

    def _registry(self, program: str, url: str, folder: Path, port: int) -> Process:
        keys = str(folder / "keys")
        served = ("registry", "--database", url, "--keys", keys, "--port", str(port))
        words = served if program == "hubout" else (url, keys, str(port))
        process = self._processes.python(f"{folder.name}-registry", program, *words)
        if not holds_within(lambda: process.ended or listens(port), STARTS_WITHIN_S) or process.ended:
            raise CannotMeasure(f"the registry did not start; it said: {process.words()}")
        if program == "hubout":
            _hear_of_a_neighbour(port, (folder / NEIGHBOUR / TOKEN_FILE).read_text(encoding="ascii").strip())
        return process

    def _rate(self, books: Registry, gateway: Process) -> float:
        """Events a second, from when the first batch is there to when the last is."""
        stood: list[tuple[int, int]] = []

        def all_there() -> bool:
            there = _newest(books)
            if there:
                stood.append((there, mono_ns()))
            return there >= self._log.events or gateway.ended

        if not holds_within(all_there, DRAINS_WITHIN_S, LOOK_EVERY_S) or gateway.ended:
            raise CannotMeasure(f"the log was not drained; the gateway said: {gateway.words()}")
        (first, began_ns), (_, ended_ns) = stood[0], stood[-1]
        return (self._log.events - first) / ((ended_ns - began_ns) / 1e9)

    def _lost(self, books: Registry) -> int:
        """How many events of the log are not exactly once at the registry; all, where its chain is another."""
        e = t.event.c
        ours = (e.site == PLACE.id) & (e.seq <= self._log.events)
        with books.database.read() as connection:
            count = connection.execute(select(func.count()).where(ours)).scalar_one()
            last = connection.execute(select(e.header).where(ours, e.seq == self._log.events)).scalar_one()
        same = sha256(bytes(last)).digest() == self._log.head
        return abs(self._log.events - int(count)) if same else self._log.events


def _add_sites(books: Registry, folder: Path) -> bytes:
    """Make both sites and write their secrets; the key of the one that is measured."""
    books.add_site(NEIGHBOUR, NEIGHBOUR.title()).write(folder / NEIGHBOUR)
    files = books.add_site(PLACE.id, PLACE.name)
    files.write(folder / "secrets")
    return files.key


def _newest(books: Registry) -> int:
    e = t.event.c
    with books.database.read() as connection:
        return int(connection.execute(select(func.max(e.seq)).where(e.site == PLACE.id)).scalar() or 0)


def _hear_of_a_neighbour(port: int, token: str) -> None:
    """A second site has spoken, so that people may have gone from one to the other."""
    now_ms = wall_ms()
    begun = encode_fact(Started("bench"))
    _, row = link(Chain(NEIGHBOUR, 1, "0a"), 1, Started.KIND, begun, bytes(SALT_BYTES), Now(now_ms, 0, 0))
    head = {"site": NEIGHBOUR, "epoch": 1, "seq": 1, "head": row.hash.hex(), "run": "0a", "software": "bench"}
    body = batch(NEIGHBOUR, 1, [row], BATCH_BYTES).body
    for what, said in (("hello", json.dumps(head).encode()), ("events", body)):
        asked = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        with urlopen(Request(f"http://{HOST}:{port}/api/v1/gateway/{what}", said, asked)):
            pass


def measure(
    processes: Processes, broker_port: int, events: int, told: Callable[[str], None]
) -> tuple[tuple[str, Drained], ...]:
    """By the kind of database: SQLite, and PostgreSQL where it is installed."""
    away, numbers = Away(processes, broker_port, events), count(1)
    found = [("sqlite", away.measure(lambda: f"sqlite:///{processes.folder / f'drain-{next(numbers)}.db'}", told))]
    with postgresql() as new_database:
        if new_database is not None:
            found.append(("postgresql", away.measure(new_database, lambda what: told(f"{what}, on PostgreSQL"))))
    return tuple(found)
