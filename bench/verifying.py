"""How fast a site's log is verified, beside its floor: the same rows read from SQLite and hashed, with nothing around.

The rows are those of a week that the real core lived, over and over, linked anew into one chain.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from itertools import cycle, islice
from os import urandom
from pathlib import Path

from access.codec import encode_fact
from access.log import SALT_BYTES, link
from access.site import Site
from bench.clock import mono_ns, wall_ms
from bench.seed import chance
from bench.trouble import CannotMeasure
from bench.week import Logged, Week
from bench.week_log import EVENTS_A_DAY, LOG_FILE, site_file
from devices.sitefile import read_site_file
from gateway.log.logbook import verified
from gateway.log.reader import Reader
from gateway.log.store import Store
from hubout.demo.places import Ports
from registry.setup import KEY_FILE, TOKEN_FILE

SEED = 11
KEY = bytes(32)
WEEK_EVENTS = 7 * EVENTS_A_DAY
AT_ONCE = 2_000
DAY_MS = 86_400_000
SELECT = "SELECT header, hash, salt, body FROM log JOIN body USING (epoch, seq) ORDER BY epoch, seq"


@dataclass(frozen=True, slots=True)
class LogVerified:
    """Seconds that ``events`` take to be verified, file and all, and the floor's for the same rows."""

    events: int
    took_s: float
    floor_s: float

    @property
    def ratio(self) -> float:
        """How many times the floor's."""
        return round(self.took_s / self.floor_s, 2)


def measure(folder: Path, events: int, told: Callable[[str], None]) -> LogVerified:
    """Write so many events into a log, and verify it, the floor before and after. Raises CannotMeasure."""
    told(f"writing {events} events")
    folder.mkdir()
    path = folder / LOG_FILE
    _write(path, _site(folder), events)
    told("reading and hashing them")
    before_s = _timed(lambda: _hashed(path))
    told("verifying them")
    took_s = _timed(lambda: _verified(path, events))
    after_s = _timed(lambda: _hashed(path))
    return LogVerified(events, took_s, (before_s + after_s) / 2)


def _site(folder: Path) -> Site:
    """The week's, of which nothing runs here: its secrets are none."""
    secrets = folder / "secrets"
    secrets.mkdir()
    for name in (TOKEN_FILE, KEY_FILE, "pages-code"):
        (secrets / name).write_text(KEY.hex(), encoding="ascii")
        (secrets / name).chmod(0o600)
    return read_site_file(site_file(folder, Ports(1, 2, 3))).site


def _timed(what: Callable[[], None]) -> float:
    began_ns = mono_ns()
    what()
    return round((mono_ns() - began_ns) / 1e9, 3)


def _verified(path: Path, events: int) -> None:
    with closing(Reader.open(path)) as reader:
        found = verified(path, reader, lambda _rows: None)
    if found.rows != events:
        raise CannotMeasure(f"{path} holds {found.rows} events, and {events} were written")


def _hashed(path: Path) -> None:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        for header, digest, salt, body in connection.execute(SELECT):
            if sha256(header).digest() != digest or not sha256(salt + body).digest():
                raise CannotMeasure(f"{path} does not hold")


def _write(path: Path, site: Site, events: int) -> None:
    store = Store.open(path)
    store.identity(site.id)
    chain, facts = store.load().chain("0a0b0c0d0e0f0001"), _over_and_over(site, events)
    while part := list(islice(facts, AT_ONCE)):
        rows = []
        for one in part:
            body, salt = encode_fact(one.fact), urandom(SALT_BYTES)
            chain, row = link(chain, chain.seq + 1, one.fact.KIND, body, salt, one.now)
            rows.append(row)
        store.commit(rows, [], None)
    store.close()


def _over_and_over(site: Site, events: int) -> Iterator[Logged]:
    count = min(events, WEEK_EVENTS)
    days = -(-count // EVENTS_A_DAY)
    week = Week(site, KEY, wall_ms() // DAY_MS * DAY_MS - days * DAY_MS, days, chance(SEED))
    return islice(cycle(islice(week.facts(), count)), events)
