"""The pages' process: ``python -m gateway.pages.main --config site.toml``, started and restarted by the gateway.

It reads the gateway's feed and serves people; it holds no state that matters, and ends when its gateway does.
"""

import argparse
import asyncio
import logging
import os
import secrets
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from devices.sitefile import SiteFileError, read_site_file
from gateway.link.client import Address
from gateway.pages.app import make
from gateway.pages.centre import Centre
from gateway.pages.code import BadCodeFile, read_or_make

NICENESS = 5
CONNECTIONS_AT_MOST = 640
"""A live page holds one, and a browser some more for a moment."""
STOP_WITHIN_S = 2
LOOK_AT_PARENT_S = 1.0
KEY_BYTES = 32
WRONG_USE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop, or until the process that started us is gone. The exit code."""
    parser = argparse.ArgumentParser(prog="python -m gateway.pages.main", description="The pages of one site.")
    parser.add_argument("--config", type=Path, required=True, metavar="site.toml", help="the site file")
    parser.add_argument("--parent", type=int, default=os.getppid(), metavar="PID", help="end with this process")
    given = parser.parse_args(arguments)
    path: Path = given.config
    logging.basicConfig(level=logging.INFO, format="pages: %(message)s")
    try:
        server = _server(path)
    except (SiteFileError, BadCodeFile, OSError) as error:
        sys.stderr.write(f"pages: {error}\n")
        return WRONG_USE
    os.nice(NICENESS)  # The door comes first on a small machine.
    asyncio.run(_serve(server, given.parent))
    return 0 if server.started else 1


def _server(path: Path) -> uvicorn.Server:
    file = read_site_file(path)
    code = read_or_make(file.pages.code_file)
    directory = file.storage.directory
    to = file.registry
    centre = None if to is None else Centre(Address(to.url, to.token_file, to.ca_file))
    key = secrets.token_bytes(KEY_BYTES)
    app = make(file.site, code, directory, key, time.monotonic, secrets.token_urlsafe, centre)
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=file.pages.host,
            port=file.pages.port,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
            limit_concurrency=CONNECTIONS_AT_MOST,
            ws="none",
        )
    )


async def _serve(server: uvicorn.Server, parent: int) -> None:
    watching = asyncio.create_task(_end_with_parent(server, parent))
    await server.serve()
    watching.cancel()


async def _end_with_parent(server: uvicorn.Server, parent: int) -> None:
    """A gateway that was killed starts new pages when it is back; these would stand in their way."""
    while os.getppid() == parent:  # noqa: ASYNC110 -- nothing but asking tells that a parent is gone
        await asyncio.sleep(LOOK_AT_PARENT_S)
    server.should_exit = True


if __name__ == "__main__":
    sys.exit(main())
