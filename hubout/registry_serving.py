"""The centre, served by ``hubout registry`` until it is told to stop."""

import logging
import sys

import click

from hubout.registry_retention import warn
from registry.app import create_app
from registry.serve import bound, serve
from registry.settings import Settings
from registry.setup import Registry


def run(settings: Settings, host: str, port: int) -> None:
    """Serve; the address is printed once requests can come, and the first operator's token before, where it is new."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    logging.getLogger("hubout.registry").setLevel(logging.INFO)
    with Registry(settings.database_url, settings.keys_dir) as registry:
        token = registry.first_operator()
        warn(registry)
    app = create_app(settings)
    listening = bound(host, port)
    if token is not None:
        click.echo(f"first operator's token, shown this once: {token}")
    click.echo(f"registry: http://{host}:{listening.getsockname()[1]}")
    sys.stdout.flush()
    serve(app, listening)
