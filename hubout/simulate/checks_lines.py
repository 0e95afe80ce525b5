"""Checkers of how long a lock's line stays released, who ends it, and what fire does (D3 to D6)."""

from typing import ClassVar

from access.facts import Judged
from hubout.simulate import observed as saw
from hubout.simulate.watch import Checker, Kinds

GRANT_MAX_AGE_MS = 2_000
SECURED_WITHIN_MS = 200
SUPERVISED_WITHIN_MS = 2_000


class Lines(Checker):
    """What these checkers share: the last grant of each door, and since when its line is released."""

    sees: ClassVar[Kinds] = (saw.Committed, saw.LineMoved)

    def __init__(self, *around: object) -> None:
        super().__init__(*around)  # type: ignore[arg-type]
        self.granted_ms: dict[tuple[str, str], int] = {}
        self.last_grant: dict[tuple[str, str], str] = {}
        self.released_ms: dict[tuple[str, str], int] = {}

    def take(self, seen: saw.Observation) -> None:
        """Rows reached the disk, or a line moved."""
        match seen:
            case saw.Committed(site, _, rows):
                for row in rows:
                    fact = self.books[site].entries[row.seq].fact
                    if isinstance(fact, Judged) and fact.granted:
                        self.granted_ms[site, fact.door] = self.now_ms
                        self.last_grant[site, fact.door] = f"{row.epoch}-{row.seq}"
            case saw.LineMoved(site, door, True):
                self.released_ms.setdefault((site, door), self.now_ms)
            case saw.LineMoved(site, door, False):
                if self.released_ms.pop((site, door), None) is not None:
                    self.secured(seen)
            case _:
                pass

    def secured(self, seen: saw.LineMoved) -> None:
        """A line is secured that was released."""

    def since_grant_ms(self, site: str, door: str) -> int:
        """How long ago the door's last grant was put on disk."""
        return self.now_ms - self.granted_ms.get((site, door), -(10**9))

    def is_released(self, site: str, door: str) -> bool:
        """Whether a line is released by leases alone."""
        return (site, door) in self.released_ms and not self.world.sites[site].keeper.held

    def gpio_doors(self, site: str) -> list[str]:
        """The doors whose line is the keeper's."""
        return [door.id for door in self.world.sites[site].site.doors.values() if door.gpio is not None]


class LongestLease(Lines):
    """D3: no line stays released longer than the longest lease after its last grant, however the clock jumps."""

    guarantee = "D3"

    def __init__(self, *around: object) -> None:
        super().__init__(*around)
        self._held: set[tuple[str, str]] = set()

    def take(self, seen: saw.Observation) -> None:
        """A line moved."""
        super().take(seen)
        if isinstance(seen, saw.LineMoved) and seen.released:
            if seen.held:
                self._held.add((seen.site, seen.door))
            else:
                site, door = seen.site, seen.door
                most_ms = self.world.sites[site].site.doors[door].max_lease_ms
                self.world.agenda.after(most_ms + GRANT_MAX_AGE_MS, lambda: self._still(site, door, most_ms))

    def secured(self, seen: saw.LineMoved) -> None:
        """A line is secured again."""
        if (seen.site, seen.door) in self._held:
            self._held.discard((seen.site, seen.door))
            return
        self.reached += 1
        self._still(seen.site, seen.door, self.world.sites[seen.site].site.doors[seen.door].max_lease_ms)

    def _still(self, site: str, door: str, most_ms: int) -> None:
        late_ms = self.since_grant_ms(site, door) - most_ms - GRANT_MAX_AGE_MS
        if late_ms > 0 and ((site, door) in self.released_ms or late_ms < most_ms) and self.is_released(site, door):
            self.breaks(f"{door} of {site} is released {late_ms} ms beyond the longest lease")


