"""Live days of both sites and the registry in virtual time under faults, and check every guarantee."""

import json
import logging
from pathlib import Path
from time import monotonic

import click

from hubout.simulate.fleet import Wanted, outcomes, processors
from hubout.simulate.report import Report, closing, line


@click.command("simulate")
@click.option("--seeds", type=click.IntRange(1, 1_000_000), required=True, help="How many runs.")
@click.option("--first", type=click.IntRange(0), default=1, show_default=True, help="The first run's seed.")
@click.option("--days", type=click.IntRange(1, 366), default=1, show_default=True, help="Days of each run.")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Write the report to a JSON file.")
@click.option("--processes", type=click.IntRange(1, 256), help="Runs at once; one a processor unless it is said.")
@click.option("--for", "for_s", type=click.FloatRange(min=0, min_open=True), help="Begin no run after so many s.")
@click.option("--json", "as_json", is_flag=True, help="Print the report alone, as JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    seeds: int,
    first: int,
    days: int,
    report: Path | None,
    processes: int | None,
    for_s: float | None,
    as_json: bool,
) -> None:
    """Live DAYS of both sites and the registry from each of SEEDS seeds, under faults, and check what must always hold.

    One line a seed; the same seed gives the same run, so a failure is repeated with --first SEED --seeds 1.
    Exits 1 where a guarantee was broken, or over many seeds never put to the test.

    Example: hubout simulate --seeds 100 --report simulate.json
    """
    logging.disable(logging.CRITICAL)
    began_s = monotonic()
    at_once = processes or processors()
    wanted = Wanted(first, seeds, days, at_once, lambda: for_s is None or monotonic() - began_s < for_s)
    told = Report()
    for outcome in outcomes(wanted):
        told.take(outcome)
        click.echo(line(outcome), err=as_json)
    found = told.as_json(monotonic() - began_s)
    if report is not None:
        report.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    click.echo(json.dumps(found) if as_json else "\n".join(closing(found)))
    if found["failures"]:
        ctx.exit(1)
