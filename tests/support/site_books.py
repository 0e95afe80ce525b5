"""What a site's log and the registry hold, read beside their programs, and whether the two say the same."""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, select

from access.codec import decode_fact
from access.facts import Fact, Judged, Refusals
from access.log import GENESIS, Broken, Gap, Row, read_header, verify
from access.occupancy import Occupancy, fold
from gateway.database import StoreBroken
from gateway.log.history import epoch_at_end
from gateway.log.reader import Reader
from registry.setup import Registry
from registry.sites.live import Standing
from registry.tables import core as t
from registry.uplink import branches

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
        self.gaps: list[Gap] = []
        self.known: list[Entry] = []
        self.epoch = self.last = 0
        self._head, self._since = GENESIS, 0

    def entries(self) -> list[Entry]:
        """All events until now. Raises AssertionError for a row that does not verify."""
        try:
            reader = Reader.open(self.path)
        except StoreBroken:
            return self.known
        try:
            while fresh := reader.read_on(self.last, PAGE, PAGE_BYTES):
                self.epoch = reader.extent().epoch
                self._take(fresh)
        except StoreBroken:
            if self.last:
                raise  # Until the first row the gateway is just making the file.
        finally:
            reader.close()
        return self.known

    def _take(self, fresh: list[Row | Gap]) -> None:
        end = verify(fresh, self._site, self.epoch, self.last, self._head, self._since)
        assert not isinstance(end, Broken), end
        self.last, self._head = end.seq, end.head
        self._since = epoch_at_end(fresh)
        self.gaps += [one for one in fresh if isinstance(one, Gap)]
        self.rows += [one for one in fresh if isinstance(one, Row)]
        for row in self.rows[len(self.known) :]:
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
        """The events of the branch that is the site's, as it keeps them: number, header, salt, body."""
        found = []
        e = t.event.c
        with self.registry.database.read() as connection:
            for own, after, upto in reversed(self._line(connection)):
                mine = (e.site == self._site) & (e.epoch == own) & e.seq.between(after + 1, upto)
                query = select(e.seq, e.header, e.salt, e.body).where(mine).order_by(e.seq)
                found += [(seq, bytes(h), s and bytes(s), b and bytes(b)) for seq, h, s, b in connection.execute(query)]
        return found

    def _line(self, connection: Connection) -> list[tuple[int, int, int]]:
        epoch = branches.confirmed(connection, self._site)
        held = branches.histories(connection, self._site, ())
        return [] if epoch is None else held.line(epoch, held.branches[epoch].seq)

    def gaps(self) -> list[tuple[int, int]]:
        """What is no more of the branch that is the site's: first and last numbers."""
        g, found = t.gap.c, []
        with self.registry.database.read() as connection:
            for own, after, upto in reversed(self._line(connection)):
                mine = (g.site == self._site) & (g.epoch == own) & g.first.between(after + 1, upto)
                rows = connection.execute(select(g.first, g.last).where(mine).order_by(g.first))
                found += [(row.first, row.last) for row in rows]
        return found

    def has_all_of(self, log: SiteLog) -> bool:
        """Whether it stands at the log's end now."""
        standing = self.standing()
        log.entries()
        return standing is not None and (standing.epoch, standing.seq) == (log.epoch, log.last)

    def assert_equals(self, log: SiteLog) -> None:
        """Exactly the log's rows, none missing but what the log says is no more, none twice, nothing poisoned; and the
        same people present. The log is taken as it was read last: who waited until
        all of it is here may find it longer by now.
        """
        if not log.last:
            log.entries()
        ours = [(row.seq, row.header, row.salt, row.body) for row in log.rows]
        theirs = self.rows()[: len(ours)]
        gone = {seq for first, last in self.gaps() for seq in range(first, last + 1)}
        assert sorted({*gone, *(row[0] for row in theirs)}) == list(range(1, log.last + 1))
        assert [row for row in ours if row[0] not in gone] == [row for row in theirs if row[0] not in _lost(log)]
        standing = self.standing()
        assert standing is not None
        assert standing.poisoned == 0
        assert standing.occupancy == log.occupancy()


def _lost(log: SiteLog) -> set[int]:
    return {seq for gap in log.gaps for seq in range(gap.first, gap.last + 1)}
