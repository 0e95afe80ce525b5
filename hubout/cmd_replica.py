"""Write what a site's doors judge by into a replica file, for hubout decide."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from devices.replica_file import nameless, written
from devices.sitefile import SiteFile, SiteFileError, read_site_file
from gateway.database import StoreBroken
from gateway.link.reader import Held, read_link
from hubout.pipes import until_nobody_reads

LINK_FILE = "link.db"
ENDING = ".part"


@click.command("replica")
@click.option("--config", "site_file", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write here; else to standard output.")
@click.option("--names", is_flag=True, help="With names of persons and reasons of closures; no verdict needs them.")
@click.pass_context
def command(ctx: click.Context, site_file: Path, out: Path | None, *, names: bool) -> None:
    """Write what the doors of the site in a site file judge by: people's rights, badges, bookings, opening hours.

    The gateway's own link.db is only read, and may be in use. A badge's credential is its keyed hash. Exit code 1
    where it cannot be read.

    Example: hubout replica --config site.toml --out replica.json
    """
    site = _site(ctx, site_file)
    path = site.storage.directory / LINK_FILE
    if not path.is_file():
        message = f"there is no {path}; start the gateway of this site once."
        raise click.UsageError(message, ctx)
    try:
        held = read_link(path)
    except StoreBroken as error:
        raise click.ClickException(str(error)) from error
    records = held.records if names else map(nameless, held.records)
    _write(ctx, out, written(site.site, held.generation, held.version, records))
    click.echo(_told(site, held), err=True)


def _site(ctx: click.Context, path: Path) -> SiteFile:
    if not path.is_file():
        message = f"there is no file {path}; name the site's TOML file."
        raise click.UsageError(message, ctx)
    try:
        return read_site_file(path)
    except SiteFileError as error:
        raise click.UsageError(str(error), ctx) from error


def _told(site: SiteFile, held: Held) -> str:
    if not held.version:
        return f"{site.site.id}: nothing has come from the registry yet"
    return f"{site.site.id}: version {held.version}, {len(held.records)} records"


def _write(ctx: click.Context, out: Path | None, pieces: Iterable[str]) -> None:
    """To standard output; or into a file that is whole as soon as it is there, and its owner's alone to read."""
    if out is None:
        with until_nobody_reads():
            sys.stdout.writelines(pieces)
        return
    part = out.with_name(out.name + ENDING)
    try:
        part.unlink(missing_ok=True)
        opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            file.writelines(pieces)
        part.replace(out)
    except OSError as error:
        message = f"{out} cannot be written: {error.strerror}; name another with --out."
        raise click.UsageError(message, ctx) from error
