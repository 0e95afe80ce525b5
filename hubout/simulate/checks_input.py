"""Checkers of what comes in and what fails: bad messages, bad disks, poison, wrong clocks, acknowledgements."""

import json
import sqlite3

from access.clock import MINUTE_MS
from access.facts import Refusals
from hubout.simulate import observed as saw
from hubout.simulate.faults import POISON
from hubout.simulate.watch import Checker

UNSURE_MS = 10 * MINUTE_MS


class BadInputCounted(Checker):
    """D10: what cannot be used is refused and counted."""

    guarantee = "D10"
    sees = (saw.Committed,)

    def __init__(self, *around: object) -> None:
        super().__init__(*around)  # type: ignore[arg-type]
        self._counted = dict.fromkeys(self.books, 0)

    def take(self, seen: saw.Observation) -> None:
        """Rows reached the disk: counts of what was refused among them."""
        if isinstance(seen, saw.Committed):
            for row in seen.rows:
                fact = self.books[seen.site].entries[row.seq].fact
                if isinstance(fact, Refusals):
                    self._counted[seen.site] += sum(fact.counts.values())

    def end(self) -> None:
        """Whatever reached the gateway is in a count."""
        for site, premises in self.world.sites.items():
            run, came = premises.gateway, premises.hub.unusable
            tallied = 0 if run is None else sum(run.writer.state.refusals.values())
            self.reached += came
            if came and not self._counted[site] + tallied:
                self.breaks(f"{came} messages to {site} were no use, and none was counted")


class BadDisk(Checker):
    """D12: while the disk takes nothing nobody is let in, and nothing opens for anybody."""

    guarantee = "D12"
    sees = (saw.Shown, saw.LineMoved)

    def take(self, seen: saw.Observation) -> None:
        """A reader shows something, or a line moves."""
        match seen:
            case saw.Shown(site, reader, uid, shown) if uid and shown != "asking" and self._fails(site):
                self.reached += 1
                if shown == "granted":
                    self.breaks(f"{reader} of {site} let somebody in while the disk failed")
            case saw.LineMoved(site, door, True, _, False) if self._fails(site):
                self.breaks(f"{door} of {site} was released while the disk failed")
            case _:
                pass

    def _fails(self, site: str) -> bool:
        return self.world.sites[site].disk.fails_since(self.now_ms - 2_000)


class Poison(Checker):
    """S8: a row that the registry cannot read is kept raw and marked, and what is behind it comes all the same."""

    guarantee = "S8"

    def end(self) -> None:
        """Every such row is there, and marked."""
        for site, book in self.books.items():
            poisoned = [seq for seq, entry in book.entries.items() if entry.header.kind == POISON]
            self.reached += len(poisoned)
            found = self.world.centre.glimpse("SELECT seq FROM event WHERE site = ? AND poison", (site,))
            missing = set(poisoned) - {seq for (seq,) in found}
            if missing:
                self.breaks(f"the registry has not marked the rows {sorted(missing)} of {site}")


class WrongClock(Checker):
    """S11: whatever the wall clock does, a run's monotonic time never goes back, and a row says whether to trust it."""

    guarantee = "S11"
    sees = (saw.Committed,)

    def __init__(self, *around: object) -> None:
        super().__init__(*around)  # type: ignore[arg-type]
        self._last: dict[str, tuple[str, int]] = {}

    def take(self, seen: saw.Observation) -> None:
        """Rows reached the disk."""
        if not isinstance(seen, saw.Committed):
            return
        machine = self.world.sites[seen.site].machine
        lost, off_ms = machine.lost_time, abs(machine.wall_ms() - machine.true_ms())
        for row in seen.rows:
            header = self.books[seen.site].entries[row.seq].header
            run, mono_ms = self._last.get(seen.site, ("", 0))
            if run == header.run and header.mono < mono_ms:
                self.breaks(f"row {row.seq} of {seen.site} lies before the one before it in its own run")
            if lost and header.trusted:
                self.breaks(f"row {row.seq} of {seen.site} trusts a clock that lost its time")
            self._last[seen.site] = (header.run, header.mono)
            self.reached += off_ms > UNSURE_MS


class AckedWhenKept(Checker):
    """S12: the broker hears that a message is done with only once its number is on the gateway's disk."""

    guarantee = "S12"
    sees = (saw.Acknowledged, saw.RunEnded)

    def __init__(self, *around: object) -> None:
        super().__init__(*around)  # type: ignore[arg-type]
        self._logs: dict[str, sqlite3.Connection] = {}

    def take(self, seen: saw.Observation) -> None:
        """The gateway acknowledged messages; where its disk was put back, its file is another."""
        match seen:
            case saw.Acknowledged(site, messages):
                for where, payload in messages:
                    self._look(site, self._log(site), where.split("/")[2], payload)
            case saw.RunEnded(site):
                self._close(site)
            case _:
                pass

    def end(self) -> None:
        """Let go of the files."""
        for site in self.books:
            self._close(site)

    def _log(self, site: str) -> sqlite3.Connection:
        if site not in self._logs:
            path = self.world.sites[site].disk.folder / "log.db"
            self._logs[site] = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        return self._logs[site]

    def _close(self, site: str) -> None:
        held = self._logs.pop(site, None)
        if held is not None:
            held.close()

    def _look(self, site: str, connection: sqlite3.Connection, device: str, payload: bytes) -> None:
        try:
            said = json.loads(payload)
            boot, seq = said["boot"], said["seq"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return
        found = "SELECT upto, beyond FROM cursor WHERE device = ? AND boot = ?"
        for upto, beyond in connection.execute(found, (device, boot)):
            self.reached += 1
            if seq > upto and seq not in json.loads(beyond):
                self.breaks(f"{device} of {site} was told that {seq} is kept, which is not on disk")


INPUT: tuple[type[Checker], ...] = (BadInputCounted, BadDisk, Poison, WrongClock, AckedWhenKept)
