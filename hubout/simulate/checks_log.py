"""Checkers of the log's guarantees: what a gateway put on disk, what the registry has of it, the chain over both."""

import sqlite3
from hashlib import sha256

from access.log import GENESIS
from gateway.log.logbook import LogBroken, verified
from gateway.log.reader import Reader
from hubout.simulate import observed as saw
from hubout.simulate.disk import copied
from hubout.simulate.watch import Checker, Entry

LAST = 1 << 62


class Kept(Checker):
    """S1: what the registry acknowledged is there; what it did not is on the gateway's disk."""

    guarantee = "S1"
    sees = (saw.Stored, saw.RunBegan, saw.RegistryRestored)

    def take(self, seen: saw.Observation) -> None:
        """The registry acknowledged rows, a run began on what is on disk, or the registry was restored."""
        match seen:
            case saw.Stored(site, seq):
                self.reached += 1
                entries = self.books[site].entries
                new = range(self.books[site].stored_upto + 1, seq + 1)
                there = self._there(site, new.start, seq)
                missing = [one for one in new if one in entries and (one, entries[one].row.header) not in there]
                if missing:
                    self.breaks(f"the registry acknowledged {seq} rows of {site} and lacks {len(missing)} of them")
            case saw.RunBegan(site, run, seq):
                lost = max(self.books[site].entries, default=0) - seq
                if lost > 0:
                    self.breaks(f"{site} began the run {run} without the last {lost} rows that it had on disk")
            case saw.RegistryRestored():
                for site, book in self.books.items():
                    there = self._there(site, 0, LAST)
                    book.lost = [one for one in book.lost if (one.row.seq, one.row.header) in there]
            case _:
                pass

    def end(self) -> None:
        """Everything that was on disk is there still, and at the registry."""
        for site, book in self.books.items():
            here = set(_log(self.world.sites[site].disk.folder / "log.db"))
            there = self._there(site, 0, LAST)
            for where, held, wanted in (
                ("its disk", here, [*book.entries.values()]),
                ("the registry", there, [*book.entries.values(), *book.lost]),
            ):
                gone = [one.row.seq for one in wanted if (one.row.seq, one.row.header) not in held]
                if gone:
                    self.breaks(f"{len(gone)} rows of {site}, from {min(gone)} on, are not as they were on {where}")

    def _there(self, site: str, first: int, last: int) -> set[tuple[int, bytes]]:
        found = "SELECT seq, header FROM event WHERE site = ? AND seq BETWEEN ? AND ?"
        return {(seq, bytes(header)) for seq, header in self.world.centre.glimpse(found, (site, first, last))}


class Contiguous(Checker):
    """S3: no number of a log is left out or given twice, whatever the clock does; at the registry neither."""

    guarantee = "S3"
    sees = (saw.GatewayRestored, saw.Committed)

    def __init__(self, *around: object) -> None:
        super().__init__(*around)  # type: ignore[arg-type]
        self._last = dict.fromkeys(self.books, 0)

    def take(self, seen: saw.Observation) -> None:
        """Rows reached the disk."""
        if isinstance(seen, saw.GatewayRestored):
            self._last[seen.site] = seen.seq
        if isinstance(seen, saw.Committed):
            for row in seen.rows:
                self.reached += 1
                if row.seq != self._last[seen.site] + 1:
                    self.breaks(f"{seen.site} wrote row {row.seq} after {self._last[seen.site]}")
                self._last[seen.site] = row.seq

    def end(self) -> None:
        """The registry's numbers follow one another, in each branch from where it began."""
        for site in self.books:
            found = (
                "SELECT branch.epoch, base_seq, count(*), min(event.seq), max(event.seq) FROM event JOIN branch"
                " ON branch.site = event.site AND branch.epoch = event.epoch WHERE event.site = ? GROUP BY branch.epoch"
            )
            for epoch, base_seq, count, first, last in self.world.centre.glimpse(found, (site,)):
                if (first, last) != (base_seq + 1, base_seq + count):
                    self.breaks(f"branch {epoch} of {site} has {count} rows from {first} to {last} after {base_seq}")


class Chained(Checker):
    """S4: each row binds the one before it and its own body, the registry's head is the log's, and a changed byte is
    found and named.
    """

    guarantee = "S4"
    sees = (saw.GatewayRestored, saw.Committed)

    def __init__(self, *around: object) -> None:
        super().__init__(*around)  # type: ignore[arg-type]
        self._head = dict.fromkeys(self.books, GENESIS)

    def take(self, seen: saw.Observation) -> None:
        """Rows reached the disk, or it holds an old copy."""
        if isinstance(seen, saw.GatewayRestored):
            last = self.books[seen.site].entries.get(seen.seq)
            self._head[seen.site] = GENESIS if last is None else last.row.hash
        if isinstance(seen, saw.Committed):
            for row in seen.rows:
                entry = self.books[seen.site].entries[row.seq]
                wrong = _unbound(entry, self._head[seen.site])
                if wrong:
                    self.breaks(f"row {row.seq} of {seen.site}: {wrong}")
                self._head[seen.site] = row.hash

    def end(self) -> None:
        """The heads agree, and a forger is found."""
        for site, book in self.books.items():
            epoch = max((entry.header.epoch for entry in book.entries.values()), default=0)
            found = "SELECT head FROM branch WHERE site = ? AND epoch = ?"
            head = self.world.centre.glimpse(found, (site, epoch))
            if not head or bytes(head[0][0]) != self._head[site]:
                self.breaks(f"the registry's head of {site} is another than its log's")
            if book.entries:
                self.reached += 1
                self._forge(site, self.world.chance.choice(sorted(book.entries)))

    def _forge(self, site: str, seq: int) -> None:
        folder = self.world.sites[site].disk.folder
        forged = folder / "forged.db"
        copied(folder / "log.db", forged)
        with sqlite3.connect(forged) as connection:
            connection.execute("UPDATE body SET body = replace(body, x'7b', x'5b') WHERE seq = ?", (seq,))
        connection.close()
        reader = Reader.open(forged)
        try:
            verified(forged, reader, lambda _rows: None)
        except LogBroken as error:
            if error.broken.seq != seq:
                self.breaks(f"row {seq} of {site} was forged, and row {error.broken.seq} is named")
        else:
            self.breaks(f"row {seq} of {site} was forged, and nobody noticed")
        finally:
            reader.close()


def _unbound(entry: Entry, head: bytes) -> str:
    row, header = entry.row, entry.header
    if header.prev != head.hex():
        return "it does not follow the one before it"
    if sha256(row.header).digest() != row.hash:
        return "its hash is not its header's"
    bound = sha256((row.salt or b"") + (row.body or b"")).hexdigest()
    return "" if bound == header.body else "its body is not the one that its header binds"


def _log(path: object) -> list[tuple[int, bytes]]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return [(seq, bytes(header)) for seq, header in connection.execute("SELECT seq, header FROM log")]
    finally:
        connection.close()


LOG: tuple[type[Checker], ...] = (Kept, Contiguous, Chained)
