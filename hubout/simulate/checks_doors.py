"""Checkers of the doors' guarantees: what the locks' lines did, beside what was on disk then."""

from access.facts import Judged
from hubout.simulate import observed as saw
from hubout.simulate.watch import Checker

GRANT_MAX_AGE_MS = 2_000


class CommittedFirst(Checker):
    """D1: when a line is released for a grant, its row is on disk for good."""

    guarantee = "D1"
    sees = (saw.LineMoved,)

    def take(self, seen: saw.Observation) -> None:
        """A line moved."""
        if isinstance(seen, saw.LineMoved) and seen.released and seen.grant:
            self.reached += 1
            entry = self.books[seen.site].grant(seen.grant)
            if entry is None or not isinstance(entry.fact, Judged) or not entry.fact.granted:
                self.breaks(f"{seen.site} released {seen.door} for {seen.grant}, which is not on disk")


class OneLease(Checker):
    """D2: every release is for one grant, no grant has two, none is older than 2 s, none is of an earlier run."""

    guarantee = "D2"
    sees = (saw.LineMoved,)

    def __init__(self, *around: object) -> None:
        super().__init__(*around)  # type: ignore[arg-type]
        self._had: set[tuple[str, str, bytes]] = set()

    def take(self, seen: saw.Observation) -> None:
        """A line moved."""
        if not isinstance(seen, saw.LineMoved) or not seen.released or seen.held:
            return
        self.reached += 1
        entry = self.books[seen.site].grant(seen.grant)
        key = (seen.site, seen.grant, b"" if entry is None else entry.row.hash)
        if not seen.grant or key in self._had:
            self.breaks(f"{seen.site} released {seen.door} for {seen.grant or 'nobody'} once too often")
        self._had.add(key)
        if entry is None:
            return
        age_ms = self.world.agenda.now_ms - entry.at_ms
        if age_ms > GRANT_MAX_AGE_MS:
            self.breaks(f"{seen.site} released {seen.door} for {seen.grant}, {age_ms} ms after it was granted")
        of_ours = self.world.sites[seen.site].site.doors[seen.door].gpio is not None
        if of_ours and entry.header.run != self.books[seen.site].run:
            self.breaks(f"{seen.site} released {seen.door} for {seen.grant} of an earlier run")


DOORS: tuple[type[Checker], ...] = (CommittedFirst, OneLease)
