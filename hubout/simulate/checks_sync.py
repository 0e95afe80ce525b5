"""Checkers of what gateways and registry agree on: each thing once, the same folds, the same replica, all drained."""

import json
from collections import Counter

from access import occupancy
from access.codec import record_from_json
from access.facts import Counted, Fact, Judged
from access.occupancy import Occupancy
from access.replica import Put, Replica, apply
from hubout.simulate import observed as saw
from hubout.simulate.watch import Checker


class Once(Checker):
    """S2: however often a device's message came, it was taken once: no more taps than cards shown, no more people
    counted than walked; and the registry has each row once.
    """

    guarantee = "S2"
    sees = (saw.Committed, saw.GatewayRestored)

    def __init__(self, *around: object) -> None:
        super().__init__(*around)  # type: ignore[arg-type]
        self._judged: Counter[tuple[str, str, str]] = Counter()
        self._counted: Counter[str] = Counter()

    def take(self, seen: saw.Observation) -> None:
        """Rows reached the disk; or it holds an old copy, whose cursors know of nothing that came after it."""
        match seen:
            case saw.Committed(site, _, rows):
                for row in rows:
                    self._count(site, self.books[site].entries[row.seq].fact)
            case saw.GatewayRestored(site):
                self._counted[site] = 0
                self._judged = Counter({key: times for key, times in self._judged.items() if key[0] != site})
                for entry in self.books[site].entries.values():
                    self._count(site, entry.fact)
            case _:
                pass

    def _count(self, site: str, fact: Fact | None) -> None:
        match fact:
            case Judged(reader=reader, badge=badge) if reader and badge:
                self._judge(site, reader, badge)
            case Counted(entered=entered):
                self._counted[site] += entered
                if self._counted[site] > self.world.ledger.walked.get(site, 0):
                    self.breaks(f"more people were counted at {site} than walked there")
            case _:
                pass

    def _judge(self, site: str, reader: str, badge: str) -> None:
        self.reached += 1
        self._judged[site, reader, badge] += 1
        if self._judged[site, reader, badge] > self.world.ledger.times_shown(site, reader, badge):
            self.breaks(f"{reader} of {site} judged {badge} oftener than its card was shown")


class SameFolds(Checker):
    """S5: who is here is the fold of the whole log, at a start, at the end, and at the registry."""

    guarantee = "S5"
    sees = (saw.RunBegan,)

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
            epoch = 0 if premises.gateway is None else premises.gateway.writer.chain.epoch
            found = "SELECT occupancy FROM branch WHERE site = ? AND epoch = ?"
            stored = self.world.centre.glimpse(found, (site, epoch))
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
    """S10: a gateway's replica is exactly some version of the registry's, versions never go back, and what was revoked
    stays so where it was known, also after the registry forgot it.
    """

    guarantee = "S10"
    sees = (saw.Wrote, saw.RegistryRestored, saw.Decides, saw.GatewayRestored, saw.Committed)

    def __init__(self, *around: object) -> None:
        super().__init__(*around)  # type: ignore[arg-type]
        self._records: dict[str, dict[tuple[str, str], str]] = {site: {} for site in self.books}
        self._versions: dict[tuple[str, str, int], dict[tuple[str, str], str]] = {}
        self._last: dict[str, tuple[str, int]] = dict.fromkeys(self.books, ("", -1))
        self._held: dict[str, tuple[str, int]] = dict.fromkeys(self.books, ("", 0))
        self._note()

    def take(self, seen: saw.Observation) -> None:
        """The registry wrote, a gateway has another replica, or a backup was put back."""
        match seen:
            case saw.Wrote() | saw.RegistryRestored():
                self._note()
            case saw.Decides(site, replica):
                self._compare(site, replica)
            case saw.GatewayRestored(site):
                self._held[site] = ("", 0)
            case saw.Committed(site, _, rows):
                for row in rows:
                    fact = self.books[site].entries[row.seq].fact
                    if isinstance(fact, Judged) and fact.granted and fact.direction == "in":
                        self._not_forgotten(site, fact.badge)
            case _:
                pass

    def _not_forgotten(self, site: str, badge: str) -> None:
        if any(card.badge == badge and site in card.barred_at for card in self.world.ledger.cards):
            self.breaks(f"{site} let {badge} in, which it knew as revoked before the registry was restored")

    def _note(self) -> None:
        ends = "SELECT generation, site.id, site.version FROM feed, site"
        for generation, site, version in self.world.centre.glimpse(ends, ()):
            before, told = self._last[site]
            if (generation, version) == (before, told):
                continue
            last = told if generation == before else -1
            if generation != before:
                self._records[site] = {}
            found = "SELECT kind, id, record FROM published WHERE site = ? AND version > ?"
            for kind, ident, record in self.world.centre.glimpse(found, (site, last)):
                self._records[site].pop((kind, ident), None)
                if record is not None:
                    self._records[site][kind, ident] = record
            self._versions[site, generation, version] = dict(self._records[site])
            self._last[site] = (generation, version)

    def _compare(self, site: str, replica: Replica) -> None:
        self.reached += 1
        records = self._versions.get((site, replica.generation, replica.version))
        if records is None:
            self.breaks(f"{site} decides by version {replica.version}, which never was")
            return
        puts = [Put(record_from_json(kind, text)) for (kind, _), text in sorted(records.items())]
        if apply(Replica(), replica.generation, replica.version, puts) != replica:
            self.breaks(f"{site} decides by something else than version {replica.version}")
        generation, version = self._held[site]
        if generation == replica.generation and replica.version < version:
            self.breaks(f"{site} went back from version {version} to {replica.version}")
        self._held[site] = (replica.generation, replica.version)


SYNC: tuple[type[Checker], ...] = (Once, SameFolds, Drained, SomeVersion)
