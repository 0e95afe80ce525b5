"""What a site's log and the registry hold, read beside their programs, and whether the two say the same."""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select

from access.codec import decode_fact
from access.facts import Fact, Judged, Refusals
from access.log import GENESIS, Broken, Gap, Row, read_header, verify
from access.occupancy import Occupancy, fold
from gateway.database import StoreBroken
from gateway.history import epoch_at_end
from gateway.log_reader import Reader
from registry import tables as t
from registry.live import Standing
from registry.setup import Registry

F = TypeVar("F", bound=Fact)
PAGE = 2_000
PAGE_BYTES = 1 << 24


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the log."""

    seq: int
    run: str
    at_ms: int
    fact: Fact


class SiteLog:
    """A gateway's log in its file. What was read once is not read again; the chain is verified as it is read."""

    def __init__(self, path: Path, site: str) -> None:
        """Read nothing yet; the file may not be there."""
        self.path, self._site = path, site
        self.rows: list[Row] = []
        self.known: list[Entry] = []
        self._seq, self._head, self._since = 0, GENESIS, 0

    def entries(self) -> list[Entry]:
        """All events until now. Raises AssertionError for a row that does not verify."""
        try:
            reader = Reader.open(self.path)
        except StoreBroken:
            return self.known
        try:
            while fresh := reader.read_on(self._seq, PAGE, PAGE_BYTES):
                self._take(fresh, reader.extent().epoch)
        except StoreBroken as error:
            if "no such table" not in str(error):  # The gateway is just making it.
                raise
        finally:
            reader.close()
        return self.known

    def _take(self, fresh: list[Row | Gap], epoch: int) -> None:
        end = verify(fresh, self._site, epoch, self._seq, self._head, self._since)
        assert not isinstance(end, Broken), end
        self._seq, self._head, self._since = end.seq, end.head, epoch_at_end(fresh)
        rows = [one for one in fresh if isinstance(one, Row)]
        self.rows += rows
        for row in rows:
            header = read_header(row.header)
            assert row.body is not None
            self.known.append(Entry(row.seq, header.run, header.at, decode_fact(header.kind, row.body)))

    def facts(self, kind: type[F]) -> list[F]:
        """The facts of one kind, in order."""
        return [entry.fact for entry in self.entries() if isinstance(entry.fact, kind)]

    def verdicts(self, reader: str = "") -> list[Judged]:
        """Every verdict, or those of one reader."""
        return [fact for fact in self.facts(Judged) if reader in {"", fact.reader}]

    def occupancy(self) -> Occupancy:
        """Who is on the site, by the log."""
        found = Occupancy()
        for entry in self.entries():
            found = fold(found, entry.fact, entry.at_ms)
        return found

    def refusals(self) -> Counter[str]:
        """How many messages were refused, by reason: those told by facts, and the tallies not told yet."""
        if not self.path.exists():
            return Counter()
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True, isolation_level=None)) as connection:
            connection.execute("BEGIN")  # One state: a tally that is told moves from one table to the other.
            counts = Counter(dict(connection.execute("SELECT why, count FROM refusal")))
            self.entries()
            last = connection.execute("SELECT max(seq) FROM log").fetchone()[0] or 0
        for entry in self.known[:last]:
            if isinstance(entry.fact, Refusals):
                counts.update(entry.fact.counts)
        return counts

    def cursors(self) -> dict[tuple[str, str], int]:
        """Up to which number each device's boot was taken, on disk."""
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True)) as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute("SELECT device, boot, upto FROM cursor")}


class Centre:
    """The registry's database, looked at beside its process."""

    def __init__(self, registry: Registry, site: str) -> None:
        """Look at one site of an open registry."""
        self.registry, self._site = registry, site

    def standing(self) -> Standing | None:
        """Where it stands in the site's log."""
        return self.registry.standing(self._site)

    def rows(self) -> list[tuple[int, bytes, bytes | None, bytes | None]]:
        """The site's events as it keeps them: number, header, salt, body."""
        e = t.event.c
        query = select(e.seq, e.header, e.salt, e.body).where(e.site == self._site).order_by(e.epoch, e.seq)
        with self.registry.database.read() as connection:
            return [(seq, bytes(h), s and bytes(s), b and bytes(b)) for seq, h, s, b in connection.execute(query)]

    def has_all_of(self, log: SiteLog) -> bool:
        """Whether it stands at the log's end now."""
        standing = self.standing()
        return standing is not None and standing.seq == len(log.entries())

    def assert_equals(self, log: SiteLog) -> None:
        """Exactly the log's rows, none missing, none twice, nothing poisoned; and the same people present."""
        log.entries()
        ours = [(row.seq, row.header, row.salt, row.body) for row in log.rows]
        theirs = self.rows()[: len(ours)]
        assert [row[0] for row in theirs] == list(range(1, len(ours) + 1))
        assert theirs == ours
        standing = self.standing()
        assert standing is not None
        assert standing.poisoned == 0
        assert standing.occupancy == log.occupancy()
