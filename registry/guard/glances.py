"""Threads of their own for what must not wait behind other requests: the lane of revocations, and who asks it.

Requests share a number of threads, which batches and edits that wait for one another can all hold.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
THREADS = 4


class Glances:
    """The threads of one process."""

    def __init__(self) -> None:
        """Begin with none; they are made when they are needed."""
        self._threads = ThreadPoolExecutor(THREADS, "glance")

    async def of(self, look: Callable[[], T]) -> T:
        """What a short look gives, from a thread of these."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, look)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown()
