"""A process that commits batches to a log, says each on its standard output once its commit returned, and ends.

``python -m tests.support.cut_writer LOG BATCHES SYNCHRONOUS``: with anything but FULL, the fault that is planted.
"""

import os
import sys
from pathlib import Path

from access.cursor import Cursor
from gateway.log.store import Store
from tests.support.log_writer import BOOT, DEVICE, WHY
from tests.support.logs import numbered, opened

ROWS_A_BATCH = 5
CHECKPOINT_EVERY = 12
SAID = b"committed "


def commit_batches(store: Store, path: Path, batches: int) -> None:
    """Batch n has its rows, a cursor that stands at n and a tally of n; now and then all goes into the database."""
    chain = store.load().chain("run")
    for batch in range(chain.seq // ROWS_A_BATCH + 1, batches + 1):
        chain, rows = numbered(chain, ROWS_A_BATCH)
        store.commit(rows, [(DEVICE, Cursor(BOOT, batch))], {WHY: batch})
        os.write(1, SAID + b"%d\n" % batch)
        if batch % CHECKPOINT_EVERY == 0:
            store._checkpoint()


def main(path: Path, batches: int, synchronous: str) -> None:
    """Do so."""
    store, _ = opened(path)
    assert store._driver is not None
    if synchronous != "FULL":
        store._driver.execute(f"PRAGMA synchronous={synchronous}")
    commit_batches(store, path, batches)
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
