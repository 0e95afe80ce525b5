"""Measure the whole path on Mosquitto, each figure beside its floor in the same run."""

import json
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from bench.report import table, to_json
from bench.run import Effort, measure
from bench.trouble import CannotMeasure, FloorTooHigh


@click.command("bench")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Write the figures to a JSON file.")
@click.option("--taps", type=click.IntRange(24, 100_000), default=600, show_default=True, help="Taps to measure.")
@click.option(
    "--seconds", type=click.FloatRange(1, 3_600), default=60, show_default=True, help="Of sustained messages."
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Measure on this folder's disk; the default is the system's place for temporary files.",
)
@click.pass_context
def command(ctx: click.Context, report: Path | None, taps: int, seconds: float, folder: Path | None) -> None:
    """Measure taps, sustained messages, judge, memory, start and a week's log drained, on real programs.

    Exits 0 when all was measured, reached or not; 1 when something was lost or the floor itself is too slow.

    Example: hubout bench --report bench.json
    """
    try:
        with _ended_in_order(), tempfile.TemporaryDirectory(prefix="hubout-bench-", dir=folder) as own:
            measured = measure(Path(own), Effort(taps, seconds), _told)
    except (CannotMeasure, FloorTooHigh) as error:
        raise click.ClickException(f"{error}.") from error
    if report is not None:
        report.write_text(json.dumps(to_json(measured), indent=2) + "\n", encoding="utf-8")
    click.echo(table(measured))
    click.echo(f"The machine's load was {measured.load[0]:.1f} before and {measured.load[1]:.1f} after.", err=True)
    if measured.lost:
        click.echo(f"hubout bench: {measured.lost} messages or events were lost.", err=True)
        ctx.exit(1)


def _told(line: str) -> None:
    click.echo(line, err=True)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Told to end, leave as at the end of a measurement: its programs go with it, and its folder."""

    def leave(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
