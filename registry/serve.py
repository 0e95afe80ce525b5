"""Running the registry's application in this process, on a socket that is bound before anything is promised."""

import gc
import socket

import uvicorn
from fastapi import FastAPI


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio turns Nagle off (40 ms an answer) only where it is.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(512)
    except OSError:
        listening.close()
        raise
    return listening


def server(app: FastAPI) -> uvicorn.Server:
    """The server of an application; its own access log, which holds addresses and ids, stays off."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
        limit_concurrency=512,
        h11_max_incomplete_event_size=32 * 1024,
    )
    return uvicorn.Server(config)


def serve(app: FastAPI, listening: socket.socket) -> None:
    """Serve a process's only application to its end. What is loaded by now stays, so the collector need not walk it
    again and again while thousands of rows come and go: that costs a sixth of taking a log in.
    """
    gc.collect()
    gc.freeze()
    server(app).run(sockets=[listening])
