"""On which day each token was last used: written once a day by a thread of its own, for no request waits for it."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Lock

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from registry.database import Database
from registry.guard.metrics import log
from registry.tables.tokens import api_token


def day_of(at_ms: int) -> str:
    """The date of a moment, at UTC."""
    return datetime.fromtimestamp(at_ms / 1_000, UTC).date().isoformat()


class Used:
    """The tokens that this process has seen today; safe to use from any thread."""

    def __init__(self, database: Database, wall_ms: Callable[[], int]) -> None:
        self._database, self._wall_ms = database, wall_ms
        self._lock = Lock()
        self._day = ""
        self._seen: set[str] = set()
        self._writer = ThreadPoolExecutor(1, "used")

    def note(self, token: str, last_day: str) -> None:
        """Have it written that a token is used today, where that is news; never waits."""
        day = day_of(self._wall_ms())
        with self._lock:
            if day != self._day:
                self._day, self._seen = day, set()
            if last_day == day or token in self._seen:
                return
            self._seen.add(token)
        self._writer.submit(self._write, token, day)

    def close(self) -> None:
        """Write what waits, and end."""
        self._writer.shutdown()

    def _write(self, token: str, day: str) -> None:
        try:
            with self._database.write() as connection:
                connection.execute(update(api_token).where(api_token.c.id == token).values(last_day=day))
        except SQLAlchemyError as error:
            log.error(json.dumps({"failure": "database", "what": str(error).split("\n", 1)[0]}))
