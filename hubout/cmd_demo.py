"""Play a day of two whole sites on this machine, and count what came of it."""

import json
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from devices.sitefile_surroundings import LONGEST_SOCKET_PATH_BYTES
from hubout.demo.children import ChildFailed
from hubout.demo.clock import today
from hubout.demo.recount import Report
from hubout.demo.run import DAY_LONG_MS, Demo, Wish
from hubout.demo.stage import longest_socket_bytes

DEFAULT_SPEED = 60.0


@click.command("demo")
@click.option("--for", "for_s", type=click.FloatRange(min=5, max=86_400), help="Real seconds; the day is made to fit.")
@click.option("--speed", type=click.FloatRange(min=1, max=5_000), help="Site time: so many times real time.")
@click.option("--port", type=click.IntRange(1_024, 65_500), help="The registry's port; the sites' pages follow it.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Write the closing report as JSON.")
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Leave logs and databases here.")
@click.pass_context
def command(
    ctx: click.Context,
    for_s: float | None,
    speed: float | None,
    port: int | None,
    report: Path | None,
    keep: Path | None,
) -> None:
    """Play a day at Cinisello Balsamo and Matera: real programs, a real broker, simulated people and devices.

    Exit code 0 only if every log verifies, the registry holds and shows exactly what the gateways do, and every booking
    whose time was over is checked in or released.

    Example: hubout demo --for 30 --report r.json
    """
    chosen = speed or (DEFAULT_SPEED if for_s is None else DAY_LONG_MS / 1_000 / for_s)
    with _folder(ctx, keep) as folder:
        wish = Wish(min(chosen, 5_000.0), for_s, port, folder, today())
        try:
            counted = Demo(wish, click.echo).run(_interrupts().is_set)
        except ChildFailed as error:
            click.echo(f"hubout demo: {error}", err=True)
            ctx.exit(1)
    _summary(counted)
    if report is not None:
        report.write_text(json.dumps(counted.as_json(), indent=2) + "\n", encoding="utf-8")
    ctx.exit(0 if counted.ok else 1)


@contextmanager
def _folder(ctx: click.Context, keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="hubout-") as name:
            yield Path(name)
        return
    if keep.exists() and any(keep.iterdir()):
        message = f"the folder {keep} is not empty; name a new one for --keep."
        raise click.UsageError(message, ctx)
    if (over := longest_socket_bytes(keep) - LONGEST_SOCKET_PATH_BYTES) > 0:
        message = f"the folder {keep} has a name {over} bytes too long for the sockets in it; name a shorter --keep."
        raise click.UsageError(message, ctx)
    keep.mkdir(parents=True, exist_ok=True)
    yield keep


def _interrupts() -> threading.Event:
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: told.set())
    return told


def _summary(report: Report) -> None:
    said = report.as_json()
    refusals = ", ".join(f"{reason} {count}" for reason, count in said["refusals"].items()) or "none"
    click.echo(
        f"taps {said['taps']}, grants {said['grants']}, entries {said['entries']}; refusals: {refusals}\n"
        f"checked in {said['checked_in']}, no-shows {said['no_shows']}, visits {said['visits']}\n"
        f"desk changes {said['desk_changes']}; events logged {said['events_logged']}, synced {said['events_synced']}\n"
        f"log {'verified' if said['chain_ok'] else 'DOES NOT VERIFY'}; "
        f"registry {'equal to' if said['registry_equal'] else 'DIFFERS FROM'} the gateways"
    )
    for trouble in (*said["unsettled"], *said["trouble"]):
        click.echo(f"trouble: {trouble}")
