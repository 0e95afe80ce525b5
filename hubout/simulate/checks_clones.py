"""What a second gateway on a copy of a disk must leave behind: two branches, each as its own disk has it (S6)."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from hubout.simulate import observed as saw
from hubout.simulate.watch import Checker, Kinds

Numbered = tuple[int, bytes]
_SILENT = (
    "SELECT epoch FROM branch WHERE site = ? AND base_epoch IS NOT NULL AND NOT EXISTS (SELECT 1 FROM alarm"
    " WHERE alarm.site = branch.site AND alarm.epoch = branch.epoch AND kind = 'fork')"
)
"""Branches that were made without a word to staff."""


@dataclass(slots=True)
class Copy:
    """A second gateway of a site: its disk, where the copied log ended, and up to where the registry acknowledged."""

    site: str
    folder: Path
    begins: int
    acked: int = 0

    def rows(self) -> dict[int, bytes]:
        """The headers of its log by number, as they are on its disk."""
        connection = sqlite3.connect(f"file:{self.folder / 'log.db'}?mode=ro", uri=True)
        try:
            return {seq: bytes(header) for seq, header in connection.execute("SELECT seq, header FROM log")}
        finally:
            connection.close()


class Cloned(Checker):
    """S6 for gateways that run twice: no row of either is lost or put into the other's history; staff are alarmed, the
    first is the site's in the end, and the registry gives changes to nobody else's epoch. No branch begins before rows
    that were there already.
    """

    guarantee = "S6"
    sees: ClassVar[Kinds] = (saw.CloneBegan, saw.CloneStored, saw.ChangesGiven, saw.Wrote, saw.RegistryRestored)

    def __init__(self, *around: object) -> None:
        super().__init__(*around)  # type: ignore[arg-type]
        self._copies: dict[Path, Copy] = {}
        self._blurred = False
        self._before: dict[tuple[str, int], set[Numbered]] = {}

    def take(self, seen: saw.Observation) -> None:
        """A copy began or was acknowledged rows, somebody was given changes, or the registry was restored."""
        match seen:
            case saw.CloneBegan(site, folder, seq):
                self._copies[folder] = Copy(site, folder, seq)
            case saw.CloneStored(folder, seq):
                self._copies[folder].acked = max(self._copies[folder].acked, seq)
            case saw.ChangesGiven(site, epoch):
                confirmed = self.confirmed(site)
                if confirmed not in {None, epoch}:
                    self.breaks(f"changes went to a gateway of {site} in epoch {epoch}; {confirmed} is confirmed")
            case saw.Wrote():
                self._note()
            case saw.RegistryRestored():
                self._blurred = True
                known = self.world.centre.glimpse("SELECT site, epoch FROM branch", ())
                self._before = {key: rows for key, rows in self._before.items() if key in known}
                for copy in self._copies.values():
                    there = self._there(copy.site)
                    copy.acked = max((seq for seq, header in copy.rows().items() if there[seq, header]), default=0)
            case _:
                pass

    def _note(self) -> None:
        """What was there of a site when a branch was made."""
        for site, epoch in self.world.centre.glimpse("SELECT site, epoch FROM branch WHERE seq = base_seq", ()):
            if (site, epoch) not in self._before:
                self._before[site, epoch] = set(self._there(site))

    def end(self) -> None:
        """Both logs are at the registry, side by side."""
        for copy in self._copies.values():
            self._judge(copy, copy.rows(), self._there(copy.site))

    def _judge(self, copy: Copy, rows: Mapping[int, bytes], there: Counter[Numbered]) -> None:
        mine = {seq: entry.row.header for seq, entry in self.books[copy.site].entries.items()}
        for whose, held, upto in (("its copy", rows, copy.acked), ("the first", mine, max(mine, default=0))):
            wrong = self._wrong(copy.site, held, upto)
            if wrong:
                self.breaks(f"two gateways of {copy.site} ran at once; of {whose} {wrong}")
        for epoch, seq in self._again(copy.site):
            self.breaks(
                f"two gateways of {copy.site} ran at once; branch {epoch} has row {seq}, which was there before"
            )
        if copy.acked > copy.begins and self._parted(copy, rows, there):
            self.reached += 1
            self._told(copy.site)

    def _again(self, site: str) -> Iterator[tuple[int, int]]:
        """Rows of branches that were there when the branch was made: it should have grown out of the last of them."""
        for (of, epoch), before in self._before.items():
            own = "SELECT seq, header FROM event WHERE site = ? AND epoch = ?"
            rows = self.world.centre.glimpse(own, (site, epoch)) if of == site else []
            yield from ((epoch, seq) for seq, header in rows if (seq, bytes(header)) in before)

    def _parted(self, copy: Copy, rows: Mapping[int, bytes], there: Counter[Numbered]) -> bool:
        """Whether the registry has another row than the copy's where that went on."""
        first = copy.begins + 1
        return any(seq == first and header != rows[first] for seq, header in there)

    def _told(self, site: str) -> None:
        silent = self.world.centre.glimpse(_SILENT, (site,))
        if silent and not self._blurred:
            self.breaks(f"two gateways of {site} ran at once, and of the branch {silent[0][0]} nobody was alarmed")
        run = self.world.sites[site].gateway
        if run is None or run.writer.chain.epoch != self.confirmed(site):
            self.breaks(f"two gateways of {site} ran at once, and the one at its doors is not the confirmed one")

    def _wrong(self, site: str, held: Mapping[int, bytes], upto: int) -> str:
        """What is amiss with a log up to a number at the registry; "" where its branch's history is the log."""
        if not upto:
            return ""
        found = "SELECT epoch FROM event WHERE site = ? AND seq = ? AND header = ?"
        branches = self.world.centre.glimpse(found, (site, upto, held[upto]))
        if not branches:
            return f"row {upto} is lost"
        kept = dict(self._history(site, branches[0][0], upto))
        other = sorted(seq for seq in range(1, upto + 1) if kept.get(seq) != held.get(seq))
        return f"row {other[0]} is another at the registry than on its disk" if other else ""

    def _history(self, site: str, epoch: int | None, upto: int) -> Iterator[Numbered]:
        """The rows of a branch up to a number: its own, and those of the branch that it grows out of."""
        while epoch is not None:
            rows = "SELECT seq, header FROM event WHERE site = ? AND epoch = ? AND seq <= ?"
            yield from ((seq, bytes(header)) for seq, header in self.world.centre.glimpse(rows, (site, epoch, upto)))
            base = "SELECT base_epoch, base_seq FROM branch WHERE site = ? AND epoch = ?"
            ((epoch, base_seq),) = self.world.centre.glimpse(base, (site, epoch))
            upto = min(upto, base_seq)

    def _there(self, site: str) -> Counter[Numbered]:
        found = self.world.centre.glimpse("SELECT seq, header FROM event WHERE site = ?", (site,))
        return Counter((seq, bytes(header)) for seq, header in found)

    def confirmed(self, site: str) -> int | None:
        """The epoch that is the site's by staff's word."""
        ((epoch,),) = self.world.centre.glimpse("SELECT confirmed_epoch FROM site WHERE id = ?", (site,))
        return None if epoch is None else int(epoch)
