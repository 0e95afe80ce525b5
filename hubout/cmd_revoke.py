"""Take a signed file of revocations at a site's gateway, where the registry cannot be reached."""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from access.revocations import BadRevocations, Revocations, read
from devices.sitefile import SiteFileError, read_site_file
from devices.sitefile_settings import FEED_SOCKET
from gateway.compose import CannotStart, credential_key
from gateway.pages.feed import AskRefused, FeedReader, NotAnswered, NotAsked
from gateway.revoking import REVOCATIONS_FILE, raw_of

ANSWERS_WITHIN_S = 15.0
LOOK_EVERY_S = 0.2


@click.command("revoke")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--config", "site_file", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--by", "author", default="hubout revoke", show_default=True, help="Who brought it, for the log.")
@click.pass_context
def command(ctx: click.Context, file: Path, site_file: Path, author: str) -> None:
    """Bar at once whom FILE names, which ``hubout registry revocations`` wrote for this site.

    The running gateway takes it; nothing is changed by a file that is forged, damaged, older or another site's.

    Example: hubout revoke /media/stick/matera.revocations --config /etc/hubout/site.toml
    """
    if not site_file.is_file():
        raise click.UsageError(f"there is no file {site_file}; name the site's TOML file.", ctx)
    with _plain_errors(ctx, file):
        site = read_site_file(site_file)
        found = read(raw_of(file), site.site.id, credential_key(site.keys.credential_key_file))
        with _laid(file, site.storage.directory):
            asyncio.run(_hand_over(site.storage.directory / FEED_SOCKET, author))
    click.echo(_taken(found))


@contextmanager
def _plain_errors(ctx: click.Context, file: Path) -> Iterator[None]:
    """What can be wrong becomes one sentence."""
    try:
        yield
    except SiteFileError as error:
        raise click.UsageError(str(error), ctx) from error
    except CannotStart as error:
        raise click.ClickException(f"{error}.") from error
    except (BadRevocations, AskRefused) as error:
        raise click.ClickException(f"{file}: {error}.") from error
    except (NotAsked, NotAnswered) as error:
        raise click.ClickException("the gateway does not answer, so nothing was barred; see its service.") from error
    except OSError as error:
        what = f"{error.filename} cannot be written: {error.strerror}"
        raise click.ClickException(f"{what}; run this as the gateway's user or as root.") from error


def _taken(found: Revocations) -> str:
    count = len(found.denials)
    return f"taken: {count} revocation{'s' * (count != 1)}, as the registry stood at version {found.version}"


@contextmanager
def _laid(file: Path, storage: Path) -> Iterator[None]:
    """The file where the gateway reads it, whoever runs this, and gone again at the end."""
    path = storage / REVOCATIONS_FILE
    with suppress(FileNotFoundError):
        path.unlink()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as laid:
            os.fchmod(descriptor, 0o644)
            laid.write(raw_of(file))
        yield
    finally:
        path.unlink(missing_ok=True)


async def _hand_over(feed: Path, author: str) -> None:
    """Ask the running gateway to read it. Raises NotAsked, NotAnswered or AskRefused."""
    reader = FeedReader(feed, time.monotonic)
    reading = asyncio.create_task(reader.run())
    try:
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            while reader.seen is None:
                await reader.moved(LOOK_EVERY_S)
            await reader.ask({"author": author, "do": "revoke"})
    except TimeoutError as error:
        raise NotAnswered("no gateway answers") from error
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
