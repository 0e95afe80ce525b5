"""The purge under the clock: once an hour, in a thread of its own, so that neither a door nor a page waits for it."""

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from registry.database import Database
from registry.guard.metrics import log
from registry.retention.purge import purge
from registry.retention.remembering import remember

FIRST_S, EVERY_S = 600.0, 3_600.0
"""The first time a while after the start: whoever restarts a registry has other worries."""
BY_ITSELF = "registry"
"""The author of what the registry does by itself."""


class Keeping:
    """Purges until it is closed."""

    def __init__(self, database: Database, wall_ms: Callable[[], int], keys: Path) -> None:
        """In the folder of the ``keys`` it is remembered who was erased."""
        self._database, self._wall_ms, self._keys = database, wall_ms, keys
        self._over = Event()
        self._thread = Thread(target=self._run, name="retention", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End, once what is being purged is done."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        wait_s = FIRST_S
        while not self._over.wait(wait_s):
            wait_s = EVERY_S
            self.once()
        self._remember()

    def once(self) -> None:
        """Purge what is over now; what cannot be done now is tried again in an hour."""
        self._remember()
        try:
            gone = purge(self._database, self._wall_ms(), BY_ITSELF)
        except SQLAlchemyError as error:
            log.error(json.dumps({"failure": "purge", "what": str(error).split("\n", 1)[0]}))
            return
        if gone:
            log.info(json.dumps({"purged": dict(sorted(gone.items()))}))

    def _remember(self) -> None:
        try:
            remember(self._database, self._keys, self._wall_ms())
        except (OSError, SQLAlchemyError) as error:
            log.error(json.dumps({"failure": "remember-erased", "what": str(error).split("\n", 1)[0]}))
