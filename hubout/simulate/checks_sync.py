"""Checkers of what gateways and registry agree on: each thing once, the same folds, the same replica, all drained."""

import json
from collections import Counter

from access import occupancy
from access.codec import record_from_json
from access.facts import Counted, Judged
from access.occupancy import Occupancy
from access.replica import Put, Replica, apply
from hubout.simulate import observed as saw
from hubout.simulate.watch import Checker


class Once(Checker):
    """S2: however often a device's message came, it was taken once: no more taps than cards shown, no more people
    counted than walked; and the registry has each row once.
    """

    guarantee = "S2"

    def __init__(self, *around: object) -> None:
        super().__init__(*around)  # type: ignore[arg-type]
        self._judged: Counter[tuple[str, str]] = Counter()
        self._counted: Counter[str] = Counter()

    def take(self, seen: saw.Observation) -> None:
        """Rows reached the disk."""
        if not isinstance(seen, saw.Committed):
            return
        for row in seen.rows:
            match self.books[seen.site].entries[row.seq].fact:
                case Judged(reader=reader) if reader:
                    self._judge(seen.site, reader)
                case Counted(entered=entered):
                    self._counted[seen.site] += entered
                    if self._counted[seen.site] > self.world.ledger.walked.get(seen.site, 0):
                        self.breaks(f"more people were counted at {seen.site} than walked there")
                case _:
                    pass

    def _judge(self, site: str, reader: str) -> None:
        self.reached += 1
        self._judged[site, reader] += 1
        if self._judged[site, reader] > self.world.ledger.shown.get((site, reader), 0):
            self.breaks(f"{reader} of {site} judged more cards than it was shown")


class SameFolds(Checker):
    """S5: who is here is the fold of the whole log, at a start, at the end, and at the registry."""

    guarantee = "S5"

    def take(self, seen: saw.Observation) -> None:
        """A run began: it rebuilt the state from a checkpoint."""
        if isinstance(seen, saw.RunBegan):
            run = self.world.sites[seen.site].gateway
            folded = self._folded(seen.site)
            self.reached += bool(folded.stays)
            if run is not None and run.writer.state.occupancy != folded:
                self.breaks(f"{seen.site} began with another occupancy than its log tells")

    def end(self) -> None:
        """All three are the same."""
        for site, premises in self.world.sites.items():
            folded = self._folded(site)
            self.reached += bool(folded.stays)
            if premises.gateway is None or premises.gateway.writer.state.occupancy != folded:
                self.breaks(f"{site} has another occupancy than its log tells")
            stored = self.world.centre.glimpse("SELECT occupancy FROM branch WHERE site = ?", (site,))
            if not stored or occupancy.from_stored(json.loads(stored[0][0])) != folded:
                self.breaks(f"the registry has another occupancy of {site} than its log tells")

    def _folded(self, site: str) -> Occupancy:
        folded = Occupancy()
        for _, entry in sorted(self.books[site].entries.items()):
            if entry.fact is not None:
                folded = occupancy.fold(folded, entry.fact, entry.header.at)
        return folded


class Drained(Checker):
    """S9: after everything is healed nothing waits any more; and no queue was ever longer than its bound."""

    guarantee = "S9"

    def end(self) -> None:
        """Nothing waits."""
        for site, premises in self.world.sites.items():
            self.reached += 1
            for what in premises.waits(self.world.centre):
                self.breaks(f"{what} of {site}")


class SomeVersion(Checker):
    """S10: a gateway's replica is exactly some version of the registry's, and versions never go back."""

    guarantee = "S10"

    def __init__(self, *around: object) -> None:
        super().__init__(*around)  # type: ignore[arg-type]
        self._records: dict[str, dict[tuple[str, str], str]] = {site: {} for site in self.books}
        self._versions: dict[str, dict[int, dict[tuple[str, str], str]]] = {site: {} for site in self.books}
        self._last: dict[str, int] = dict.fromkeys(self.books, -1)
        self._held: dict[str, int] = dict.fromkeys(self.books, 0)
        self._note()

    def take(self, seen: saw.Observation) -> None:
        """The registry wrote, or a gateway's turn is over."""
        match seen:
            case saw.Wrote():
                self._note()
            case saw.Decides(site, replica):
                self._compare(site, replica)
            case _:
                pass

    def _note(self) -> None:
        for site, last in self._last.items():
            ((version,),) = self.world.centre.glimpse("SELECT version FROM site WHERE id = ?", (site,))
            if version == last:
                continue
            found = "SELECT kind, id, record FROM published WHERE site = ? AND version > ?"
            for kind, ident, record in self.world.centre.glimpse(found, (site, last)):
                self._records[site].pop((kind, ident), None)
                if record is not None:
                    self._records[site][kind, ident] = record
            self._versions[site][version] = dict(self._records[site])
            self._last[site] = version

    def _compare(self, site: str, replica: Replica) -> None:
        self.reached += 1
        records = self._versions[site].get(replica.version)
        if records is None:
            self.breaks(f"{site} decides by version {replica.version}, which never was")
            return
        puts = [Put(record_from_json(kind, text)) for (kind, _), text in sorted(records.items())]
        if apply(Replica(), replica.generation, replica.version, puts) != replica:
            self.breaks(f"{site} decides by something else than version {replica.version}")
        if replica.version < self._held[site]:
            self.breaks(f"{site} went back from version {self._held[site]} to {replica.version}")
        self._held[site] = replica.version


SYNC: tuple[type[Checker], ...] = (Once, SameFolds, Drained, SomeVersion)
