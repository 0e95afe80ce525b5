"""Own the lock lines of this Pi, and take leases from the gateway."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import click

from devices.doorkeeper.client import KeeperGoneError, ask_once
from devices.doorkeeper.config import KeeperConfig, keeper_config, to_json
from devices.doorkeeper.rest import bring_to_rest
from devices.keeper_wire import AskState, FromKeeper, Latched, LatchName, ResetLatch, ToKeeper, Welcome
from devices.sitefile import SiteFileError, read_site_file

ANSWER_MS = 35_000
LATCHES = [latch.value for latch in LatchName]


@click.command("doorkeeper")
@click.option("--config", "site_file", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--secure", "doing", flag_value="secure", help="Bring every line to rest and end: for ExecStopPost.")
@click.option("--state", "doing", flag_value="state", help="Print how the running doorkeeper stands, as JSON.")
@click.option(
    "--reset",
    type=click.Choice(LATCHES),
    help="Reset a latch by hand; say who you are with --by.",
)
@click.option("--by", help="The name that the reset is recorded under, in the site's log.")
@click.option("--note", default="", help="Why it is reset, for the log.")
@click.pass_context
def command(
    ctx: click.Context, site_file: Path, doing: str | None, reset: str | None, by: str | None, note: str
) -> None:
    """Own the lock lines of the site in the file given by --config.

    Runs until stopped: a small supervisor, and the keeper under it. Fire and evacuation stay latched on disk until
    they are reset by hand, which works with the gateway down.

    Examples:
    hubout doorkeeper --config site.toml

    hubout doorkeeper --config site.toml --reset fire --by "Anna Rossi"
    """
    if (reset is None) != (by is None) or (reset is not None and doing is not None) or (note and reset is None):
        message = "a reset stands alone and has its author: give --reset and --by, and nothing else but --note."
        raise click.UsageError(message, ctx)
    config = _config(site_file)
    if reset is not None and by is not None:
        _say(config, ResetLatch(LatchName(reset), by, note))
    elif doing == "state":
        _say(config, AskState())
    elif doing == "secure":
        _secure(config)
    else:
        _become_supervisor(config)


def _config(site_file: Path) -> KeeperConfig:
    try:
        return keeper_config(read_site_file(site_file))
    except (SiteFileError, OSError) as error:
        raise click.UsageError(str(error)) from error


def _say(config: KeeperConfig, message: ToKeeper) -> None:
    try:
        answer = ask_once(config.socket, message, ANSWER_MS)
    except KeeperGoneError as error:
        raise click.ClickException(str(error)) from error
    if not isinstance(answer, Welcome | Latched):
        raise click.ClickException(answer.why if hasattr(answer, "why") else str(answer))
    click.echo(_as_json(answer))


def _as_json(answer: FromKeeper) -> str:
    return json.dumps(asdict(answer))


def _secure(config: KeeperConfig) -> None:
    faults = bring_to_rest(config)
    if faults:
        raise click.ClickException(" ".join(faults))


def _become_supervisor(config: KeeperConfig) -> None:
    """Give this process to the supervisor, which needs none of what reading the site file took."""
    descriptor = os.memfd_create("keeper-config", 0)
    os.write(descriptor, to_json(config))
    sys.stdout.flush()
    words = [sys.executable, "-P", "-m", "devices.doorkeeper", "supervise", str(descriptor)]
    os.execv(sys.executable, words)  # noqa: S606  our own interpreter and module
