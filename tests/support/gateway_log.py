"""A gateway's log and its link, as far as the registry's store sees them: copied, behind, or gone on by itself."""

from dataclasses import dataclass, field

from access.clock import Now
from access.codec import encode_fact
from access.facts import Fact, Started
from access.facts_log import EpochBegan
from access.log import GENESIS, Chain, Row, link
from registry.database import Database
from registry.uplink import ingest
from registry.uplink.branches import TooMany
from registry.uplink.hello import Forked, Hello, Resume, greet
from registry.uplink.histories import MOST_ROUNDS, Narrow
from tests.support.log_rows import START_MS

MARKS = 62
MINUTE_MS = 60_000


@dataclass
class GatewayLog:
    """A log of a site in its epoch, and the run that writes it. ``asked``: how often it was asked to greet anew."""

    database: Database
    site: str = "matera"
    run: str = "r1"
    epoch: int = 1
    rows: list[Row] = field(default_factory=list)
    acked: int = 0
    asked: int = 0

    def write(self, *facts: Fact, at_ms: int | None = None, trusted: bool = True) -> None:
        """Log these facts, each a second after the one before unless all are of one moment."""
        for fact in facts:
            seq = len(self.rows) + 1
            head = self.rows[-1].hash if self.rows else GENESIS
            moment = START_MS + seq * 1_000 if at_ms is None else at_ms
            now = Now(moment, seq, seq, trusted)
            salt = (f"{self.run}-{seq}" + "0" * 32).encode()[:32]
            chain = Chain(self.site, self.epoch, self.run, seq - 1, head)
            self.rows.append(link(chain, seq, fact.KIND, encode_fact(fact), salt, now)[1])

    def copied(self, run: str, upto: int | None = None) -> "GatewayLog":
        """Another run with a copy of this log, up to a row, in the epoch that it was in there."""
        kept = self.rows[:upto]
        epoch = kept[-1].epoch if kept else 1
        return GatewayLog(self.database, self.site, run, epoch, kept, min(self.acked, len(kept)))

    def hello(self, asked: Narrow | None = None) -> Hello:
        """Its greeting, or the one that it was asked for."""
        end, step = len(self.rows), 1
        if asked is None:
            numbers = {end - (1 << power) for power in range(MARKS)} | {self.acked}
        else:
            step = max(1, (asked.before - asked.after) // MARKS)
            numbers = {*range(asked.before, asked.after, -step)}
        marks = tuple((seq, self.rows[seq - 1].hash) for seq in sorted(numbers) if 0 < seq < end)
        head = self.rows[-1].hash if self.rows else GENESIS
        return Hello(self.site, self.epoch, end, head, self.run, "0.1.0", self.acked, marks[-64:])

    def greet(self, at_ms: int = START_MS) -> Resume | Forked | TooMany:
        """Greet until it is not asked any more."""
        asked: Narrow | None = None
        for _ in range(MOST_ROUNDS + 2):
            with self.database.write() as connection:
                found = greet(connection, self.hello(asked), at_ms)
            if not isinstance(found, Narrow):
                return found
            asked, self.asked = found, self.asked + 1
        raise AssertionError("it asks without end")

    def link_up(self, at_ms: int = START_MS, at_most: int = 500) -> int:
        """Greet, go on in the epoch that is given, and send all that is missing; the epoch it is in then."""
        found = self.greet(at_ms)
        if isinstance(found, Forked):
            self.begin(found)
            found = self.greet(at_ms)
        assert isinstance(found, Resume), found
        self.acked = found.seq
        while self.acked < len(self.rows):
            with self.database.write() as connection:
                batch = self.rows[self.acked : self.acked + at_most]
                taken = ingest.take(connection, self.site, self.epoch, batch, at_ms)
            assert isinstance(taken, ingest.Acked), taken
            self.acked = taken.seq
        return self.epoch

    def begin(self, found: Forked) -> None:
        """Begin the epoch that the registry gave."""
        self.epoch, self.acked = found.epoch, found.base_seq
        self.write(EpochBegan(found.epoch, found.base_epoch, found.base_seq, "fork"), Started("0.1.0"))