class Secured(Lines):
    """D4: 200 ms after a lease's end or the gateway's death, 2 s after the keeper's own, a door is secured."""

    guarantee = "D4"
    sees = (*Lines.sees, saw.RunEnded, saw.KeeperDied)

    def take(self, seen: saw.Observation) -> None:
        """Somebody died."""
        super().take(seen)
        match seen:
            case saw.RunEnded(site):
                for door in self.gpio_doors(site):
                    if self.is_released(site, door) and self.world.sites[site].keeper.state is not None:
                        self.reached += 1
                        self._look_after(SECURED_WITHIN_MS, site, door, "the gateway's death")
            case saw.KeeperDied(site):
                for door in self.gpio_doors(site):
                    if self.is_released(site, door):
                        self.reached += 1
                        self._look_after(SUPERVISED_WITHIN_MS, site, door, "the keeper's death")
            case saw.LineMoved(site, door, True, grant, False) if door in self.gpio_doors(site):
                # Another grant that is on disk by now has its own lease, which a slow disk holds up.
                if self.last_grant.get((site, door)) == grant:
                    pulse_ms = self.world.sites[site].site.doors[door].pulse_ms
                    self._look_after(pulse_ms + SECURED_WITHIN_MS, site, door, "its lease's end")
            case _:
                pass

    def _look_after(self, span_ms: int, site: str, door: str, of: str) -> None:
        granted_ms, since_ms = self.granted_ms.get((site, door)), self.released_ms.get((site, door))
        self.world.agenda.after(span_ms, lambda: self._look(site, door, of, (granted_ms, since_ms)))

    def _look(self, site: str, door: str, of: str, then: tuple[int | None, int | None]) -> None:
        same = then == (self.granted_ms.get((site, door)), self.released_ms.get((site, door)))
        alive = self.world.sites[site].keeper.state is not None or "keeper" in of
        if same and alive and self.is_released(site, door):
            self.breaks(f"{door} of {site} is not secured after {of}")


class NoPulseAtBoot(Lines):
    """D5: no start of a gateway or a keeper releases a door; only a grant made after it does."""

    guarantee = "D5"
    sees = (*Lines.sees, saw.RunBegan, saw.KeeperBegan)

    def __init__(self, *around: object) -> None:
        super().__init__(*around)
        self._began_ms: dict[str, int] = {}

    def take(self, seen: saw.Observation) -> None:
        """Something began, or a line moved."""
        super().take(seen)
        match seen:
            case saw.RunBegan(site) | saw.KeeperBegan(site):
                self.reached += 1
                self._began_ms[site] = self.now_ms
            case saw.LineMoved(site, door, True, _, False) if door in self.gpio_doors(site):
                if self.granted_ms.get((site, door), -1) < self._began_ms.get(site, 0):
                    self.breaks(f"{door} of {site} was released by a start, for no grant made after it")
            case _:
                pass


class FireHolds(Lines):
    """D6: fire releases every door at once, and they stay so over restarts, until somebody resets it by hand."""

    guarantee = "D6"
    sees = (*Lines.sees, saw.FireAlarm, saw.KeeperBegan)

    def take(self, seen: saw.Observation) -> None:
        """The alarm goes, or a door moves while it is latched, or the keeper dies meanwhile."""
        super().take(seen)
        match seen:
            case saw.FireAlarm(site, True):
                self.reached += 1
                self.world.agenda.after(SECURED_WITHIN_MS, lambda: self._all_released(site))
            case saw.KeeperBegan(site) if self.world.sites[site].keeper.held:
                self.world.agenda.after(SECURED_WITHIN_MS, lambda: self._all_released(site))
            case saw.LineMoved(site, door, False, _, True):
                self.breaks(f"{door} of {site} was secured while fire held it")
            case _:
                pass

    def _all_released(self, site: str) -> None:
        keeper = self.world.sites[site].keeper
        if keeper.held and keeper.state is not None:
            for door in self.gpio_doors(site):
                if not keeper.released[door]:
                    self.breaks(f"{door} of {site} is secured though fire should hold it released")


LINES: tuple[type[Checker], ...] = (LongestLease, Secured, NoPulseAtBoot, FireHolds)
