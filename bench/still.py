"""The floor of a rendered page: the same server, under the same guard, gives the same bytes from memory.
``python -m bench.still PORT FOLDER``: the page ``/N`` is the folder's file ``N``.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI, Response
from starlette.middleware.gzip import GZipMiddleware

from bench.broker import HOST
from pages import assets
from pages.guard import Guard
from registry.serve import bound, serve

BODY_BYTES = 64 * 1024


def still(pages: Mapping[str, bytes]) -> FastAPI:
    """An application that has these pages, by name."""
    app = FastAPI(openapi_url=None)
    app.add_middleware(GZipMiddleware, compresslevel=assets.PACKED)
    app.add_middleware(Guard, body_bytes=BODY_BYTES)

    @app.get("/{name}")
    def page(name: str) -> Response:
        """One of them."""
        return Response(pages[name], media_type="text/html") if name in pages else Response(status_code=404)

    return app


def main(port: int, folder: Path) -> None:
    """Serve what the folder holds."""
    serve(still({path.name: path.read_bytes() for path in folder.iterdir()}), bound(HOST, port))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
