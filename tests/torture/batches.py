"""One batch of a torture: a new site, a crowd, so many hurts, and what came of it."""

import shutil
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic

from gateway.database import StoreBroken
from tests.support.hurt_site import PINS, hurt_site, load_of
from tests.support.hurting import WAYS, Hurts
from tests.support.line_watch import LineWatch

KILLS, CUTS = "kills", "cuts"
IN_WAYS = {
    KILLS: {way: 3 if way == "kill gateway" else 1 for way in WAYS if way != "cut gateway"},
    CUTS: {"cut gateway": 1},
}
BROKEN_CHARACTERS = 600


@dataclass(slots=True)
class Batch:
    """What came of ``asked`` hurts. ``unsynced`` cuts met something that was not on disk yet; ``slowest_ms`` is the
    longest until a door was secured, by whom it was lost; ``broken`` is "" where every guarantee held.
    """

    what: str
    asked: int
    seed: int
    done: dict[str, int] = field(default_factory=dict)
    events: int = 0
    grants: int = 0
    openings: int = 0
    mid_lease: int = 0
    unsynced: int = 0
    slowest_ms: dict[str, int] = field(default_factory=dict)
    took_s: float = 0.0
    broken: str = ""

    @property
    def again(self) -> str:
        """What hurts the same parts again after the same times."""
        other = CUTS if self.what == KILLS else KILLS
        return f"scripts/torture --{self.what} {self.asked} --{other} 0 --seed {self.seed}"


def run_batch(folder: Path, what: str, asked: int, seed: int) -> Batch:
    """Run one in a folder that it makes, and that is left there, with every program's words, where something broke."""
    batch, began_s = Batch(what, asked, seed), monotonic()
    folder.mkdir()
    with (folder / "words").open("w", encoding="utf-8") as words, redirect_stderr(words):
        try:
            _hurt(folder, batch)
        except (AssertionError, StoreBroken) as error:
            batch.broken = str(error).strip()[:BROKEN_CHARACTERS] or "a check failed without words"
            words.write(f"\n{error}\n")
    batch.took_s = round(monotonic() - began_s, 1)
    if not batch.broken:
        shutil.rmtree(folder)
    return batch


def _hurt(folder: Path, batch: Batch) -> None:
    with hurt_site(folder) as site, load_of(site, batch.seed) as load, LineWatch(site.board, PINS) as lines:
        hurts = Hurts(site, load, Random(batch.seed))
        try:
            if batch.what == CUTS:
                hurts.record()
            load.begin()
            for _ in range(batch.asked):
                hurts.one(IN_WAYS[batch.what])
            hurts.holds.settle(lines)
        finally:
            batch.done, batch.slowest_ms = dict(hurts.done), hurts.holds.slowest_ms
            batch.mid_lease, batch.unsynced = hurts.mid_lease, hurts.unsynced
            batch.events, batch.openings = len(site.log.known), len(lines.seen)
            batch.grants = sum(verdict.granted for verdict in site.log.verdicts())
