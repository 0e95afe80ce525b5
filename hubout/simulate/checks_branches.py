"""Checkers of what is fenced and what is sent again after a backup was put back (S6, S7)."""

from hubout.simulate import observed as saw
from hubout.simulate.checks_clones import Cloned
from hubout.simulate.watch import Checker


class Fenced(Cloned):
    """S6: a gateway that comes back on an old copy goes on in a new epoch, and staff hear of it; that the old branch is
    kept is S1's matter. And two that run at once, as its base has it.
    """

    sees = (*Cloned.sees, saw.GatewayRestored)

    def __init__(self, *around: object) -> None:
        super().__init__(*around)
        self._behind: set[str] = set()

    def take(self, seen: saw.Observation) -> None:
        """A backup was put back, of a gateway whose own branch had gone on at the registry."""
        super().take(seen)
        if isinstance(seen, saw.GatewayRestored):
            last = self.books[seen.site].entries.get(seen.seq)
            own = (seen.site, 1 if last is None else last.header.epoch)
            held = self.world.centre.glimpse("SELECT max(seq) FROM branch WHERE site = ? AND epoch = ?", own)
            if (held[0][0] or 0) > seen.seq:
                self.reached += 1
                self._behind.add(seen.site)

    def end(self) -> None:
        """It is another branch, the one that staff confirmed, and there is an alarm."""
        super().end()
        for site in sorted(self._behind) if not self._blurred else []:
            run = self.world.sites[site].gateway
            alarms = self.world.centre.glimpse("SELECT seq FROM alarm WHERE site = ? AND kind = 'fork'", (site,))
            if not alarms:
                self.breaks(f"the gateway of {site} came back on an old copy, and nobody was alarmed")
            if run is None or run.writer.chain.epoch < 2 or run.writer.chain.epoch != self.confirmed(site):
                self.breaks(f"the gateway of {site} came back on an old copy, and goes on as if nothing had happened")


class Resent(Checker):
    """S7: a registry that was restored is sent again what it lost, as an alarm says. A gateway that began anew before
    it spoke to it knows only what was acknowledged a minute before, and the registry nothing: then nobody can say so.
    """

    guarantee = "S7"
    sees = (saw.RunBegan, saw.RegistryRestored)

    def __init__(self, *around: object) -> None:
        super().__init__(*around)  # type: ignore[arg-type]
        self._lost: set[str] = set()

    def take(self, seen: saw.Observation) -> None:
        """The registry's backup was put back; or a gateway began."""
        if isinstance(seen, saw.RunBegan):
            self._lost.discard(seen.site)
        elif isinstance(seen, saw.RegistryRestored):
            for site, book in self.books.items():
                held = self.world.centre.glimpse("SELECT max(seq) FROM branch WHERE site = ?", (site,))
                if book.stored_upto > (held[0][0] or 0):
                    self.reached += 1
                    self._lost.add(site)

    def end(self) -> None:
        """There is an alarm; that every row is there again is S1's matter."""
        for site in sorted(self._lost):
            found = "SELECT seq FROM alarm WHERE site = ? AND kind IN ('rewind', 'fork', 'behind')"
            if not self.world.centre.glimpse(found, (site,)):
                self.breaks(f"the registry lost rows of {site}, and nobody was alarmed")


BRANCHES: tuple[type[Checker], ...] = (Fenced, Resent)
