"""Connections of an engine, each lent to one at a time, mostly for one transaction."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import TimeoutError as NoneFree


class Lending:
    """As the engine's own pool lends them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """Give a connection."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def begun(self) -> Iterator[Connection]:
        """Give one in a transaction, which is committed when the block ends and undone when it raises."""
        with self.one() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.engine.dispose()


class Keeping(Lending):
    """SQLite's, which stay as they are until they are lent again: to have the pool take one back and give it out, with
    a Connection made around it, costs more than most of what a transaction asks.
    """

    def __init__(self, engine: Engine, most: int, wait_s: float) -> None:
        """At most so many at once; whoever waits for one longer is told so as SQLAlchemy's own pool tells it."""
        super().__init__(engine)
        self._room, self._wait_s = Semaphore(most), wait_s
        self._free = deque[Connection]()

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """Give a connection; where the block raises, it is not kept."""
        if not self._room.acquire(timeout=self._wait_s):
            raise NoneFree(f"no connection became free within {self._wait_s} s")
        try:
            connection, whole = self._taken(), False
            try:
                yield connection
                whole = True
            finally:
                if whole:
                    self._free.append(connection)
                else:
                    connection.close()
        finally:
            self._room.release()

    def _taken(self) -> Connection:
        try:
            return self._free.pop()
        except IndexError:
            return self.engine.connect()

    def close(self) -> None:
        """Close every connection that is not in use."""
        while self._free:
            self._taken().close()
        super().close()
