"""An application behind a real server on a loopback port, a free one, in a thread of the test's process."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from fastapi import FastAPI

from registry.serve import bound, server

STOP_WITHIN_S = 60


@contextmanager
def served(app: FastAPI, port: int = 0) -> Iterator[str]:
    """Give the address of ``app``; requests that come before it is up wait in the socket's backlog."""
    listening = bound("127.0.0.1", port)
    running = server(app)
    thread = Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join(STOP_WITHIN_S)
        listening.close()
        if thread.is_alive():
            raise TimeoutError("the server did not stop")
