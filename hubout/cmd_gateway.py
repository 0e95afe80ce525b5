"""Run one site's gateway: readers and sensors in, doors, pages and the registry out."""

import logging
import signal
import sys
from pathlib import Path

import click

from devices.sitefile import SiteFileError
from gateway.clock import Clock, DayAt
from gateway.compose import CannotStart, compose
from gateway.database import StoreBroken
from gateway.privileges import keep_from_children


@click.command("gateway")
@click.option("--config", "site_file", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--day", hidden=True, help="Live a day of SPEED:WALL_MS:FILE, as the demo does.")
@click.pass_context
def command(ctx: click.Context, site_file: Path, day: str | None) -> None:
    """Run the gateway of the site in a site file until it is told to stop.

    Example: hubout gateway --config site.toml
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    if not site_file.is_file():
        message = f"there is no file {site_file}; name the site's TOML file."
        raise click.UsageError(message, ctx)
    keep_from_children()
    try:
        gateway = compose(site_file, Clock(_day(ctx, day)))
    except SiteFileError as error:
        raise click.UsageError(str(error), ctx) from error
    except (CannotStart, StoreBroken) as error:
        click.echo(f"hubout gateway: {error}", err=True)
        ctx.exit(1)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: gateway.loop.stop())
    gateway.run()


def _day(ctx: click.Context, text: str | None) -> DayAt | None:
    if text is None:
        return None
    try:
        speed, wall_ms, begun_file = text.split(":", 2)
        return DayAt(float(speed), int(wall_ms), Path(begun_file))
    except ValueError:
        message = "--day is SPEED:WALL_MS:FILE, two numbers and the file that says when it began."
        raise click.UsageError(message, ctx) from None
