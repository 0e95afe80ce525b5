"""Power cuts of a process that writes a log: each run is recorded, and cut at many of its moments."""

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from access.cursor import Cursor
from gateway.database import StoreBroken
from gateway.log.store import Store
from tests.support.cut_writer import ROWS_A_BATCH, SAID
from tests.support.forgetful_disk import ForgetfulDisk, lay
from tests.support.house import ROOT
from tests.support.log_writer import BOOT, DEVICE, WHY
from tests.support.logs import SITE, some_fact
from tests.support.parts import wait_until
from tests.support.syscalls import Deed, Ended, Opened, Recorder, Sent, Wrote


@dataclass(slots=True)
class Cuts:
    """What cuts came to: what was wrong after one, in words, how many batches the last one left, and how often they
    fell at the moments that matter.
    """

    there: int = 0
    wrong: list[str] = field(default_factory=list)
    reached: Counter[str] = field(default_factory=Counter)


def recorded(folder: Path, batches: int, synchronous: str) -> list[Deed]:
    """What a process did that wrote the log in ``folder`` until it held so many batches."""
    record = folder.with_name(f"{folder.name}.record")
    record.unlink(missing_ok=True)
    recorder, deeds = Recorder(record, folder), list[Deed]()
    words: list[str | Path] = [
        sys.executable,
        "-m",
        "tests.support.cut_writer",
        folder / "log.db",
        str(batches),
        synchronous,
    ]
    subprocess.run([*recorder.words, *words], cwd=ROOT, check=True, stdout=subprocess.PIPE)

    def is_whole() -> bool:
        deeds.extend(recorder.fresh())
        return bool(deeds) and isinstance(deeds[-1], Ended)

    wait_until(is_whole, "the record to end")
    return deeds


def cut(folder: Path, deeds: list[Deed], cuts: int, chance: Random, found: Cuts) -> None:
    """Cut a run so often; ``folder`` holds what it began on, and in the end what the last cut left."""
    disk, said = ForgetfulDisk(folder), found.there
    moments = Counter(chance.choices(range(len(deeds)), [_weight(deed) for deed in deeds], k=cuts))
    other = folder.with_name(f"{folder.name}.cut")
    other.mkdir(exist_ok=True)
    left = disk.after_cut(chance)
    for moment, deed in enumerate(deeds):
        disk.take(deed)
        if isinstance(deed, Sent) and deed.data.startswith(SAID):
            said = int(deed.data.removeprefix(SAID))
        for _ in range(moments[moment]):
            left = disk.after_cut(chance)
            lay(left, other, folder)
            _note(deed, disk, found)
            _look(other / "log.db", said, f"cut {moment} of {len(deeds)}, after {said} batches were said", found)
    lay(left, folder)


def _weight(deed: Deed) -> float:
    """What is done rarely is cut as often as what is done in every commit."""
    if isinstance(deed, Wrote):
        return 1.0 if deed.path.endswith("-wal") else 3.0
    return 10.0 if isinstance(deed, Opened) else 4.0


def _note(deed: Deed, disk: ForgetfulDisk, found: Cuts) -> None:
    found.reached["cut"] += 1
    found.reached["while something was unsynced"] += disk.unsynced > 0
    found.reached["in a commit"] += isinstance(deed, Wrote) and deed.path.endswith("-wal")
    found.reached["in a checkpoint"] += isinstance(deed, Wrote) and deed.path.endswith(".db")
    found.reached["just when it was said"] += isinstance(deed, Sent)


def _look(path: Path, said: int, when: str, found: Cuts) -> None:
    """Open what is left as the next start does: all that was said is there, and nothing is half there."""
    try:
        batches = _whole_batches(path)
    except (AssertionError, StoreBroken) as error:
        found.wrong.append(f"{when}: {error}")
        return
    found.there = batches
    found.reached["more there than was said"] += batches > said
    if not said <= batches <= said + 1:
        found.wrong.append(f"{when}: {batches} are there")


def _whole_batches(path: Path) -> int:
    store = Store.open(path)
    try:
        store.identity(SITE)
        loaded = store.load()
        facts = [fact for _, fact in loaded.history]
    finally:
        store.close()
    assert facts == [some_fact(n) for n in range(1, loaded.seq + 1)], "other events than were written"
    batches, rest = divmod(loaded.seq, ROWS_A_BATCH)
    assert rest == 0, "half a batch"
    assert loaded.cursors == ({DEVICE: (Cursor(BOOT, batches),)} if batches else {}), "cursors of another batch"
    assert loaded.refusals == ({WHY: batches} if batches else {}), "tallies of another batch"
    return batches
