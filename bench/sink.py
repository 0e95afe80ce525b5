"""The floor of taking a log in: the registry's own program, whose append parses, hashes, verifies and inserts, no more.

    python -m bench.sink DATABASE-URL KEYS PORT

Everything else is the registry's: server, gate, greeting, changes, database. Rows are not folded and move nothing.
"""

import sys
from pathlib import Path

from fastapi import FastAPI, Request
from sqlalchemy import insert

from access.log import GENESIS, Broken, Row, verify
from registry.api.gateway import own_site
from registry.app import create_app
from registry.guard.gate import APPENDS
from registry.problems import Kind, Problem
from registry.serve import bound, serve
from registry.settings import Settings
from registry.tables import core as t
from registry.uplink import wire


def floor_app(settings: Settings) -> FastAPI:
    """The registry, but for its appends."""
    app = create_app(settings)
    stands: dict[str, tuple[int, bytes]] = {}

    def events(request: Request) -> dict[str, int]:
        batch = wire.read_events(request.state.body)
        shared = own_site(request, batch.site)
        end = verify(batch.rows, batch.site, batch.epoch, *stands.get(batch.site, (0, GENESIS)))
        if isinstance(end, Broken):
            raise Problem(Kind.BROKEN_ROW, end.what, seq=end.seq)
        common = {"site": batch.site, "epoch": batch.epoch, "kind": "row", "at_ms": 0, "poison": False}
        whole = [row for row in batch.rows if isinstance(row, Row)]
        rows = [{**common, "seq": r.seq, "header": r.header, "salt": r.salt, "body": r.body} for r in whole]
        with shared.database.write() as connection:
            connection.execute(insert(t.event), rows)
        stands[batch.site] = (end.seq, end.head)
        return {"acked": end.seq}

    app.add_api_route(APPENDS, events, methods=["POST"])
    app.router.routes.insert(0, app.router.routes.pop())  # The first that matches is the one that answers.
    return app


def main(database_url: str, keys: str, port: str) -> None:
    """Serve until ended."""
    serve(floor_app(Settings(database_url, Path(keys))), bound("127.0.0.1", int(port)))


if __name__ == "__main__":
    main(*sys.argv[1:])
